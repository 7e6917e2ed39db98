"""Banding from a recall target."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.match.bands import band_keys, banding, chance
from transforms.sketch.signatures import PERMUTATIONS


@given(st.floats(0.2, 0.95), st.floats(0.5, 0.995))
def test_keeps_the_recall_with_the_most_rows(similarity: float, recall: float) -> None:
    bands, rows = banding(similarity, recall)
    assert bands * rows <= PERMUTATIONS
    assert chance(similarity, bands, rows) >= recall
    assert chance(similarity, PERMUTATIONS // (rows + 1), rows + 1) < recall


def test_known_case() -> None:
    assert banding(0.5, 0.99) == (42, 3)
    assert chance(0.5, 42, 3) == pytest.approx(0.9963, abs=1e-4)


def test_impossible_recall_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot find pairs"):
        banding(0.01, 0.999)


def test_equal_bands_have_equal_keys_and_others_do_not() -> None:
    signatures = np.arange(2 * PERMUTATIONS, dtype=np.uint32).reshape(2, PERMUTATIONS)
    signatures[1, 3:6] = signatures[0, 3:6]
    keys = band_keys(signatures, 42, 3)
    assert keys.shape == (2, 42)
    assert np.flatnonzero(keys[0] == keys[1]).tolist() == [1]
    assert len(set(keys.ravel().tolist())) == 83


def test_the_same_values_in_another_band_are_another_key() -> None:
    signatures = np.zeros((1, PERMUTATIONS), dtype=np.uint32)
    assert len(set(band_keys(signatures, 42, 3)[0].tolist())) == 42


def test_share_of_found_pairs_follows_the_formula() -> None:
    generator = np.random.default_rng(7)
    pairs, similarity = 4000, 0.4
    first = generator.integers(0, 2**32, (pairs, PERMUTATIONS), dtype=np.uint32)
    other = generator.integers(0, 2**32, (pairs, PERMUTATIONS), dtype=np.uint32)
    second = np.where(generator.random((pairs, PERMUTATIONS)) < similarity, first, other).astype(np.uint32)
    met = (band_keys(first, 42, 3) == band_keys(second, 42, 3)).any(axis=1).mean()
    assert met == pytest.approx(chance(similarity, 42, 3), abs=0.02)
