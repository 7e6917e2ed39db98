"""Links that must not join."""

import numpy as np
import pytest

from tests.transforms.fold.test_story_record import member
from transforms.fold.guards import COMMON_PATTERN, may_link, pattern, template


def allowed(a: dict[str, object], b: dict[str, object], *, copy: bool = False, score: float = 0.2) -> bool:
    zero, one = np.array([0]), np.array([1])
    return bool(may_link([member(1, **a), member(2, **b)], zero, one, np.array([copy]), np.array([score]))[0])


A, B = {"source": "Courier", "site": "courier.example"}, {"source": "Herald", "site": "herald.example"}


def test_outlets() -> None:
    assert allowed(A, B)
    assert not allowed(A, A)
    assert allowed(A, A, copy=True)
    assert allowed(A, A, score=0.5)


def test_rows_that_name_no_outlet_have_none_in_common() -> None:
    nameless = {"source": "rows.jsonl", "site": ""}
    assert allowed(nameless, nameless)


def test_two_outlets_on_one_site_are_two() -> None:
    assert allowed({"source": "Wire", "site": "portal.example"}, {"source": "Courier", "site": "portal.example"})


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
    assert not allowed({**A, "title": first}, {**B, "title": second})
    assert not allowed({**A, "title": first}, {**A, "title": second}, copy=True, score=0.9)


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
    assert allowed({**A, "title": first}, {**B, "title": second})


def test_words_that_only_look_like_months_stay() -> None:
    assert template("May says she may resign") == "May says she may resign"
    assert template(" Marching band ") == "Marching band"


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
    assert (pattern(template(titles[0])) == pattern(template(titles[1])) != "") == expected


@pytest.mark.parametrize("title", ["", "Fed Official Says Weak Data Caused By Weather", "東京で火災", "Ashford"])
def test_titles_without_a_pattern(title: str) -> None:
    assert pattern(title) == ""


@pytest.mark.parametrize(("crowd", "linked"), [(COMMON_PATTERN - 1, True), (COMMON_PATTERN, False)])
def test_a_pattern_of_many_titles_joins_nothing(crowd: int, linked: bool) -> None:
    towns = "Ashford Bexley Calton Dunwick Elmham Farley Goston Halwell Ivybury".split()[:crowd]
    members = [member(n, title=f"Weather for {town}", source=town, site=town) for n, town in enumerate(towns)]
    everyone = np.arange(1, crowd)
    found = may_link(members, everyone * 0, everyone, everyone > 3, everyone * 0.1)
    assert set(found.tolist()) == {linked}


def test_equal_titles_of_a_crowded_pattern_are_linked() -> None:
    towns = "Ashford Bexley Calton Dunwick Elmham Farley Goston Halwell Ashford".split()
    members = [member(n, title=f"Weather for {town}", source=f"{n}", site=f"{n}") for n, town in enumerate(towns)]
    assert may_link(members, np.array([0]), np.array([8]), np.array([True]), np.array([0.9])).all()
