"""Term counts in three channels."""

import numpy as np

from transforms.sketch.terms import CAPITAL, PAIR, WORD, channel, count_terms, word_ids
from transforms.sketch.tokens import tokenise


def counts(text: str) -> dict[int, list[int]]:
    terms = count_terms(tokenise([text]))
    channels = channel(terms.ids.values)
    return {which: sorted(terms.counts[channels == which].tolist()) for which in (WORD, CAPITAL, PAIR)}


def test_stop_words_and_single_letters_are_no_terms() -> None:
    assert counts("It is in the a b") == {WORD: [], CAPITAL: [], PAIR: []}


def test_channels() -> None:
    """Lead words count twice; pairs, once each, need two content words side by side."""
    assert counts("Floods hit Norway. Floods receded") == {
        WORD: [2, 2, 2, 4],
        CAPITAL: [2, 4],
        PAIR: [1, 1, 1, 1],
    }


def test_words_behind_the_lead_count_once() -> None:
    lead = " ".join(f"filler{number}" for number in range(60))
    terms = count_terms(tokenise([f"{lead} harbour harbour"]))
    (harbour,) = word_ids(tokenise(["harbour"]))
    assert terms.counts[terms.ids.values == harbour].tolist() == [2]


def test_characters_of_unspaced_scripts_count_in_pairs_as_words() -> None:
    assert counts("東京火事") == {WORD: [2, 2, 2], CAPITAL: [], PAIR: []}


def test_a_block_gives_what_its_texts_give_alone() -> None:
    texts = ["Storm closes Port Ellen ferry", "", "Ferry to Port Ellen resumes after storm"]
    block = count_terms(tokenise(texts))
    for row, text in enumerate(texts):
        alone = count_terms(tokenise([text]))
        low, high = block.ids.offsets[row], block.ids.offsets[row + 1]
        assert np.array_equal(block.ids.row(row), alone.ids.values)
        assert np.array_equal(block.counts[low:high], alone.counts)
