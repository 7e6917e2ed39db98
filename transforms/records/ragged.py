"""Rows of different lengths in two flat arrays, as in the compressed sparse row format."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def offsets_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the start of each row and the end of the last: [0, l0, l0 + l1, ...]."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenates `arange(start, start + length)` over all rows."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    offsets = offsets_of(lengths)
    return np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)


class Ragged(NamedTuple):
    """Rows of different lengths: row i is `values[offsets[i]:offsets[i + 1]]`."""

    values: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    """Ascending from 0; one more than there are rows."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The number of values in each row."""
        return np.diff(self.offsets)

    @property
    def row_ids(self) -> NDArray[np.int64]:
        """The row of each value."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.lengths)

    def row(self, index: int) -> NDArray[np.uint32]:
        """Returns the values of one row."""
        return self.values[self.offsets[index] : self.offsets[index + 1]]

    def take(self, rows: NDArray[np.int64]) -> "Ragged":
        """Returns the rows at these indices, in this order."""
        starts, ends = self.offsets[rows], self.offsets[rows + 1]
        # For rows of hundreds of values, slicing row by row is several times as fast as one gather by index.
        parts = [self.values[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        return Ragged(np.concatenate([self.values[:0], *parts]), offsets_of(ends - starts))


def runs(ordered: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Returns the start of each run of equal values in an ordered array."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])


def from_pairs(pairs: NDArray[np.uint64], n: int) -> Ragged:
    """Builds `n` rows from ordered pairs `row << 32 | value`."""
    return Ragged(pairs.astype(np.uint32), np.searchsorted(pairs, np.arange(n + 1, dtype=np.uint64) << np.uint64(32)))


def concatenate(parts: Sequence[Ragged]) -> Ragged:
    """Concatenates the rows of all parts, in order."""
    if not parts:
        return Ragged(np.zeros(0, dtype=np.uint32), np.zeros(1, dtype=np.int64))
    return Ragged(
        np.concatenate([part.values for part in parts]),
        offsets_of(np.concatenate([part.lengths for part in parts])),
    )


def find_sorted(values: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Finds each wanted value in an ascending array, which may be empty.

    Returns:
        For each wanted value its place, which means nothing where it is absent, and whether it is present.
    """
    places = np.searchsorted(values, wanted)
    present = places < len(values)
    present[present] = values[places[present]] == wanted[present]
    return places, present
