"""Proposes pairs of articles that share a key; for keys that very many articles share, only some of the pairs."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.clean.tokens import mix
from transforms.match.segments import Postings
from transforms.records import Segment
from transforms.records.ragged import ranges, runs


class Candidates(NamedTuple):
    """Pairs to be verified, each once: articles `left[k]` and `right[k]` share a key."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    oversized_buckets: int
    """How many keys more articles shared than the cap allows to pair."""


def _unique_pairs(left: NDArray[np.int64], right: NDArray[np.int64], oversized_buckets: int) -> Candidates:
    pairs = np.sort((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64))
    pairs = pairs[runs(pairs)]
    return Candidates(
        (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64), oversized_buckets
    )


def pair_within(postings: Postings, cap: int, texts: NDArray[np.uint64] | None = None) -> Candidates:
    """Pairs the articles of a window that share a key.

    A bucket of more than `cap + 1` articles stays connected through its earliest members at linear cost. Copies of one
    text are all paired with the earliest of them, so they stay one group. Where different articles fill the bucket
    because a template gave them the key, two copies among them still meet under the keys of their own words: at a
    similarity of .6, half of it due to the template, under one of 42 keys of three rows with a probability of .9998.

    Args:
        postings: the keys of each row; the first rows are preferred as partners.
        cap: the number of earlier holders of a key with which each row is paired at most.
        texts: one value per row, equal for rows with the same text; of these a bucket beyond the cap holds only the
            first.

    Returns:
        Pairs of rows, `left` before `right`.
    """
    order = np.argsort(postings.keys, kind="stable")
    keys, rows = postings.keys[order], postings.holders[order]
    starts = runs(keys)
    lengths = np.diff(np.r_[starts, len(order)])
    if texts is not None and lengths.max(initial=0) > cap + 1:
        oversized = np.repeat(lengths > cap + 1, lengths)
        places = np.flatnonzero(oversized)
        first = np.unique(mix(keys[places]) + texts[rows[places]], return_index=True)[1]
        kept = np.sort(np.concatenate([np.flatnonzero(~oversized), places[first]]))
        keys, rows = keys[kept], rows[kept]
        starts = runs(keys)
        lengths = np.diff(np.r_[starts, len(keys)])
    starts, lengths = starts[lengths > 1], lengths[lengths > 1]
    members = ranges(starts, lengths)
    bucket_starts = np.repeat(starts, lengths)
    partners = np.minimum(members - bucket_starts, cap)
    right = np.repeat(rows[members], partners)
    left = rows[ranges(bucket_starts, partners)]
    distinct = left != right
    left, right = left[distinct], right[distinct]
    return _unique_pairs(np.minimum(left, right), np.maximum(left, right), int((lengths > cap + 1).sum()))


def pair_with_stored(postings: Postings, segments: Sequence[Segment], cap: int, *, newest: bool) -> Candidates:
    """Pairs new articles with stored ones that share a key.

    Args:
        postings: the keys of each new row.
        segments: the index, the oldest segment first.
        cap: how many stored holders of a key are taken at most, over all segments.
        newest: whether the newest holders of a key are taken, else the oldest.

    Returns:
        Pairs of a new row (`left`) and the number of a stored article (`right`).
    """
    order = np.argsort(postings.keys, kind="stable")
    keys, rows = postings.keys[order], postings.holders[order]
    room = np.full(len(keys), cap)
    refused = np.zeros(len(keys), dtype=np.bool_)
    lefts: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    rights: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    for segment in reversed(segments) if newest else segments:
        low = np.searchsorted(segment.keys, keys, side="left")
        found = np.searchsorted(segment.keys, keys, side="right") - low
        taken = np.minimum(found, room)
        refused |= taken < found
        room -= taken
        start = low + found - taken if newest else low
        lefts.append(np.repeat(rows, taken))
        rights.append(segment.values[ranges(start, taken)].astype(np.int64))
    return _unique_pairs(np.concatenate(lefts), np.concatenate(rights), len(np.unique(keys[refused])))
