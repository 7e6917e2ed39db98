"""Storage of the sketches of articles."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from pipeline.store import schema
from pipeline.store.engine import select_in
from transforms.records import Sketched, Sketches, Terms
from transforms.records.ragged import Ragged, offsets_of


def read_sketches(connection: Connection, articles: NDArray[np.int64]) -> Sketches:
    """Reads the sketches of these articles, which must exist, in the same order."""
    columns = schema.sketches.c
    numbers = articles.tolist()
    statement = select(columns.article, columns.shingles, columns.terms, columns.frequencies)
    rows = {row[0]: row[1:] for row in select_in(connection, statement, columns.article, numbers)}
    found = [rows[number] for number in numbers]
    shingles, terms, frequencies = zip(*found, strict=True) if found else ((), (), ())
    counts = np.frombuffer(b"".join(frequencies), dtype=np.uint16)
    return Sketches(_ragged(shingles), Terms(_ragged(terms), counts))


def _ragged(rows: Sequence[bytes]) -> Ragged:
    lengths = np.array([len(row) // 4 for row in rows], dtype=np.int64)
    return Ragged(np.frombuffer(b"".join(rows), dtype=np.uint32), offsets_of(lengths))


def read_signatures(connection: Connection) -> Iterator[tuple[str, NDArray[np.uint32]]]:
    """Yields the public id and the MinHash signature of every article, in order of their numbers."""
    articles, sketches = schema.articles.c, schema.sketches.c
    statement = (
        select(articles.id, sketches.signature)
        .join(schema.sketches, sketches.article == articles.number)
        .order_by(articles.number)
    )
    for row in connection.execute(statement):
        yield row.id, np.frombuffer(row.signature, dtype=np.uint32)


def sketch_rows(sketched: Sketched) -> Iterator[dict[str, Any]]:
    """Yields the row of `schema.sketches` for each article; the articles must be numbered."""
    articles, signatures, shingles, terms = sketched
    for row, article in enumerate(articles):
        low, high = terms.ids.offsets[row], terms.ids.offsets[row + 1]
        yield {
            "article": article.number,
            "signature": signatures[row].tobytes(),
            "shingles": shingles.row(row).tobytes(),
            "terms": terms.ids.row(row).tobytes(),
            "frequencies": terms.counts[low:high].tobytes(),
        }
