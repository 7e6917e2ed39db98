"""Tests that texts are split into the same words as by a plain reading, wherever a text is in its block."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean import tokens as module
from transforms.clean.tokens import tokenise


def words(text: str) -> list[str]:
    found = tokenise([text])
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor's car, a Škoda.", ["The", "mayor", "s", "car", "a", "Škoda"]),
        ("line one\nline two", ["line", "one", "line", "two"]),
        ("", []),
        (" .,; ", []),
        ("東京で火事", ["東", "京", "で", "火", "事"]),
        ("COVID東京19", ["COVID", "東", "京", "19"]),
        ("нить पानी", ["нить", "पानी"]),
        ("a\U0001f600b", ["a", "b"]),
        ("lone\ud800surrogate", ["lone", "surrogate"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_case_is_folded_and_remembered() -> None:
    found = tokenise(["Émile Émile émile ÉMILE"])
    assert len(set(found.hashes.tolist())) == 1
    assert found.capital.tolist() == [True, True, False, True]


@given(st.lists(st.text(max_size=40), max_size=8))
def test_a_block_gives_what_its_texts_give_alone(texts: list[str]) -> None:
    block = tokenise(texts)
    for row, text in enumerate(texts):
        alone = tokenise([text])
        low, high = block.offsets[row], block.offsets[row + 1]
        assert np.array_equal(block.hashes[low:high], alone.hashes)
        assert np.array_equal(block.starts[low:high], alone.starts)


@given(st.lists(st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True), min_size=1, max_size=30))
def test_equal_words_and_only_they_have_equal_hashes(chosen: list[str]) -> None:
    hashes = tokenise([" ".join(chosen)]).hashes.tolist()
    assert [chosen.index(word) for word in chosen] == [hashes.index(value) for value in hashes]


def test_words_of_a_text_longer_than_a_tile_have_their_usual_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(f"word{number} and où something{number % 7} Ελλάδα 東京" for number in range(400))
    whole = tokenise([text])
    module._tables.cache_clear()
    monkeypatch.setattr(module, "TILE", 97)
    try:
        tiled = tokenise([text])
    finally:
        module._tables.cache_clear()
    assert np.array_equal(whole.hashes, tiled.hashes)
    assert np.array_equal(whole.stems, tiled.stems)


def test_a_word_longer_than_a_tile_is_known_by_its_beginning() -> None:
    giant = "x" * module.TILE
    found = tokenise([f"before {giant * 2} after", f"{giant}y", giant[:-1] + "y"])
    assert found.hashes[1] == found.hashes[3]
    assert len(set(found.hashes.tolist())) == 4
    assert found.ends[1] - found.starts[1] == 2 * module.TILE


def test_tiles_hold_every_text_in_order() -> None:
    texts = ["one two", "x" * module.TILE, "", "three " * (module.TILE // 6), "at the end"]
    tiles = list(module.tokenise_tiles(texts))
    assert [len(tile.offsets) - 1 for tile in tiles] == [1, 2, 1, 1]
    whole = tokenise(texts)
    assert np.array_equal(np.concatenate([tile.hashes for tile in tiles]), whole.hashes)
    assert np.concatenate([np.diff(tile.offsets) for tile in tiles]).tolist() == np.diff(whole.offsets).tolist()


def test_stems_are_the_first_six_characters() -> None:
    found = tokenise(["Election elections electing elect"])
    assert set(found.stems[:3].tolist()) == set(tokenise(["electi"]).hashes.tolist())
    assert found.stems[3] == found.hashes[3]


def test_hashes_never_change() -> None:
    """Hashes are stored: another value would make every stored sketch incomparable."""
    assert tokenise(["Flood"]).hashes.tolist() == [GOLDEN_HASH]


def test_word_boundaries_agree_with_a_regular_expression(shared_data) -> None:  # type: ignore[no-untyped-def]
    import json

    with (shared_data / "clusters" / "ecbplus.jsonl").open(encoding="utf-8") as rows:
        texts = [json.loads(line)["text"] for line, _ in zip(rows, range(200), strict=False)]
    assert [words(text) for text in texts] == [re.findall(r"[^\W_]+", text) for text in texts]


GOLDEN_HASH = 437702205067670022
