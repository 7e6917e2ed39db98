"""Tests the measures of benchmarks.cleaning, and on real material the limits that are quick to check."""

from pathlib import Path

import pytest

from benchmarks.cleaning import dates, framed, pages, precision_and_recall, template, templates
from transforms.clean.dates import read_date

pytestmark = pytest.mark.slow

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("true", "found", "precision", "recall"),
    [
        ("one two three four five", "one two three four five", 1, 1),
        ("one two three four five", "one two three four", 1, 0.5),
        ("one two three four", "one two three four five six", 1 / 3, 1),
        ("one two", "one, two!", 1, 1),
        ("a b c d", "w x y z", 0, 0),
        ("a b c d", "", None, 0),
        ("", "a b c d", 0, None),
        ("", "", None, None),
    ],
)
def test_the_measure_of_pages(true: str, found: str, precision: float | None, recall: float | None) -> None:
    assert precision_and_recall(true, found) == (precision, recall)


def test_templates_have_eighty_words_of_their_own() -> None:
    pieces = [template(number) for number in range(40)]
    assert all(len(" ".join(one).split()) == 80 for one in pieces)
    assert len({word for one in pieces for word in " ".join(one).lower().replace(".", "").split()}) > 3_000
    assert max(len(piece.split()) for piece in pieces[0]) > 25
    text = framed("The ferry sailed.", 3)
    assert text.count("\n") == 4
    assert f"{pieces[3][3]} The ferry sailed. {pieces[3][4]}" in text.split("\n")


def test_most_of_a_template_goes_and_the_articles_stay(shared_data: Path) -> None:
    found = templates(articles=400, sources=8)
    assert found["template_words_removed"] >= 0.99
    assert found["article_words_lost"] <= 0.005


def test_articles_are_found_in_pages(shared_data: Path) -> None:
    found = pages(first=40)
    assert found["f1"] >= 0.95
    assert found["with_date"] >= 38


ODD_DATES = {
    "0001-11-30": "before 1995: a default of somebody's database",
    "": "no date",
}
"""Date strings of the feeds and the corpus that are not read, and why."""
OTHER_THAN_DATEUTIL = {
    "Fri, 07 Feb 2020 07:30:28 PST": "dateutil knows no PST and takes it as UTC",
    "Thu, 06 Feb 2020 00:00:00 PST": "as before",
    "Thu, 01 Aug 2019 16:15 EDT": "dateutil knows no EDT",
    "Thu,28 Jul 2022 4:35:5 GMT+9": "dateutil reads GMT+9 as POSIX does, west of Greenwich",
}


def test_every_date_of_the_real_material(shared_data: Path) -> None:
    found = dates()
    assert set(found["unread"]) == set(ODD_DATES)
    assert set(found["differing"]) == set(OTHER_THAN_DATEUTIL)
    assert found["strings"] >= 2_890
    assert found["quality_zoned"] >= 411
    assert found["quality_assumed_utc"] >= 2_485
    assert found["both_read"] >= 2_890


@pytest.mark.parametrize(
    ("raw", "date", "quality"),
    [
        ("9/6/17", "2017-09-06", "assumed_utc"),
        ("12/7/15", "2015-12-07", "assumed_utc"),
        ("10/27/16", "2016-10-27", "assumed_utc"),
        ("Чтв, 29 Июл 2004 12:53:00 GMT", "2004-07-29T12:53:00Z", "zoned"),
        ("mer, 16 nov 2022 00:38:15 +0100", "2022-11-15T23:38:15Z", "zoned"),
        ("2017-06-13T03:18:00+00:0", "2017-06-13T03:18:00Z", "zoned"),
        ("Sat, Dec 16 2023 02:02:33 PM", "2023-12-16T14:02:33Z", "assumed_utc"),
        ("Sat, 01 Jan 2010 19:48:21 GMT", "2010-01-01T19:48:21Z", "zoned"),  # it was a Friday
    ],
)
def test_odd_forms_that_the_real_material_holds(raw: str, date: str, quality: str) -> None:
    assert read_date(raw, NOW) == (read_date(date, NOW)[0], quality)
