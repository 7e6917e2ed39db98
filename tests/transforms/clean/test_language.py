"""Tests determining the language of an article."""

import subprocess
import sys

import pytest

from transforms.clean.language import language_of, primary_subtag

ENGLISH = (
    "The lamp of the old lighthouse turned again on Tuesday night, forty years after the last keeper carried his "
    "suitcase down the stairs, locked the door behind him and took the evening boat to the mainland, where he died. "
    "Nobody had expected to see its light again."
)
GERMAN = (
    "Die Lampe des alten Leuchtturms drehte sich am Dienstagabend wieder, vierzig Jahre nachdem der letzte Wärter "
    "seinen Koffer die Treppe hinuntergetragen, die Tür abgeschlossen und das Abendboot zum Festland genommen hatte. "
    "Niemand hatte erwartet, sein Licht noch einmal zu sehen."
)
RUSSIAN = (
    "Лампа старого маяка снова загорелась во вторник вечером, через сорок лет после того, как последний смотритель "
    "вынес свой чемодан и запер за собой дверь."
)
CHINESE = "星期二晚上，旧灯塔的灯再次亮起。四十年前，最后一位守塔人提着行李箱走下楼梯，锁上门，乘晚班船回到了大陆，从此再也没有回来过。岛上的居民说，他们没有想到还能再次看到灯光，许多人整夜都站在码头上等待。"


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("de-AT", ENGLISH, "de"),
        ("PT_br", "", "pt"),
        ("iw", "", "he"),
        ("", ENGLISH, "en"),
        ("english", GERMAN, "de"),
        ("us", ENGLISH, "en"),
        ("fil", "", "fil"),
        ("und", RUSSIAN, "ru"),
        ("", CHINESE, "zh"),
        ("", "Lighthouse is lit", "und"),
        ("", "12.4 " * 200, "und"),
        ("", "", "und"),
    ],
)
def test_language_of(declared: str, text: str, language: str) -> None:
    assert language_of(declared, "", text) == language


def test_a_doubtful_beginning_is_read_on() -> None:
    names = "Marta Oddleif, Jon Fell, Anna Skarn, Nils Holm, Per Quillon, Ada Brightwater, Ole Harbour, Ida Tidewater. "
    assert language_of("", "", names * 2 + GERMAN) == "de"


def test_what_is_no_language_has_none() -> None:
    assert language_of("", "", "qxzv wkjq zzxv qqkw " * 40) == "und"


def test_the_title_counts_towards_the_sample() -> None:
    half = len(ENGLISH) // 2
    assert language_of("", ENGLISH[:half], ENGLISH[half:]) == "en"


@pytest.mark.parametrize("tag", ["", "-", "und", "zxx", "e", "us", "jp", "english", "1234", "en us"])
def test_what_names_no_language(tag: str) -> None:
    assert primary_subtag(tag) == ""


def test_the_model_is_loaded_by_the_first_text_that_needs_it() -> None:
    script = (
        "import sys; from transforms.clean.article import clean; from transforms.clean.language import language_of; "
        "language_of('', 'short', ''); language_of('en', '', 'long enough ' * 50); "
        "print([name for name in ('py3langid', 'ftfy', 'tldextract', 'apache_beam') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
