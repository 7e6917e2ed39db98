"""Sketches blocks of articles into columns of bytes, which are cheap to send and to join."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.recognise.boilerplate import without_spans
from transforms.records import Article, SketchedBlock, Terms
from transforms.records.ragged import Ragged, concatenate, offsets_of
from transforms.sketch.shingles import shingle
from transforms.sketch.signatures import PERMUTATIONS, sign
from transforms.sketch.terms import count_terms
from transforms.sketch.tokens import tokenise_tiles


def sketched_text(article: Article) -> str:
    """Returns the text that is sketched for an article: its title, and its body without boilerplate."""
    return article.title + "\n" + without_spans(article.text, article.boilerplate)


def sketch(articles: Sequence[Article]) -> SketchedBlock:
    """Sketches a block of articles; a few thousand at once are fastest."""
    shingled, counted = [], []
    for tokens in tokenise_tiles([sketched_text(article) for article in articles]):
        shingled.append(shingle(tokens))
        counted.append(count_terms(tokens))
    shingles, terms = concatenate(shingled), join_terms(counted)
    return SketchedBlock(
        articles,
        sign(shingles).tobytes(),
        shingles.values.tobytes(),
        shingles.lengths.tobytes(),
        terms.ids.values.tobytes(),
        terms.counts.tobytes(),
        terms.ids.lengths.tobytes(),
    )


def signatures_of(block: SketchedBlock) -> NDArray[np.uint32]:
    """Returns the signatures of a block as uint32 of shape (articles, PERMUTATIONS)."""
    return np.frombuffer(block.signatures, dtype=np.uint32).reshape(-1, PERMUTATIONS)


def shingles_of(block: SketchedBlock) -> Ragged:
    """Returns the shingle sets of a block, one row per article."""
    return ragged(block.shingles, block.shingle_counts)


def terms_of(block: SketchedBlock) -> Terms:
    """Returns the term counts of a block, one row per article."""
    return Terms(ragged(block.terms, block.term_counts), np.frombuffer(block.frequencies, dtype=np.uint16))


def ragged(values: bytes, lengths: bytes) -> Ragged:
    """Builds rows from the bytes of a column of uint32 values and of one of int64 lengths."""
    return Ragged(np.frombuffer(values, dtype=np.uint32), offsets_of(np.frombuffer(lengths, dtype=np.int64)))


def join_terms(parts: Sequence[Terms]) -> Terms:
    """Concatenates the rows of all parts, in order."""
    counts = [part.counts for part in parts]
    return Terms(
        concatenate([part.ids for part in parts]), np.concatenate(counts) if counts else np.zeros(0, dtype=np.uint16)
    )


def take_terms(terms: Terms, rows: NDArray[np.int64]) -> Terms:
    """Returns the rows at these indices, in this order."""
    counts = Ragged(terms.counts.astype(np.uint32), terms.ids.offsets).take(rows).values.astype(np.uint16)
    return Terms(terms.ids.take(rows), counts)


def join(blocks: Sequence[SketchedBlock], order: NDArray[np.int64]) -> SketchedBlock:
    """Joins blocks into one whose articles are in this order; without blocks it is empty.

    Args:
        blocks: whose articles are counted through from 0.
        order: the number of each article of the result.
    """
    blocks = [sketch([]), *blocks]
    articles = [article for block in blocks for article in block.articles]
    shingles = concatenate([shingles_of(block) for block in blocks]).take(order)
    terms = take_terms(join_terms([terms_of(block) for block in blocks]), order)
    signatures = np.concatenate([signatures_of(block) for block in blocks])[order]
    return SketchedBlock(
        [articles[row] for row in order],
        signatures.tobytes(),
        shingles.values.tobytes(),
        shingles.lengths.tobytes(),
        terms.ids.values.tobytes(),
        terms.counts.tobytes(),
        terms.ids.lengths.tobytes(),
    )
