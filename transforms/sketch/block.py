"""Sketches articles, packs sketches into bytes for the shuffle, and joins them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.clean.tokens import tokenise_tiles
from transforms.recognise.boilerplate import without_spans
from transforms.records import Article, Sketched, SketchedBlock, Terms
from transforms.records.ragged import Ragged, concatenate, offsets_of
from transforms.sketch.shingles import shingle
from transforms.sketch.signatures import PERMUTATIONS, sign
from transforms.sketch.terms import count_terms


def sketched_text(article: Article) -> str:
    """Returns the text that is sketched for an article: its title, and its body without boilerplate."""
    return article.title + "\n" + without_spans(article.text, article.boilerplate)


def sketch(articles: Sequence[Article]) -> Sketched:
    """Sketches articles; a few thousand at once are fastest."""
    shingled, counted = [], []
    for tokens in tokenise_tiles([sketched_text(article) for article in articles]):
        shingled.append(shingle(tokens))
        counted.append(count_terms(tokens))
    shingles = concatenate(shingled)
    return Sketched(articles, sign(shingles), shingles, join_terms(counted))


def pack(sketched: Sketched) -> SketchedBlock:
    """Packs sketched articles for a shuffle."""
    shingles, terms = sketched.shingles, sketched.terms
    return SketchedBlock(
        sketched.articles,
        sketched.signatures.tobytes(),
        shingles.values.tobytes(),
        shingles.lengths.tobytes(),
        terms.ids.values.tobytes(),
        terms.counts.tobytes(),
        terms.ids.lengths.tobytes(),
    )


def unpack(block: SketchedBlock) -> Sketched:
    """Reads a block that came through a shuffle; its columns are not copied."""
    return Sketched(
        block.articles,
        np.frombuffer(block.signatures, dtype=np.uint32).reshape(-1, PERMUTATIONS),
        ragged(block.shingles, block.shingle_counts),
        Terms(ragged(block.terms, block.term_counts), np.frombuffer(block.frequencies, dtype=np.uint16)),
    )


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


def join(parts: Sequence[Sketched], order: NDArray[np.int64]) -> Sketched:
    """Joins parts into one whose articles are in this order; without parts it is empty.

    Args:
        parts: their articles are numbered consecutively from 0.
        order: the numbers of the articles in the result.
    """
    parts = [sketch([]), *parts]
    articles = [article for part in parts for article in part.articles]
    return Sketched(
        [articles[row] for row in order],
        np.concatenate([part.signatures for part in parts])[order],
        concatenate([part.shingles for part in parts]).take(order),
        take_terms(join_terms([part.terms for part in parts]), order),
    )
