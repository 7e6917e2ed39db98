"""Copies are judged by their shingles themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.match.copies import FREQUENT, are_copies, are_more_than_a_template, overlap
from transforms.records.ragged import Ragged, offsets_of

SETS = st.lists(st.sets(st.integers(0, 30), max_size=12), min_size=2, max_size=6)


def ragged(sets: list[set[int]]) -> Ragged:
    values = np.array([value for row in sets for value in sorted(row)], dtype=np.uint32)
    return Ragged(values, offsets_of(np.array([len(row) for row in sets], dtype=np.int64)))


@given(SETS)
@settings(max_examples=50)
def test_overlap_is_exact(sets: list[set[int]]) -> None:
    left, right = np.triu_indices(len(sets), 1)
    found = overlap(ragged(sets), left, right)
    for place, (a, b) in enumerate(zip(left, right, strict=True)):
        shared, union = len(sets[a] & sets[b]), len(sets[a] | sets[b])
        smaller = min(len(sets[a]), len(sets[b]))
        assert found.jaccard[place] == pytest.approx(shared / union if union else 0)
        assert found.containment[place] == pytest.approx(shared / smaller if smaller else 0)


@given(SETS)
@settings(max_examples=50)
def test_weighed_overlap_is_exact(sets: list[set[int]]) -> None:
    left, right = np.triu_indices(len(sets), 1)
    rows = ragged(sets)
    found = overlap(rows, left, right, (rows.values + 1) / 7)

    def weight(part: set[int]) -> float:
        return sum((value + 1) / 7 for value in part)

    for place, (a, b) in enumerate(zip(left, right, strict=True)):
        smaller = min(weight(sets[a]), weight(sets[b]))
        assert found.jaccard[place] == pytest.approx(weight(sets[a] & sets[b]) / max(weight(sets[a] | sets[b]), 1e-9))
        assert found.containment[place] == pytest.approx(weight(sets[a] & sets[b]) / max(smaller, 1e-9))


def crowd(shared: int, own: int, many: int) -> tuple[Ragged, np.ndarray, np.ndarray]:
    """Sets that share some elements and have some of their own, and all pairs of them."""
    sets = [set(range(shared)) | set(range(10_000 * (n + 1), 10_000 * (n + 1) + own)) for n in range(many)]
    return ragged(sets), *np.triu_indices(many, 1)


@pytest.mark.parametrize(
    ("shared", "own", "many", "expected"),
    [(80, 30, 200, False), (80, 30, FREQUENT, True), (300, 60, 60, True), (80, 4, 60, True)],
    ids=["template", "few", "reprints with additions", "hardly anything but the template"],
)
def test_a_template_makes_no_copies(shared: int, own: int, many: int, expected: bool) -> None:
    sets, left, right = crowd(shared, own, many)
    found = overlap(sets, left, right)
    assert are_copies(found, similarity=0.5, containment=0.8).all()
    kept = are_more_than_a_template(sets, left, right, similarity=0.5, containment=0.8)
    assert set(kept.tolist()) == {expected}


def test_copies_within_a_template_are_kept() -> None:
    sets, left, right = crowd(80, 30, 200)
    rows = [set(sets.row(row).tolist()) for row in range(200)]
    rows[9] = rows[7] - {80, 81}
    kept = are_more_than_a_template(ragged(rows), left, right, similarity=0.5, containment=0.8)
    assert list(zip(left[kept].tolist(), right[kept].tolist(), strict=True)) == [(7, 9)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (set(range(100)), set(range(34, 134)), False),
        (set(range(100)), set(range(33, 133)), True),
        (set(range(100)), set(range(20)), True),
        (set(range(100)), set(range(85, 105)), False),
        (set(range(9)), set(range(9)), True),
        (set(range(9)), set(range(8)), False),
        (set(), set(), False),
    ],
    ids=["below", "similar", "abridged", "quoted", "short and equal", "short and alike", "empty"],
)
def test_which_pairs_are_copies(first: set[int], second: set[int], expected: bool) -> None:
    sets, left, right = ragged([first, second]), np.array([0]), np.array([1])
    found = overlap(sets, left, right)
    assert are_copies(found, similarity=0.5, containment=0.8).tolist() == [expected]
