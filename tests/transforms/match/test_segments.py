"""Segments: merging changes no answer."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.match.segments import Postings, index_segment, look_up_counts, merge_counts, merge_index
from transforms.records import Segment

COUNTS = st.lists(st.dictionaries(st.integers(0, 20), st.integers(1, 9), max_size=8), min_size=1, max_size=5)


def counted(counts: dict[int, int]) -> Segment:
    keys = sorted(counts)
    return Segment(np.array(keys, dtype=np.uint64), np.array([counts[key] for key in keys], dtype=np.uint32), 1)


@given(COUNTS)
def test_counts_add_up_before_and_after_a_merge(parts: list[dict[int, int]]) -> None:
    asked = np.arange(25, dtype=np.uint64)
    expected = [sum(part.get(key, 0) for part in parts) for key in range(25)]
    segments = [counted(part) for part in parts]
    assert look_up_counts(segments, asked).tolist() == expected
    merged = merge_counts(segments)
    assert look_up_counts([merged], asked).tolist() == expected
    assert merged.articles == len(parts)
    assert len(set(merged.keys.tolist())) == len(merged.keys)


def test_a_merged_index_holds_every_entry_in_order() -> None:
    first = index_segment(Postings.of_matrix(np.array([[3, 1], [1, 2]], dtype=np.uint64), np.array([10, 11])))
    second = index_segment(Postings.of_matrix(np.array([[1, 9]], dtype=np.uint64), np.array([12])))
    merged = merge_index([first, second])
    assert list(zip(merged.keys.tolist(), merged.values.tolist(), strict=True)) == [
        (1, 10),
        (1, 11),
        (1, 12),
        (2, 11),
        (3, 10),
        (9, 12),
    ]
    assert merged.articles == 3
