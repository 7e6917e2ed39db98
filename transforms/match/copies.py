"""Decides which pairs of articles are copies, by their shingles."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.records.ragged import Ragged

SHORT = 10
"""Texts with fewer shingles (twelve words) are copies only if their shingles are the same: the template of a headline
('Morning briefing: 3 May') must not turn different items into copies."""

FREQUENT = 32
"""A shingle in more of the compared articles than this may belong to a template."""
_FREQUENT_SHARE = 0.25
"""Share of such shingles from which on a template may be all that two articles share: below it, at least .6 of what two
copies share is their own."""
_FEWEST = 1000
"""The least number of articles of which a share of holders is taken."""
_REST = 0.6
"""Share of the least similarity that two copies keep when shingles are weighted by rarity. Five hundred reprints among
12,000 articles, each with a fifth of its words changed, keep more; a thousand articles that add 30 words of their own
to a template of 80 words do not. A text and its first half keep all of it, by containment."""
_CELLS = np.uint32(10)  # low bits of a shingle that a rough count ignores


class Overlap(NamedTuple):
    """The overlap of the two shingle sets of each pair."""

    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]
    """The containment of the smaller set in the larger one (Broder 1997)."""
    smaller: NDArray[np.int64]
    """The number of shingles of the smaller set."""


def overlap(
    sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64], weights: NDArray[np.float64] | None = None
) -> Overlap:
    """Computes the exact Jaccard similarity and containment of the sets `left[k]` and `right[k]`; 0 for empty sets.

    Args:
        sets: the shingles of all articles.
        left: one row of each pair.
        right: the other row of each pair.
        weights: the weight of each value of the sets, equal for equal values; 1 if not given.
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
    union = sizes[left] + sizes[right] - shared
    containment = shared / np.maximum(np.minimum(sizes[left], sizes[right]), 1e-9)
    return Overlap(shared / np.maximum(union, 1e-9), containment, np.minimum(sets.lengths[left], sets.lengths[right]))


def are_copies(found: Overlap, *, similarity: float, containment: float) -> NDArray[np.bool_]:
    """Decides which pairs are copies: similar enough, or the smaller text mostly contained in the larger.

    Args:
        found: what each pair has in common, as returned by `overlap`.
        similarity: the least Jaccard similarity of copies.
        containment: the least containment of abridged copies.

    Returns:
        One value per pair.
    """
    similar = (found.jaccard >= similarity) | (found.containment >= containment)
    return np.where(found.smaller < SHORT, (found.jaccard == 1) & (found.smaller > 0), similar)


def are_more_than_a_template(
    sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64], *, similarity: float, containment: float
) -> NDArray[np.bool_]:
    """Decides which copies stay similar when shingles are weighted by their rarity among these articles.

    Requirements: a text that a thousand outlets print stays one group of copies; articles that a machine fills into one
    template do not become copies. Theory: copies share the whole text, whereas the articles of a template share only
    the template, and each has a rest that no other article holds. Known exception: a template with hardly any rest,
    where the articles are the same text by any measure.

    Args:
        sets: the shingles of all articles.
        left: one row of each pair that `are_copies` accepts.
        right: the other row of each pair.
        similarity: the least Jaccard similarity, without weights.
        containment: the least containment, without weights.

    Returns:
        One value per pair.
    """
    kept = np.ones(len(left), dtype=np.bool_)
    rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    suspected = _are_mostly_frequent(sets.take(rows))[places].reshape(2, -1).all(axis=0)
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


def _are_mostly_frequent(sets: Ragged) -> NDArray[np.bool_]:
    """Decides which sets consist of frequent shingles to a good part."""
    cells = sets.values >> _CELLS
    # Shingles are first counted per cell: only a full cell can contain a frequent one.
    full = np.flatnonzero(np.bincount(cells)[cells] > FREQUENT) if len(cells) else np.zeros(0, dtype=np.int64)
    _, places, counts = np.unique(sets.values[full], return_inverse=True, return_counts=True)
    owners = np.searchsorted(sets.offsets, full[counts[places] > FREQUENT], side="right") - 1
    return np.asarray(np.bincount(owners, minlength=len(sets.offsets) - 1) >= _FREQUENT_SHARE * sets.lengths)
