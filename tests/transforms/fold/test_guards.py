"""Links that must not join."""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.support.samples import member
from transforms.clean.tokens import tokenise
from transforms.fold.guards import COMMON_PATTERN, Bar, LinkGuards, series_title, share_one_word, title_pattern
from transforms.match.vectors import count_articles, vectorise, vocabulary
from transforms.sketch.terms import count_terms


def bar(a: Mapping[str, object], b: Mapping[str, object], *, copy: bool = False, score: float = 0.2) -> Bar:
    zero, one = np.array([0]), np.array([1])
    guards = LinkGuards.of([member(1, **a), member(2, **b)])
    return Bar(guards.bars(zero, one, np.array([copy]), np.array([score]))[0])


A, B = {"source": "Courier", "site": "courier.example"}, {"source": "Herald", "site": "herald.example"}


def test_outlets() -> None:
    assert bar(A, B) == Bar.NONE
    assert bar(A, A) == Bar.SAME_OUTLET
    assert bar(A, A, copy=True) == Bar.NONE
    assert bar(A, A, score=0.5) == Bar.NONE


def test_rows_that_name_no_outlet_have_none_in_common() -> None:
    nameless = {"source": "rows.jsonl", "site": ""}
    assert bar(nameless, nameless) == Bar.NONE


def test_two_outlets_on_one_site_are_two() -> None:
    wire, courier = {"source": "Wire", "site": "portal.example"}, {"source": "Courier", "site": "portal.example"}
    assert bar(wire, courier) == Bar.NONE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Morning briefing, 3 May", "Morning briefing, 4 May"),
        ("Morning briefing, May 3rd, 2024", "Morning Briefing, May 4th, 2024"),
        ("Weather for Monday", "Weather for Tuesday"),
        ("Corrections: 3/5/2024", "Corrections: 4/5/2024"),
        ("Crossword No. 1204", "Crossword No. 1205"),
        ("Live blog, day 3", "Live blog, day 4"),
        ("Прогноз погоды на 8 ноября", "Прогноз погоды на 18 ноября"),
        ("Les titres du 3 février", "Les titres du 4 février"),
        ("早报 5月3日", "早报 5月4日"),
        ("Lagebericht vom 3.5.2024", "Lagebericht vom 4.5.2024"),
    ],
)
def test_instalments_of_a_series_are_not_joined(first: str, second: str) -> None:
    assert bar({**A, "title": first}, {**B, "title": second}) == Bar.SERIES
    assert bar({**A, "title": first}, {**A, "title": second}, copy=True, score=0.9) == Bar.SERIES


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Death toll rises to 12", "Death toll rises to 15"),
        ("Morning briefing, 3 May", "Morning briefing, 3 May"),
        ("", ""),
        ("Mayor resigns", "Mayor marches on"),
        ("Court rules on Monday", "Court to rule on Tuesday"),
    ],
)
def test_what_is_no_series(first: str, second: str) -> None:
    assert bar({**A, "title": first}, {**B, "title": second}) == Bar.NONE


def test_words_that_only_look_like_months_stay() -> None:
    assert series_title("May says she may resign") == "May says she may resign"
    assert series_title(" Marching band ") == "Marching band"


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Weather for Ashford", "Weather for Bexley"], True),
        (["Anna Keane, 85, dies", "Peter van Miller, 91, dies"], False),
        (["Anna Keane, 85, dies", "Peter Miller, 91, dies"], True),
        (["Aries horoscope for 3 May", "Leo horoscope for 4 May"], True),
        (["Ferry runs aground", "Coach leaves road"], False),
        (["Obituary: Anna Keane, 87, judge of Ashford", "Obituary: Tom Rill, mason and poet"], True),
        (["Obituary for a River", "Rivers of the north"], False),
    ],
)
def test_patterns(titles: list[str], expected: bool) -> None:
    assert (title_pattern(series_title(titles[0])) == title_pattern(series_title(titles[1])) != "") == expected


@pytest.mark.parametrize("title", ["", "Fed Official Says Weak Data Caused By Weather", "東京で火災", "Ashford"])
def test_titles_without_a_pattern(title: str) -> None:
    assert title_pattern(title) == ""


@pytest.mark.parametrize(("titles", "expected"), [(COMMON_PATTERN - 1, Bar.NONE), (COMMON_PATTERN, Bar.TITLE_PATTERN)])
def test_a_pattern_of_many_titles_joins_nothing(titles: int, expected: Bar) -> None:
    towns = "Ashford Bexley Calton Dunwick Elmham Farley Goston Halwell Ivybury".split()[:titles]
    guards = LinkGuards.of(
        [member(n, title=f"Weather for {town}", source=town, site=town) for n, town in enumerate(towns)]
    )
    everyone = np.arange(1, titles)
    assert set(guards.bars(everyone * 0, everyone, everyone > 3, np.full(titles - 1, 0.1)).tolist()) == {expected}
    assert guards.pattern_titles.tolist() == [titles] * titles


def test_equal_titles_of_a_common_pattern_are_linked() -> None:
    towns = "Ashford Bexley Calton Dunwick Elmham Farley Goston Halwell Ashford".split()
    guards = LinkGuards.of(
        [member(n, title=f"Weather for {town}", source=f"{n}", site=f"{n}") for n, town in enumerate(towns)]
    )
    assert guards.bars(np.array([0]), np.array([8]), np.array([True]), np.array([0.9])).tolist() == [Bar.NONE]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [("ferry ashore", 29, True), ("ferry ashore", 30, False), ("ferry aground", 29, False), ("elms", 29, True)],
)
def test_short_texts_with_one_word_in_common(text: str, words: int, expected: bool) -> None:
    terms = count_terms(tokenise(["ferry aground", text]))
    known = vocabulary(terms)
    vectors = vectorise(terms, known, [count_articles(terms, known)])
    found = share_one_word(vectors, np.array([40, words]), np.array([[0, 1]]))
    assert found.tolist() == [expected]
