"""Candidates: every pair that shares a key, once, unless a key is hot."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transforms.match.candidates import Candidates, pair_with_stored, pair_within
from transforms.match.segments import Postings, index_segment
from transforms.records import Segment

KEYS = arrays(np.uint64, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.integers(0, 6))


def held(keys: np.ndarray, first: int = 0) -> Postings:
    return Postings.of_matrix(keys, np.arange(first, first + len(keys)))


def indexed(keys: np.ndarray, first: int) -> Segment:
    return index_segment(held(keys, first))


def pairs(candidates: Candidates) -> list[tuple[int, int]]:
    return list(zip(candidates.left.tolist(), candidates.right.tolist(), strict=True))


@given(KEYS)
def test_within_finds_what_a_comparison_of_all_finds(keys: np.ndarray) -> None:
    rows = [set(row.tolist()) for row in keys]
    expected = [(a, b) for a, b in itertools.combinations(range(len(rows)), 2) if rows[a] & rows[b]]
    found = pair_within(held(keys), cap=100)
    assert pairs(found) == expected
    assert found.oversized_buckets == 0


@given(KEYS, KEYS)
def test_with_stored_finds_what_a_comparison_of_all_finds(keys: np.ndarray, stored: np.ndarray) -> None:
    numbers = np.arange(100, 100 + len(stored), dtype=np.int64)
    half = len(stored) // 2
    segments = [indexed(stored[:half], 100), indexed(stored[half:], 100 + half)]
    expected = [
        (row, int(number))
        for row in range(len(keys))
        for number, held in zip(numbers, stored, strict=True)
        if set(keys[row].tolist()) & set(held.tolist())
    ]
    assert pairs(pair_with_stored(held(keys), segments, cap=100, newest=True)) == expected


def test_a_hot_key_costs_linear_work_and_keeps_its_bucket_connected() -> None:
    keys = np.full((1000, 1), 7, dtype=np.uint64)
    found = pair_within(held(keys), cap=3)
    assert len(found.left) == 1 + 2 + 3 * 997
    assert set(found.left.tolist()) == {0, 1, 2}
    assert set(found.right.tolist()) == set(range(1, 1000))
    assert found.oversized_buckets == 1


def test_a_text_fills_one_place_of_a_hot_bucket_only() -> None:
    keys = np.full((100, 1), 7, dtype=np.uint64)
    texts = np.array([1] * 60 + list(range(2, 42)), dtype=np.uint64)
    found = pair_within(held(keys), cap=3, texts=texts)
    assert set(found.left.tolist()) == {0, 60, 61}
    assert set(found.right.tolist()) == set(range(60, 100))


def test_in_a_small_bucket_all_copies_of_a_text_meet() -> None:
    found = pair_within(held(np.full((3, 1), 7, dtype=np.uint64)), cap=3, texts=np.ones(3, dtype=np.uint64))
    assert pairs(found) == [(0, 1), (0, 2), (1, 2)]


@pytest.mark.parametrize(("newest", "expected"), [(True, [47, 48, 49, 50]), (False, [1, 2, 3, 4])])
def test_a_hot_stored_key_is_capped_at_one_end(newest: bool, expected: list[int]) -> None:
    stored = indexed(np.full((50, 1), 7, dtype=np.uint64), 1)
    found = pair_with_stored(held(np.array([[7]], dtype=np.uint64)), [stored], cap=4, newest=newest)
    assert found.right.tolist() == expected
    assert found.oversized_buckets == 1


@pytest.mark.parametrize(("newest", "expected"), [(True, [18, 19, 20, 29, 30]), (False, [1, 2, 3, 4, 5])])
def test_the_cap_holds_over_all_segments(newest: bool, expected: list[int]) -> None:
    hot = np.full((1, 1), 7, dtype=np.uint64)
    segments = [indexed(np.repeat(hot, many, axis=0), first) for many, first in ((10, 1), (10, 11), (2, 29))]
    found = pair_with_stored(held(hot), segments, cap=5, newest=newest)
    assert found.right.tolist() == expected
    assert found.oversized_buckets == 1


def test_nothing_new_or_nothing_stored() -> None:
    empty = np.zeros((0, 4), dtype=np.uint64)
    assert pairs(pair_within(held(empty), cap=4)) == []
    assert pairs(pair_with_stored(held(empty), [], cap=4, newest=True)) == []
