"""Copies: pairs that hold the same text, judged by the shingles themselves."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.sketch.ragged import Ragged

_CHUNK = 8192  # pairs whose shingles are merged at once

SHORT = 10
"""Texts of fewer shingles (twelve words) are copies only when their shingles are the same: a template of
a headline ('Morning briefing: 3 May') must not make copies of different items."""


class Overlap(NamedTuple):
    """How much two shingle sets share, for each pair."""

    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]
    """Of the smaller set in the larger one (Broder 1997)."""


def overlap(sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64]) -> Overlap:
    """Exact Jaccard similarity and containment of the sets `left[k]` and `right[k]`; 0 for empty sets."""
    shared = np.zeros(len(left))
    for low in range(0, len(left), _CHUNK):
        a, b = sets.take(left[low : low + _CHUNK]), sets.take(right[low : low + _CHUNK])
        merged = np.concatenate([_keyed(a), _keyed(b)])
        merged.sort()
        both = merged[1:][merged[1:] == merged[:-1]] >> np.uint64(32)
        shared[low : low + _CHUNK] = np.bincount(both.astype(np.int64), minlength=len(a.offsets) - 1)
    sizes = sets.lengths
    smaller = np.minimum(sizes[left], sizes[right])
    union = sizes[left] + sizes[right] - shared
    return Overlap(shared / np.maximum(union, 1), shared / np.maximum(smaller, 1))


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


def _keyed(rows: Ragged) -> NDArray[np.uint64]:
    return (rows.row_ids.astype(np.uint64) << np.uint64(32)) | rows.values
