"""Term vectors: what two articles must share to tell of the same event.

Each channel of terms (words, capitalised words, pairs) is weighted by (1 + ln tf) * ln(1 + n / df) and
scaled to unit length; the channels are joined with `SHARES`, so that the product of two vectors is the
mean of the cosines of their channels. Measured on ECB+ with average link: one common vector over all
channels .904, channels with shares 2 : 1 : 1 .909, and the latter moves less with its threshold.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.segments import Segment, look_up_counts
from transforms.records import Vectors
from transforms.sketch.ragged import Ragged, offsets_of
from transforms.sketch.terms import WORD, Terms, channel

SHARES = np.array([0.5, 0.25, 0.25])  # WORD, CAPITAL, PAIR
SALIENT = 10
"""Words an article is proposed by. Of ECB+'s articles .991 share one with an earlier article of their
story, at 9 candidates an article (29 among 8,000 others); 64 bands of 2 over the 20 heaviest reached .898
at 5 (7). More words bring more candidates and no better stories."""
_FEWEST = 1000
"""Articles that document frequencies are taken from at least: among a handful, a name that three of them
share would pass for a common word."""
_ROWS = 1024  # articles weighed at once: what is needed in between stays small
_FEW = 256  # articles whose words are ranked at once: their rows and places fit 8 and 24 bits
_CHUNK = 1024  # pairs whose vectors are multiplied at once


class Vocabulary(NamedTuple):
    """The distinct terms of some articles."""

    ids: NDArray[np.uint32]
    """Ascending."""
    columns: NDArray[np.int32]
    """The place in `ids` of each value of the articles' terms."""


def vocabulary(terms: Terms) -> Vocabulary:
    """Numbers the distinct terms of these articles.

    One sort of term and position together: three times as fast as numpy's unique with its inverse.
    """
    values = terms.ids.values
    order = values.astype(np.uint64) << np.uint64(32)
    order |= np.arange(len(values), dtype=np.uint64)
    order.sort()
    places, ids = order.view(np.uint32).reshape(-1, 2).T
    first = np.r_[True, ids[1:] != ids[:-1]][: len(ids)]
    columns = np.empty(len(values), dtype=np.int32)
    columns[places] = np.cumsum(first, dtype=np.int32) - 1
    return Vocabulary(ids[first], columns)


def count_articles(terms: Terms, known: Vocabulary) -> Segment:
    """How many of these articles hold each term."""
    counts = np.bincount(known.columns, minlength=len(known.ids))
    return Segment(known.ids.astype(np.uint64), counts.astype(np.uint32), len(terms.ids.offsets) - 1)


def vectorise(terms: Terms, known: Vocabulary, frequencies: Sequence[Segment]) -> sparse.csr_array:
    """Unit vectors, one an article, a column for each term of the vocabulary: float32.

    Names and pairs that only one article holds count in its length but have no entry: they can meet no
    other article's, and they are the larger part of all terms.

    Args:
        terms: of any articles.
        known: their vocabulary.
        frequencies: segments of document frequencies; a term that none holds counts as held by one.
    """
    n = len(terms.ids.offsets) - 1
    articles = max(sum(segment.articles for segment in frequencies), _FEWEST)
    held = np.maximum(look_up_counts(frequencies, known.ids.astype(np.uint64)), 1)
    rarity, kept = np.log1p(articles / held), (held > 1) | (channel(known.ids) == WORD)
    parts = [_scale(terms, known, rarity, kept, slice(low, min(low + _ROWS, n))) for low in range(0, max(n, 1), _ROWS)]
    columns, values, lengths = (np.concatenate(column) for column in zip(*parts, strict=True))
    return sparse.csr_array((values, columns, offsets_of(lengths)), shape=(n, len(known.ids)))


def _scale(
    terms: Terms, known: Vocabulary, rarity: NDArray[np.float64], kept: NDArray[np.bool_], rows: slice
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
    """Columns, values and lengths of these rows."""
    offsets = terms.ids.offsets[rows.start : rows.stop + 1]
    values = slice(offsets[0], offsets[-1])
    columns, n = known.columns[values], len(offsets) - 1
    weights = (1 + np.log(terms.counts[values])) * rarity[columns]
    owners = np.repeat(np.arange(n), np.diff(offsets))
    channels = channel(terms.ids.values[values])
    slots = owners * len(SHARES) + channels
    squares = np.bincount(slots, weights=weights**2, minlength=n * len(SHARES))
    present = (squares.reshape(n, len(SHARES)) > 0) @ SHARES
    scaled = weights * np.sqrt(SHARES[channels] / (squares[slots] * present[owners]))
    met = kept[columns]
    return columns[met], scaled[met].astype(np.float32), np.bincount(owners[met], minlength=n)


def pack_vectors(vectors: sparse.csr_array, ids: NDArray[np.uint32]) -> Vectors:
    """As they are sent to the fold."""
    lengths = np.diff(vectors.indptr).astype(np.int64)
    return Vectors(
        ids.tobytes(),
        vectors.indices.astype(np.int32, copy=False).tobytes(),
        vectors.data.tobytes(),
        lengths.tobytes(),
    )


def unpack_vectors(packed: Vectors) -> tuple[sparse.csr_array, NDArray[np.uint32]]:
    """The vectors, and the term id of each column."""
    ids = np.frombuffer(packed.ids, dtype=np.uint32)
    offsets = offsets_of(np.frombuffer(packed.lengths, dtype=np.int64))
    values = (np.frombuffer(packed.values, dtype=np.float32), np.frombuffer(packed.columns, dtype=np.int32), offsets)
    return sparse.csr_array(values, shape=(len(offsets) - 1, len(ids))), ids


def translate(vectors: sparse.csr_array, ids: NDArray[np.uint32], onto: NDArray[np.uint32]) -> sparse.csr_array:
    """The vectors in another vocabulary, without the entries of terms that it does not hold.

    Args:
        vectors: one column for each of `ids`.
        ids: ascending.
        onto: ids of the new columns, ascending.
    """
    places = np.searchsorted(onto, ids)
    present = onto[np.minimum(places, len(onto) - 1)] == ids if len(onto) else np.zeros(len(ids), dtype=np.bool_)
    met = present[vectors.indices]
    offsets = np.r_[0, np.cumsum(met)][vectors.indptr]
    columns = places.astype(np.int32)[vectors.indices[met]]
    return sparse.csr_array((vectors.data[met], columns, offsets), shape=(vectors.shape[0], len(onto)))


def salient_terms(vectors: sparse.csr_array, ids: NDArray[np.uint32]) -> Ragged:
    """The `SALIENT` heaviest words of each article, as ascending ids.

    Args:
        vectors: one column for each of `ids`.
        ids: ascending, so that the words are the first columns.
    """
    n = vectors.shape[0]
    chosen: list[NDArray[np.uint32]] = [np.zeros(0, dtype=np.uint32)]
    lengths: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    words = int(np.searchsorted(channel(ids), WORD, side="right"))
    for low in range(0, n, _FEW):
        part = vectors[low : low + _FEW]
        is_word = part.indices < words
        owners = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))[is_word]
        columns = part.indices[is_word]
        # One sort of row, weight and place together; the bits of positive floats are in the order of the floats.
        heavy = ~part.data[is_word].view(np.uint32)
        order = (owners.astype(np.uint64) << np.uint64(56)) | (heavy.astype(np.uint64) << np.uint64(24))
        order |= np.arange(len(order), dtype=np.uint64)
        order.sort()
        rank = np.arange(len(order)) - np.searchsorted(owners, owners)
        top = np.sort((order[rank < SALIENT] & np.uint64(0xFFFFFF)).astype(np.int64))
        chosen.append(ids[columns[top]])
        lengths.append(np.bincount(owners[top], minlength=part.shape[0]))
    return Ragged(np.concatenate(chosen), offsets_of(np.concatenate(lengths)))


def products(
    a: sparse.csr_array, left: NDArray[np.int64], b: sparse.csr_array, right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The product of row `left[k]` of a with row `right[k]` of b for every k."""
    result = np.zeros(len(left))
    for low in range(0, len(left), _CHUNK):
        chunk = slice(low, low + _CHUNK)
        result[chunk] = a[left[chunk]].multiply(b[right[chunk]]).sum(axis=1)
    return result


def products_by_row(
    a: sparse.csr_array, left: NDArray[np.int64], b: sparse.csr_array, right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """As `products` where rows of a meet many of b each: three times as fast for forty.

    Args:
        a: vectors.
        left: rows of a, ascending.
        b: vectors over the same columns.
        right: as many rows of b.
    """
    result = np.zeros(len(left))
    spread = np.zeros(a.shape[1])
    for row, low, many in zip(*np.unique(left, return_index=True, return_counts=True), strict=True):
        entries = slice(a.indptr[row], a.indptr[row + 1])
        spread[a.indices[entries]] = a.data[entries]
        result[low : low + many] = b[right[low : low + many]] @ spread
        spread[a.indices[entries]] = 0
    return result
