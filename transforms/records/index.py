"""Sketches of articles and the index that finds them, as arrays in memory."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.records.articles import Article
from transforms.records.ragged import Ragged


class Segment(NamedTuple):
    """Ascending keys with one value each; equal keys are ordered by value."""

    keys: NDArray[np.uint64]
    values: NDArray[np.uint32]
    articles: int
    """Number of articles that it was made from."""

    @classmethod
    def of_bytes(cls, keys: bytes, values: bytes, articles: int) -> "Segment":
        """Reads the columns of a stored segment."""
        return cls(np.frombuffer(keys, dtype=np.uint64), np.frombuffer(values, dtype=np.uint32), articles)


class Terms(NamedTuple):
    """The distinct terms of each text, ascending, and the count of each, in which the lead counts twice."""

    ids: Ragged
    counts: NDArray[np.uint16]


class Sketched(NamedTuple):
    """Articles with their sketches."""

    articles: Sequence[Article]
    signatures: NDArray[np.uint32]
    """MinHash signatures, shape (articles, PERMUTATIONS)."""
    shingles: Ragged
    """The shingle set of each article, ascending."""
    terms: Terms

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The store's number of each article."""
        return np.array([article.number for article in self.articles], dtype=np.int64)


class Sketches(NamedTuple):
    """Sketches of stored articles, in the order of the numbers that were looked up."""

    shingles: Ragged
    terms: Terms
