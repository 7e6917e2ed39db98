import types
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash

from benchmarks import signatures
from benchmarks.report import SkippedError
from benchmarks.signatures import Method, first_words, newsfold, shingle_set, speeds, steps
from tests.benchmarks.rows import invented

pytestmark = pytest.mark.slow

TEXTS = [row["text"] for row in invented(6)]


def test_shingles_as_python_objects() -> None:
    assert shingle_set("A b, c D!") == {b"a b c", b"b c d"}
    assert shingle_set("One two") == {b"one two"}


def test_every_text_is_signed_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = newsfold(TEXTS)
    monkeypatch.setattr(signatures, "_AT_ONCE", 4)
    assert np.array_equal(newsfold(TEXTS), whole)
    assert whole.shape == (6, 128)


def test_the_compared_methods_sign_every_text() -> None:
    loop = signatures.datasketch_loop(TEXTS)
    assert [one.is_empty() for one in loop] == [False] * 6
    bulk = signatures.datasketch_bulk(types.SimpleNamespace(xxh32_intdigest=lambda word: sum(word)))(TEXTS)
    assert all(isinstance(one, MinHash) for one in bulk)
    assert len(bulk) == 6


def test_methods_take_turns_and_slow_ones_get_a_tenth() -> None:
    calls: list[tuple[str, int]] = []
    compared = [
        Method("fast", lambda texts: calls.append(("fast", len(texts)))),
        Method("slow", lambda texts: calls.append(("slow", len(texts))), slow=True),
    ]
    found = speeds(compared, ["text"] * 20, rounds=2)
    assert calls == [("fast", 20), ("slow", 2)] * 2
    assert [len(one) for one in found] == [2, 2]


def test_texts_with_fewer_words_are_left_out() -> None:
    rows = invented(2, words=5) + invented(1, words=9)
    assert [len(text.split()) for text in first_words(rows, 6)] == [6]
    assert len(first_words(rows, 5)) == 3


def test_each_step_takes_time() -> None:
    assert all(microseconds > 0 for microseconds in steps(TEXTS).values())


def test_without_the_other_libraries_the_part_is_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(*_: object) -> None:
        raise SkippedError("no network")

    monkeypatch.setattr(signatures, "libraries", missing)
    with pytest.raises(SkippedError, match="no network"):
        signatures.judge(invented(2), tmp_path, 1)
