"""Candidate pairs from shared keys, with a cap for keys that very many articles hold."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.match.segments import Postings, Segment
from transforms.sketch.ragged import ranges, runs


class Candidates(NamedTuple):
    """Pairs to verify, each once: `left[k]` and `right[k]` share a key."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    capped: int
    """Keys that more articles shared than the cap allows to pair."""


def _unique_pairs(left: NDArray[np.int64], right: NDArray[np.int64], capped: int) -> Candidates:
    pairs = np.sort((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64))
    pairs = pairs[runs(pairs)]
    return Candidates(
        (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64), capped
    )


def pair_within(postings: Postings, cap: int) -> Candidates:
    """Pairs of articles of a window that share a key: left < right.

    Args:
        postings: the keys of each row; rows in the order in which they should be preferred.
        cap: each row is paired with at most so many of the first rows that hold the key. A bucket of
            near-duplicates thus stays connected through its earliest members at linear cost.
    """
    order = np.argsort(postings.keys, kind="stable")
    rows = postings.holders[order]
    starts = runs(postings.keys[order])
    lengths = np.diff(np.r_[starts, len(order)])
    shared = lengths > 1
    starts, lengths = starts[shared], lengths[shared]
    members = ranges(starts, lengths)
    bucket_starts = np.repeat(starts, lengths)
    partners = np.minimum(members - bucket_starts, cap)
    right = np.repeat(rows[members], partners)
    left = rows[ranges(bucket_starts, partners)]
    apart = left != right
    left, right = left[apart], right[apart]
    return _unique_pairs(np.minimum(left, right), np.maximum(left, right), int((lengths > cap + 1).sum()))


def pair_with_stored(postings: Postings, segments: Sequence[Segment], cap: int) -> Candidates:
    """Pairs of new rows (left) and stored articles' numbers (right) that share a key.

    Args:
        postings: the keys of each new row.
        segments: the index.
        cap: of one key's stored articles in a segment the newest so many are taken.
    """
    order = np.argsort(postings.keys, kind="stable")
    keys, rows = postings.keys[order], postings.holders[order]
    lefts: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    rights: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    capped = 0
    for segment in segments:
        low = np.searchsorted(segment.keys, keys, side="left")
        found = np.searchsorted(segment.keys, keys, side="right") - low
        hits = np.flatnonzero(found)
        low, found = low[hits], found[hits]
        taken = np.minimum(found, cap)
        capped += int((found > cap).sum())
        lefts.append(np.repeat(rows[hits], taken))
        rights.append(segment.values[ranges(low + found - taken, taken)].astype(np.int64))
    return _unique_pairs(np.concatenate(lefts), np.concatenate(rights), capped)
