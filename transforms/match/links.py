"""Pairs on their way from candidates to links."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.match.candidates import Candidates, pair_with_stored
from transforms.match.segments import Postings
from transforms.ports import MatchStore
from transforms.records import Links, Segment, Sketches


class Verified(NamedTuple):
    """Pairs that count, by number or by row."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float64]
    containment: NDArray[np.float64]

    def take(self, kept: NDArray[np.bool_]) -> "Verified":
        """The pairs of this mask."""
        return Verified(self.left[kept], self.right[kept], self.score[kept], self.containment[kept])

    def keys(self) -> NDArray[np.int64]:
        """One value a pair."""
        return (self.left << 32) | self.right

    def numbered(self, numbers: NDArray[np.int64]) -> "Verified":
        """From rows to the numbers of these rows, the newer one on the left."""
        a, b = numbers[self.left], numbers[self.right]
        return self._replace(left=np.maximum(a, b), right=np.minimum(a, b))


NO_PAIRS = Verified(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


def join_verified(parts: Sequence[Verified]) -> Verified:
    """All pairs of all parts."""
    return Verified(*(np.concatenate(column) for column in zip(*parts, strict=True)))


class WithStored(NamedTuple):
    """New rows 0..n-1 and, behind them, the stored articles that they may match."""

    numbers: NDArray[np.int64]
    left: NDArray[np.int64]
    """New rows."""
    right: NDArray[np.int64]
    """Rows of stored articles."""
    stored: Sketches
    oversized_buckets: int


def candidates_with_stored(
    numbers: NDArray[np.int64],
    keys: Postings,
    segments: Sequence[Segment],
    store: MatchStore,
    cap: int,
    *,
    newest: bool,
) -> WithStored:
    """Pairs new rows with stored articles that share a key, and loads these.

    Args:
        numbers: of the new rows.
        keys: of the new rows.
        segments: the index.
        store: read only.
        cap: as of `pair_with_stored`.
        newest: as of `pair_with_stored`.
    """
    found: Candidates = pair_with_stored(keys, segments, cap, newest=newest)
    # A changed article is in the index with its former text; only its new one counts.
    current = ~np.isin(found.right, numbers)
    stored, place = np.unique(found.right[current], return_inverse=True)
    return WithStored(
        np.concatenate([numbers, stored]),
        found.left[current],
        len(numbers) + place,
        store.sketches(stored),
        found.oversized_buckets,
    )


def as_links(copies: Verified, stories: Verified) -> Links:
    """Both kinds as columns, by number."""
    is_copy = np.r_[np.ones(len(copies.left), dtype=np.bool_), np.zeros(len(stories.left), dtype=np.bool_)]
    left, right, score, containment = join_verified([copies, stories])
    order = np.lexsort((~is_copy, right, left))
    return Links(
        left[order].tobytes(),
        right[order].tobytes(),
        is_copy[order].tobytes(),
        score[order].tobytes(),
        containment[order].tobytes(),
    )
