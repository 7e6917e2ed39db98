"""Tests the sets of 3-word shingles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.tokens import tokenise
from transforms.sketch.shingles import shingle


def sets(*texts: str) -> list[set[int]]:
    found = shingle(tokenise(texts))
    return [set(found.row(row).tolist()) for row in range(len(texts))]


def test_number_of_shingles() -> None:
    assert [len(found) for found in sets("", "one", "one two", "one two three", "a b c d", "a b c a b c")] == [
        0,
        1,
        1,
        1,
        2,
        3,
    ]


def test_order_counts_and_case_and_punctuation_do_not() -> None:
    first, second, third = sets("Fire in the mill", "fire, in THE mill!", "mill the in fire")
    assert first == second
    assert not first & third


def test_a_short_text_is_not_the_beginning_of_a_longer_one() -> None:
    short, long = sets("one two", "one two three")
    assert not short & long


def test_scripts_without_spaces_have_runs_of_three_characters() -> None:
    fire, other = sets("東京で火事", "東京で大火事")
    assert len(fire) == 3
    assert len(fire & other) == 1


def test_no_shingle_crosses_from_one_text_to_the_next() -> None:
    alone = sets("a b c") + sets("d e f")
    assert sets("a b c", "d e f") == alone


@given(st.lists(st.sampled_from("abcdefg"), min_size=3, max_size=40))
def test_as_many_as_distinct_runs_of_three(words: list[str]) -> None:
    runs = {tuple(words[place : place + 3]) for place in range(len(words) - 2)}
    (found,) = sets(" ".join(words))
    assert len(found) == len(runs)


def test_rows_ascend() -> None:
    found = shingle(tokenise(["the quick brown fox jumps over the lazy dog"]))
    assert np.all(np.diff(found.values.astype(np.int64)) > 0)
