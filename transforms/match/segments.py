"""Builds and merges the immutable sorted segments of which the index in the store consists.

A segment maps 64-bit keys to 32-bit values: band keys or salient terms to article numbers, or terms to the number of
articles that contain them. Each commit adds one segment per kind; eight of one tier and day
are merged into one of the next tier (the log-structured merge of O'Neil et al. 1996,
doi:10.1007/s002360050048), so that a store of any age has a few large ones and a handful of small ones.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.records import Segment
from transforms.records.ragged import find_sorted, runs

COPY, STORY, TERM = "copy", "story", "term"
MERGE_WIDTH = 8


class Postings(NamedTuple):
    """Keys, and the row or number of an article that has each, ascending."""

    keys: NDArray[np.uint64]
    holders: NDArray[np.int64]

    @classmethod
    def of_matrix(cls, keys: NDArray[np.uint64], holders: NDArray[np.int64]) -> "Postings":
        """Makes postings of keys of shape (articles, keys per article)."""
        return cls(keys.reshape(-1), np.repeat(holders, keys.shape[1]))

    def take(self, kept: NDArray[np.bool_]) -> "Postings":
        """Returns the entries of this mask."""
        return Postings(self.keys[kept], self.holders[kept])


def index_segment(postings: Postings) -> Segment:
    """Makes the segment that finds articles by their keys."""
    order = np.argsort(postings.keys, kind="stable")
    holders = postings.holders[order].astype(np.uint32)
    return Segment(postings.keys[order], holders, len(np.unique(holders)))


def merge_index(segments: Sequence[Segment]) -> Segment:
    """Merges segments into one with all their entries."""
    keys = np.concatenate([segment.keys for segment in segments])
    values = np.concatenate([segment.values for segment in segments])
    order = np.lexsort((values, keys))
    return Segment(keys[order], values[order], sum(segment.articles for segment in segments))


def merge_counts(segments: Sequence[Segment]) -> Segment:
    """Merges segments into one in which the values of equal keys are added up."""
    keys = np.concatenate([segment.keys for segment in segments])
    values = np.concatenate([segment.values for segment in segments])
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    first = runs(keys)
    summed = np.add.reduceat(values, first, dtype=np.uint32) if len(first) else values
    return Segment(keys[first], summed, sum(segment.articles for segment in segments))


def look_up_counts(segments: Sequence[Segment], keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Returns the sum of the values of each key over all segments, 0 for a key that none has."""
    total = np.zeros(len(keys), dtype=np.int64)
    for segment in segments:
        places, present = find_sorted(segment.keys, keys)
        total[present] += segment.values.view(np.int32)[places[present]]
    return total


def subtract_counts(segment: Segment, former: Segment) -> Segment:
    """Subtracts the counts of texts that no longer exist; a value below zero is kept as its two's complement."""
    negative = (-former.values.astype(np.int64)).astype(np.uint32)
    return merge_counts([segment, Segment(former.keys, negative, -former.articles)])
