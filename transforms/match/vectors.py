"""Computes term vectors, by which articles about the same event are recognised.

Each channel of terms (words, capitalised words, pairs) is weighted by (1 + ln tf) * ln(1 + n / df) and
scaled to unit length; the channels are joined with `SHARES`, so that the product of two vectors is about
the mean of the cosines of their channels. Measured as mean BCubed F1 of seven labelled sets, shares of
3 : 1 : 1 .864, 2 : 1 : 1 .858, one common vector over all channels less on each.

Document frequencies are those of the store, of the window and, for texts that `background` covers, of English news at
large: without it headlines lose .05 and articles .01, since among a few articles about one event the words of the event
count as common.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.background import background
from transforms.match.segments import look_up_counts
from transforms.records import Segment, Terms
from transforms.records.ragged import Ragged, offsets_of, ranges
from transforms.sketch.terms import WORD, channel

SHARES = np.array([0.6, 0.2, 0.2])  # WORD, CAPITAL, PAIR
SALIENT = 10
"""Words per article by which candidates are found. Of the articles of ECB+ .991 share one with an earlier article of
their story, at 9 candidates per article (29 among 8,000 others); 64 bands of 2 over the 20 heaviest reached .898 at 5
(7). More words bring more candidates and no better stories."""
_PROMISE = 0.3
"""Share of the least product that salient words must reach, relative to their share in the two texts."""
PARTNERS = 32
"""Stored and earlier articles with which an article is compared at most. Without this limit and `_PROMISE` articles of
full length have 50 candidates each among 12,000 and 115 among 48,000. Measured: ECB+, whole, cut to 60 and to 15 words,
and among 8,000 others keeps its BCubed F1 to four digits, UCI headlines gain .001; `_PROMISE` of .2 and .4 and 48 and
64 partners give the same."""
_FEWEST = 1000
"""The least number of articles that document frequencies are relative to: among a handful, a name that three of them
share would count as a common word."""
_COVERED = 0.6
"""Share of the distinct words of a text that the background holds if the text is English: .78 and more for each article
of ECB+, .6 and more for 95 % of headlines; .1 to .4 for German sentences, .3 to .7 for French and Spanish ones."""
_LEAST = 1e-12  # below any square of a weight
_ROWS = 1024  # articles weighted at once, which bounds intermediate arrays
_FEW = 256  # rows whose entries are ranked at once: rows and places fit 8 and 24 bits
_CHUNK = 1 << 20  # entries that are multiplied at once
_MANY = 5_000  # entries met by those of one row, from which on spreading it out pays off


class Vocabulary(NamedTuple):
    """The distinct terms of some articles."""

    ids: NDArray[np.uint32]
    """Ascending."""
    columns: NDArray[np.int32]
    """The place in `ids` of each value of the terms of the articles."""


def vocabulary(terms: Terms) -> Vocabulary:
    """Numbers the distinct terms of these articles.

    Term and position are sorted together, which is three times as fast as numpy's unique with its inverse.
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
    """Counts the articles that contain each term."""
    counts = np.bincount(known.columns, minlength=len(known.ids))
    return Segment(known.ids.astype(np.uint64), counts.astype(np.uint32), len(terms.ids.offsets) - 1)


class TermMatrix(NamedTuple):
    """Term vectors of some articles."""

    rows: sparse.csr_array
    """float32, one row per article and one column per term."""
    terms: NDArray[np.uint32]
    """The term of each column, ascending, so that words come first."""

    def take(self, places: NDArray[np.int64]) -> "TermMatrix":
        """Returns the vectors at these places, in this order."""
        return self._replace(rows=self.rows[places])

    def word_entries(self) -> NDArray[np.bool_]:
        """Returns which entries of the vectors belong to words."""
        return np.asarray(self.rows.indices < np.searchsorted(channel(self.terms), WORD, side="right"))


def vectorise(terms: Terms, known: Vocabulary, frequencies: Sequence[Segment]) -> TermMatrix:
    """Computes the unit vectors of articles, one column for each term of the vocabulary.

    A channel that weighs less than the words does not get its whole share: otherwise the one capital of two headlines,
    that of "Police" at their beginning, would make up a fifth of their product. Names and pairs that only one article
    holds count in its length but have no entry: they cannot match another article, and they are most of all terms.

    Args:
        terms: the term counts of the articles.
        known: the vocabulary of these terms.
        frequencies: segments of document frequencies; a term in none of them counts as contained in one. The
            background is added for articles in its language, which the share of known words detects better than a
            language identifier does for headlines.
    """
    n = len(terms.ids.offsets) - 1
    rarity = _rarity(known, frequencies)
    parts = [_scale(terms, known, rarity, slice(low, min(low + _ROWS, n))) for low in range(0, max(n, 1), _ROWS)]
    columns, values, lengths = (np.concatenate(column) for column in zip(*parts, strict=True))
    vectors = sparse.csr_array((values, columns, offsets_of(lengths)), shape=(n, len(known.ids)))
    return TermMatrix(vectors, known.ids)


class _Rarity(NamedTuple):
    """The inverse document frequency of each term of a vocabulary."""

    own: NDArray[np.float64]
    """Among the articles of the store and the window."""
    common: NDArray[np.float64]
    """Among these and the background."""
    familiar: NDArray[np.bool_]
    """True for terms of the background."""
    kept: NDArray[np.bool_]
    """True for terms that another article may contain."""


def _rarity(known: Vocabulary, frequencies: Sequence[Segment]) -> _Rarity:
    keys, at_large = known.ids.astype(np.uint64), background()
    held, held_at_large = look_up_counts(frequencies, keys), look_up_counts([at_large], keys)
    articles = max(sum(segment.articles for segment in frequencies), _FEWEST)
    return _Rarity(
        np.log1p(articles / np.maximum(held, 1)),
        np.log1p((articles + at_large.articles) / np.maximum(held + held_at_large, 1)),
        held_at_large > 0,
        (held > 1) | (channel(known.ids) == WORD),
    )


def _scale(
    terms: Terms, known: Vocabulary, rarity: _Rarity, rows: slice
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
    """Computes the columns and values of the entries of these rows, and the number of entries per row."""
    offsets = terms.ids.offsets[rows.start : rows.stop + 1]
    values = slice(offsets[0], offsets[-1])
    columns, n = known.columns[values], len(offsets) - 1
    owners = np.repeat(np.arange(n), np.diff(offsets))
    channels = channel(terms.ids.values[values])
    words = channels == WORD
    all_words = np.bincount(owners[words], minlength=n)
    covered = np.bincount(owners[words & rarity.familiar[columns]], minlength=n) >= _COVERED * np.maximum(all_words, 1)
    weights = 1 + np.log(terms.counts[values])
    weights *= np.where(covered[owners], rarity.common[columns], rarity.own[columns])
    slots = owners * len(SHARES) + channels
    squares = np.bincount(slots, weights=weights**2, minlength=n * len(SHARES)).reshape(n, len(SHARES))
    lengths = np.maximum(squares, squares[:, [WORD]])
    taken = (squares / np.maximum(lengths, _LEAST)) @ SHARES
    scaled = weights * np.sqrt(SHARES[channels] / (lengths.reshape(-1)[slots] * taken[owners]))
    met = rarity.kept[columns]
    return columns[met], scaled[met].astype(np.float32), np.bincount(owners[met], minlength=n)


def translate(matrix: TermMatrix, onto: NDArray[np.uint32]) -> TermMatrix:
    """Maps vectors to another vocabulary; entries of terms that it does not contain are dropped.

    Args:
        matrix: the vectors.
        onto: the terms of the new columns, ascending.
    """
    vectors, terms = matrix
    if onto is terms:
        return matrix
    places = np.searchsorted(onto, terms)
    present = onto[np.minimum(places, len(onto) - 1)] == terms if len(onto) else np.zeros(len(terms), dtype=np.bool_)
    met = present[vectors.indices]
    offsets = np.r_[0, np.cumsum(met)][vectors.indptr]
    columns = places.astype(np.int32)[vectors.indices[met]]
    shape = (vectors.shape[0], len(onto))
    return TermMatrix(sparse.csr_array((vectors.data[met], columns, offsets), shape=shape), onto)


def stack(parts: Sequence[TermMatrix], onto: NDArray[np.uint32]) -> TermMatrix:
    """Joins the rows of all parts, in order, in one vocabulary.

    Args:
        parts: at least one.
        onto: the terms of the new columns, ascending.
    """
    rows = [translate(part, onto).rows for part in parts]
    return TermMatrix(sparse.csr_array(sparse.vstack(rows, format="csr")), onto)


def salient(matrix: TermMatrix) -> TermMatrix:
    """Keeps the `SALIENT` heaviest words of each article and nothing else of its vector."""
    vectors = matrix.rows
    places: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    lengths: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    is_word = matrix.word_entries()
    for low in range(0, vectors.shape[0], _FEW):
        offsets = vectors.indptr[low : low + _FEW + 1]
        words = offsets[0] + np.flatnonzero(is_word[offsets[0] : offsets[-1]])
        top = _heaviest(vectors.data[words], np.diff(np.searchsorted(words, offsets)), SALIENT)
        places.append(words[np.sort(top.values)])
        lengths.append(top.lengths)
    chosen, offsets = np.concatenate(places), offsets_of(np.concatenate(lengths))
    kept = sparse.csr_array((vectors.data[chosen], vectors.indices[chosen], offsets), shape=vectors.shape)
    return matrix._replace(rows=kept)


def most_promising(
    words: TermMatrix, left: NDArray[np.int64], right: NDArray[np.int64], focus: NDArray[np.int64], least: float
) -> NDArray[np.bool_]:
    """Finds the pairs whose product may reach `least`, estimated from their salient words alone.

    Most pairs that share a salient word share only one, and not a rare one: multiplying their vectors would be most of
    the work of matching. Two articles of one event share several, or a very rare one.

    Args:
        words: the salient words of all articles, as returned by `salient`.
        left: one row of each pair.
        right: the other row of each pair.
        focus: the row of each pair for which partners are sought; each keeps its `PARTNERS` most promising pairs.
        least: the least product of two whole vectors that makes a link.

    Returns:
        One value per pair.
    """
    heaviest = words.rows
    lengths = np.sqrt(heaviest.multiply(heaviest).sum(axis=1))
    shared = products(heaviest, left, heaviest, right)
    promising = np.flatnonzero(shared >= _PROMISE * least * np.sqrt(lengths[left] * lengths[right]))
    order = promising[np.lexsort((-shared[promising], focus[promising]))]
    owners = focus[order]
    chosen = np.zeros(len(left), dtype=np.bool_)
    chosen[order[np.arange(len(order)) - np.searchsorted(owners, owners) < PARTNERS]] = True
    return chosen


def products(
    a: sparse.csr_array, left: NDArray[np.int64], b: sparse.csr_array, right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Computes the product of row `left[k]` of a with row `right[k]` of b, for every k."""
    entries = sum(vectors.nnz / max(vectors.shape[0], 1) for vectors in (a, b))
    step = int(_CHUNK / max(entries, 1))
    result = np.zeros(len(left))
    if len(left) * entries > _MANY * np.count_nonzero(np.bincount(left)):
        for places, met in _meet(a, left, b, right, step):
            result[places] = met.sum(axis=1)
        return result
    for low in range(0, len(left), step):
        chunk = slice(low, low + step)
        result[chunk] = a[left[chunk]].multiply(b[right[chunk]]).sum(axis=1)
    return result


def _meet(
    a: sparse.csr_array, left: NDArray[np.int64], b: sparse.csr_array, right: NDArray[np.int64], step: int
) -> Iterator[tuple[NDArray[np.int64], sparse.csr_array]]:
    """Multiplies rows of b entry by entry with the rows of a that they are paired with.

    A row of a is spread out once for all rows of b that it is paired with: for forty partners five times as fast as
    merging row by row.

    Args:
        a: vectors.
        left: one row of a per pair.
        b: vectors over the same columns.
        right: one row of b per pair.
        step: how many pairs are multiplied at once.

    Yields:
        The places of some pairs, and one row of entry products for each of them.
    """
    order = np.argsort(left, kind="stable")
    spread = np.zeros(a.shape[1], dtype=a.dtype)
    for low in range(0, len(order), step):
        places = order[low : low + step]
        met = b[right[places]]
        rows, starts = np.unique(left[places], return_index=True)
        edges = met.indptr[np.r_[starts, len(places)]].tolist()
        for row, first, last in zip(rows.tolist(), edges, edges[1:], strict=False):
            entries = slice(a.indptr[row], a.indptr[row + 1])
            columns = a.indices[entries]
            spread[columns] = a.data[entries]
            met.data[first:last] *= spread[met.indices[first:last]]
            spread[columns] = 0
        yield places, met


def shared_words(matrix: TermMatrix, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts the words that row `left[k]` and row `right[k]` have in common, for every k."""
    vectors = matrix.rows
    words = matrix.word_entries().astype(np.float64)
    held = sparse.csr_array((words, vectors.indices, vectors.indptr), shape=vectors.shape)
    return np.round(products(held, left, held, right)).astype(np.int64)


def top_shared(
    matrix: TermMatrix, left: NDArray[np.int64], right: NDArray[np.int64], most: int
) -> list[NDArray[np.uint32]]:
    """Finds the terms that add most to the product of row `left[k]` and row `right[k]`, for every k.

    Args:
        matrix: the vectors.
        left: one row of each pair.
        right: the other row of each pair.
        most: how many terms are wanted for each pair.

    Returns:
        Term ids for each pair, the heaviest first.
    """
    vectors, ids = matrix
    found: list[NDArray[np.uint32]] = [ids[:0]] * len(left)
    for places, shared in _meet(vectors, left, vectors, right, _FEW):
        shared.eliminate_zeros()
        top = _heaviest(shared.data, np.diff(shared.indptr), most)
        terms = np.split(ids[shared.indices[top.values]], top.offsets[1:-1])
        for place, own in zip(places.tolist(), terms, strict=True):
            found[place] = own
    return found


def _heaviest(weights: NDArray[np.float32], lengths: NDArray[np.int64], most: int) -> Ragged:
    """Finds the places of the heaviest entries of each row, in descending order; equal ones in their order.

    Row, weight and place are sorted together, which is much faster than three sorts: rows and places must fit 8 and 24
    bits. The bits of positive floats are in the order of the floats.

    Args:
        weights: the entries of all rows, positive.
        lengths: the number of entries per row.
        most: how many places are wanted per row.
    """
    owners = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
    order = (owners << np.uint64(56)) | ((~weights.view(np.uint32)).astype(np.uint64) << np.uint64(24))
    order |= np.arange(len(order), dtype=np.uint64)
    order.sort()
    taken = np.minimum(lengths, most)
    places = order[ranges(offsets_of(lengths)[:-1], taken)] & np.uint64(0xFFFFFF)
    return Ragged(places.astype(np.uint32), offsets_of(taken))
