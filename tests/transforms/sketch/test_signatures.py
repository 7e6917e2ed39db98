"""Tests that signatures equal those of datasketch bit for bit."""

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.clean.tokens import tokenise
from transforms.records.ragged import Ragged, offsets_of
from transforms.sketch import signatures as module
from transforms.sketch.shingles import shingle
from transforms.sketch.signatures import PERMUTATIONS, lean_minhash, sign


def ragged(rows: list[list[int]]) -> Ragged:
    values = np.array([value for row in rows for value in row], dtype=np.uint32)
    return Ragged(values, offsets_of(np.array([len(row) for row in rows], dtype=np.int64)))


def reference(row: list[int]) -> MinHash:
    minhash = MinHash(num_perm=PERMUTATIONS, hashfunc=int)
    for value in row:
        minhash.update(value)
    return minhash


ROWS = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=20), max_size=6)


@pytest.mark.parametrize("few", [0, 2000], ids=["tiled", "at once"])
@given(rows=ROWS)
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_equal_to_datasketch_bit_for_bit(few: int, monkeypatch: pytest.MonkeyPatch, rows: list[list[int]]) -> None:
    monkeypatch.setattr(module, "_FEW", few)
    found = sign(ragged(rows))
    assert found.dtype == np.uint32
    assert found.shape == (len(rows), PERMUTATIONS)
    for signature, row in zip(found, rows, strict=True):
        assert np.array_equal(signature, reference(row).hashvalues)


@pytest.mark.parametrize("tile", [1, 3, 1000])
def test_tiles_make_no_difference(tile: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = ragged([[5, 9, 11], [], [2], list(range(50))])
    whole = sign(sets)
    monkeypatch.setattr(module, "_FEW", 0)
    monkeypatch.setattr(module, "_TILE", tile)
    assert np.array_equal(sign(sets), whole)


def test_objects_serve_in_datasketch() -> None:
    texts = [
        "the council voted on tuesday to close the old bridge over the river for repairs until spring",
        "the council voted on tuesday to close the old bridge over the river for repairs until summer",
        "a court fined the shipping company for dumping oil near the northern islands last autumn",
    ]
    sets = shingle(tokenise(texts))
    objects = [lean_minhash(signature) for signature in sign(sets)]
    assert objects[0] == LeanMinHash(reference(sets.row(0).tolist()))
    index = MinHashLSH(params=(42, 3), num_perm=PERMUTATIONS)
    for name, minhash in enumerate(objects):
        index.insert(name, minhash)
    assert sorted(index.query(objects[0])) == [0, 1]
