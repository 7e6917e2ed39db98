"""Tests counting terms in three channels."""

import numpy as np
import pytest

from transforms.clean.tokens import tokenise
from transforms.sketch.terms import (
    CAPITAL,
    PAIR,
    STOP_WORDS,
    WORD,
    channel,
    count_terms,
    is_content,
    spell,
    word_ids,
)


def counts(text: str) -> dict[int, list[int]]:
    terms = count_terms(tokenise([text]))
    channels = channel(terms.ids.values)
    return {which: sorted(terms.counts[channels == which].tolist()) for which in (WORD, CAPITAL, PAIR)}


def test_stop_words_and_single_letters_are_no_terms() -> None:
    assert counts("It is in the a b") == {WORD: [], CAPITAL: [], PAIR: []}


def test_every_stop_word_is_known() -> None:
    assert not is_content(tokenise([" ".join(STOP_WORDS)])).any()
    assert is_content(tokenise(["flood"])).all()


def test_channels() -> None:
    """Words of the lead count twice; a pair counts once, and needs two adjacent content words."""
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


@pytest.mark.parametrize(
    ("text", "again", "shared"),
    [
        ("台北發生大地震", "地震襲擊台北", {"台北", "地震"}),
        ("東京で大規模な火災が発生", "火災は東京の倉庫で", {"東京", "火災"}),
        ("زلزال قوي يضرب العاصمة", "ضحايا زلزال العاصمة", {"زلزال", "العاصمة"}),
        ("Hà Nội ngập nặng sau bão", "Bão gây ngập ở Hà Nội", {"Hà", "Nội", "ngập", "bão", "Hà Nội"}),
        ("Землетрясение в Токио", "Токийские землетрясения", {"Землетрясение"}),
        ("น้ำท่วมกรุงเทพ", "กรุงเทพน้ำท่วม", {"กร", "รุ", "งเ", "เท", "ทพ", "ท่", "่ว", "วม"}),
    ],
)
def test_tellings_of_one_event_share_terms_in_any_script(text: str, again: str, shared: set[str]) -> None:
    first, second = (count_terms(tokenise([one])).ids.values for one in (text, again))
    common = np.intersect1d(first, second)
    assert shared <= set(spell(text, common.tolist()).values())


def test_terms_are_spelled_as_they_first_stand() -> None:
    text = "Ferries and ferry crews: the Port Ellen ferry"
    ids = count_terms(tokenise(["Ferry crews at Port Ellen"])).ids.values.tolist()
    found = set(spell(text, ids).values())
    assert {"ferry", "crews", "ferry crews", "Port", "Ellen", "Port Ellen"} <= found
    assert spell("", ids) == {}
