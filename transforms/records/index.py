"""The index of stored articles, and their sketches, as arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.records.ragged import Ragged


class Segment(NamedTuple):
    """Ascending keys, and a value for each; equal keys stand in ascending order of value."""

    keys: NDArray[np.uint64]
    values: NDArray[np.uint32]
    articles: int
    """How many articles it was made from."""

    @classmethod
    def of_bytes(cls, keys: bytes, values: bytes, articles: int) -> "Segment":
        """From its columns as they are sent and stored."""
        return cls(np.frombuffer(keys, dtype=np.uint64), np.frombuffer(values, dtype=np.uint32), articles)


class Terms(NamedTuple):
    """Distinct terms of each text, ascending, and how often each occurs, the lead counted twice."""

    ids: Ragged
    counts: NDArray[np.uint16]


class Sketches(NamedTuple):
    """Sketches of stored articles, in the order of the numbers they were asked by."""

    shingles: Ragged
    terms: Terms
