"""Copies: pairs that hold the same text, judged by the shingles themselves."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.records.ragged import Ragged

SHORT = 10
"""Texts of fewer shingles (twelve words) are copies only when their shingles are the same: a template of
a headline ('Morning briefing: 3 May') must not make copies of different items."""

HOT = 32
"""A shingle that more of the articles in question hold may be a template's."""
_MUCH = 0.25
"""Share of hot shingles from which a template may be what makes an article like another: below it, at least
.6 of what two copies share is their own."""
_FEWEST = 1000
"""Articles that a share of holders is taken of at least."""
_REST = 0.6
"""Share of the asked similarity that two copies keep when shingles are weighed by rarity. Five hundred reprints
among 12,000 articles, a fifth of each another's, keep more; a thousand articles that fill 80 words of template
with 30 of their own each do not. A text and its first half keep all, by containment."""
_CELLS = np.uint32(10)  # low bits of a shingle that a rough count leaves out


class Overlap(NamedTuple):
    """How much two shingle sets share, for each pair."""

    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]
    """Of the smaller set in the larger one (Broder 1997)."""


def overlap(
    sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64], weights: NDArray[np.float64] | None = None
) -> Overlap:
    """Exact Jaccard similarity and containment of the sets `left[k]` and `right[k]`; 0 for empty sets.

    Args:
        sets: shingles of all articles.
        left: one row of each pair.
        right: the other.
        weights: what each value of the sets counts, equal for equal values; 1 without.
    """
    shared = np.zeros(len(left))
    for pair, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        merged = np.concatenate([sets.row(a), sets.row(b)])
        merged.sort()
        common = merged[1:][merged[1:] == merged[:-1]]
        shared[pair] = (
            len(common) if weights is None else weights[sets.offsets[a] + np.searchsorted(sets.row(a), common)].sum()
        )
    sizes = sets.lengths
    if weights is not None:
        sizes = np.bincount(sets.row_ids, weights=weights, minlength=len(sizes))
    smaller = np.minimum(sizes[left], sizes[right])
    union = sizes[left] + sizes[right] - shared
    return Overlap(shared / np.maximum(union, 1e-9), shared / np.maximum(smaller, 1e-9))


def are_copies(
    sets: Ragged,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    found: Overlap,
    *,
    similarity: float,
    containment: float,
) -> NDArray[np.bool_]:
    """Which pairs are copies: similar enough, or the smaller text mostly contained in the larger.

    Args:
        sets: shingles of all articles.
        left: one row of each pair.
        right: the other.
        found: how much each pair shares.
        similarity: least Jaccard similarity.
        containment: least containment, for abridged copies; it counts when the smaller set is not short.
    """
    smaller = np.minimum(sets.lengths[left], sets.lengths[right])
    alike = (found.jaccard >= similarity) | (found.containment >= containment)
    return np.where(smaller < SHORT, (found.jaccard == 1) & (smaller > 0), alike)


def are_more_than_a_template(
    sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64], *, similarity: float, containment: float
) -> NDArray[np.bool_]:
    """Which copies stay alike when shingles weigh by how few of these articles hold them.

    Requirements: a text that a thousand outlets print stays one copy group; articles that a machine fills into
    one template stay apart. Theory: what all copies share is the whole text, what a template's articles share
    is only the template, beside a rest that nobody else holds. Known exception: a template with hardly any
    rest, where the articles are the same text by any measure.

    Args:
        sets: shingles of all articles.
        left: one row of each pair that `are_copies` accepts.
        right: the other.
        similarity: least Jaccard similarity, before weighing.
        containment: least containment, before weighing.
    """
    kept = np.ones(len(left), dtype=np.bool_)
    rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    suspected = _hold_much_that_is_hot(sets.take(rows))[places].reshape(2, -1).all(axis=0)
    if not suspected.any():
        return kept
    rows, places = np.unique(np.concatenate([left[suspected], right[suspected]]), return_inverse=True)
    held = sets.take(rows)
    _, shingles, counts = np.unique(held.values, return_inverse=True, return_counts=True)
    weights = np.log1p(max(len(sets.offsets) - 1, _FEWEST) / counts)[shingles]
    a, b = places.reshape(2, -1)
    found = overlap(held, a, b, weights)
    kept[suspected] = (found.jaccard >= _REST * similarity) | (found.containment >= _REST * containment)
    return kept


def _hold_much_that_is_hot(sets: Ragged) -> NDArray[np.bool_]:
    """Which sets consist of hot shingles for a good part."""
    cells = sets.values >> _CELLS
    # Shingles of a cell are counted together first: only in crowded cells can one be hot.
    crowded = np.flatnonzero(np.bincount(cells)[cells] > HOT) if len(cells) else np.zeros(0, dtype=np.int64)
    _, places, counts = np.unique(sets.values[crowded], return_inverse=True, return_counts=True)
    owners = np.searchsorted(sets.offsets, crowded[counts[places] > HOT], side="right") - 1
    return np.asarray(np.bincount(owners, minlength=len(sets.offsets) - 1) >= _MUCH * sets.lengths)
