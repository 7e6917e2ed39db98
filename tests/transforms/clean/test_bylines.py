"""Tests reading date lines; bylines are tested with the articles that they belong to."""

import pytest

from tests.transforms.clean.samples import NOW
from transforms.clean.bylines import date_of_line
from transforms.clean.dates import read_date


@pytest.mark.parametrize(
    ("line", "seconds", "quality"),
    [
        ("31 Dec, 2019 17:43", 1_577_814_180, "assumed_utc"),
        ("Published: December 31, 2019 at 5:43 pm EST", 1_577_832_180, "zoned"),
        ("Tue 31 Dec 2019 17.43 GMT", 1_577_814_180, "zoned"),
        ("17:43, 31 December 2019", 1_577_814_180, "assumed_utc"),
        ("2019-12-31T17:43:00+01:00", 1_577_810_580, "zoned"),
        ("Updated Tuesday , December 31 , 2019 5 : 43 PM", 1_577_814_180, "assumed_utc"),
        ("December 31st, 2019", 1_577_750_400, "assumed_utc"),
        ("31 Dec 2019 , 17 : 43 hrs", 1_577_814_180, "assumed_utc"),
    ],
)
def test_date_lines(line: str, seconds: int, quality: str) -> None:
    date = date_of_line(line)
    assert date is not None
    assert date.is_update == line.startswith("Updated")
    assert read_date(date.moment, NOW) == (seconds, quality)


@pytest.mark.parametrize(
    "line", ["On 31 December 2019 the boats stopped.", "2019", "December", "31", "Since 2 May 2020"]
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert date_of_line(line) is None
