"""The shipped document frequencies."""

import numpy as np

from transforms.clean.tokens import tokenise
from transforms.match.background import background
from transforms.sketch.terms import word_ids


def count_of(word: str) -> int:
    table = background()
    (wanted,) = word_ids(tokenise([word])).astype(np.uint64)
    place = int(np.searchsorted(table.keys, wanted))
    return int(table.values[place]) if table.keys[place] == wanted else 0


def test_common_words_are_common_and_rare_ones_rare() -> None:
    assert background().articles > count_of("president") > count_of("parliament") > count_of("lighthouse")
    assert count_of("Rentenversicherung") == 0


def test_it_is_made_of_the_current_hashes() -> None:
    """Of what every English article of some length says, nothing may be missing: else it must be made anew."""
    assert all(count_of(word) > 500 for word in "people government country week house".split())


def test_keys_ascend() -> None:
    assert (np.diff(background().keys.astype(np.int64)) > 0).all()
