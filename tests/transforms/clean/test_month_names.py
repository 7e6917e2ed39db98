"""Tests translating the dates of other languages."""

from collections import defaultdict

import pytest
from babel import Locale

from transforms.clean.month_names import _LANGUAGES, _folded, in_english


def test_no_two_languages_call_different_months_alike() -> None:
    months: dict[str, set[int]] = defaultdict(set)
    for language in ("en", *_LANGUAGES):
        for widths in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in widths.get(width, {}).items():
                    months[_folded(name)].add(number)
    assert len(months) > 400
    assert [name for name, numbers in months.items() if len(numbers) > 1] == []


@pytest.mark.parametrize(
    ("date", "english"),
    [
        ("3. März 2019, 14.34 Uhr", "3 mar 2019 14:34"),
        ("lundi 3 juin 2019 à 9h02", "3 jun 2019 9:02"),
        ("Ndz, 29 Июл 2004", "29 jul 2004"),
        ("Since 2 May 2020", "Since 2 may 2020"),
        ("no date", "no date"),
    ],
)
def test_in_english(date: str, english: str) -> None:
    assert in_english(date) == english
