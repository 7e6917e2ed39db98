"""Copies are judged by their shingles themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.match import copies as module
from transforms.match.copies import are_copies, overlap
from transforms.sketch.ragged import Ragged, offsets_of

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


def test_chunks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    sets = ragged([set(range(low, low + 9)) for low in range(12)])
    left, right = np.triu_indices(12, 1)
    whole = overlap(sets, left, right)
    monkeypatch.setattr(module, "_CHUNK", 5)
    assert np.array_equal(overlap(sets, left, right).jaccard, whole.jaccard)


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
    assert are_copies(sets, left, right, found, similarity=0.5, containment=0.8).tolist() == [expected]
