"""Blocks: the sketches of some articles as columns of bytes, cheap to send and to join."""

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
    """The text that stands for an article: its title and its body without boilerplate."""
    return article.title + "\n" + without_spans(article.text, article.boilerplate)


def sketch(articles: Sequence[Article]) -> SketchedBlock:
    """Sketches a block of articles, best some thousand at once."""
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
    """uint32 [articles, PERMUTATIONS]."""
    return np.frombuffer(block.signatures, dtype=np.uint32).reshape(-1, PERMUTATIONS)


def shingles_of(block: SketchedBlock) -> Ragged:
    """The shingle sets of the block's articles."""
    return ragged(block.shingles, block.shingle_counts)


def terms_of(block: SketchedBlock) -> Terms:
    """The term counts of the block's articles."""
    return Terms(ragged(block.terms, block.term_counts), np.frombuffer(block.frequencies, dtype=np.uint16))


def ragged(values: bytes, lengths: bytes) -> Ragged:
    """Rows from a column of uint32 values and one of int64 lengths."""
    return Ragged(np.frombuffer(values, dtype=np.uint32), offsets_of(np.frombuffer(lengths, dtype=np.int64)))


def join_terms(parts: Sequence[Terms]) -> Terms:
    """The rows of all parts, in order."""
    counts = [part.counts for part in parts]
    return Terms(
        concatenate([part.ids for part in parts]), np.concatenate(counts) if counts else np.zeros(0, dtype=np.uint16)
    )


def take_terms(terms: Terms, rows: NDArray[np.int64]) -> Terms:
    """The rows at these indices, in this order."""
    counts = Ragged(terms.counts.astype(np.uint32), terms.ids.offsets).take(rows).values.astype(np.uint16)
    return Terms(terms.ids.take(rows), counts)


def join(blocks: Sequence[SketchedBlock], order: NDArray[np.int64]) -> SketchedBlock:
    """One block of the articles of several, put in this order; no blocks make an empty one."""
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
