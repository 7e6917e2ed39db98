"""Tests reading dates."""

from datetime import datetime, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.clean.samples import NOW
from transforms.clean.dates import QUALITIES, read_date

MOMENT = 1_559_565_296  # 2019-06-03T12:34:56Z
MINUTE = 1_559_565_240  # 2019-06-03T12:34:00Z
DAY = 1_559_520_000  # 2019-06-03T00:00:00Z


@pytest.mark.parametrize(
    ("raw", "seconds", "quality"),
    [
        ("Mon, 03 Jun 2019 12:34:56 GMT", MOMENT, "zoned"),
        ("Mon, 3 Jun 2019 14:34:56 +0200", MOMENT, "zoned"),
        ("Mon, 3 Jun 19 12:34:56 Z", MOMENT, "zoned"),
        ("Monday, 03-Jun-19 12:34:56 UTC", MOMENT, "zoned"),
        ("3 Jun 2019 12:34 -0000", MINUTE, "zoned"),
        ("Mon, 03 Jun 2019 13:34:56 BST", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 18:04:56 IST", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 14:34:56 CEST", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 13:34:56 CET", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 21:34:56 JST", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 22:34:56 AEST", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 07:34:56 EST", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 08:34:56 EDT", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 08:34:56 ET", MOMENT, "zoned"),
        ("Mon,3 Jun 2019 21:34:56 GMT+9", MOMENT, "zoned"),
        ("June 3, 2019 7:34 AM UTC-5", MINUTE, "zoned"),
        ("2019-06-03T14:34:56+02", MOMENT, "zoned"),
        ("Mon, 03 Jun 2019 12:34:56 XYZ", MOMENT, "assumed_utc"),
        ("2019-06-03T12:34:56Z", MOMENT, "zoned"),
        ("2019-06-03T14:34:56.789+02:00", MOMENT, "zoned"),
        ("2019-06-03 12:34:56", MOMENT, "assumed_utc"),
        ("2019-06-03T12:34", MINUTE, "assumed_utc"),
        ("2019-06-03", DAY, "assumed_utc"),
        ("20190603", DAY, "assumed_utc"),
        ("2019-06-03 08:34:56 America/New_York", MOMENT, "zoned"),
        ("1559565296", MOMENT, "zoned"),
        ("1559565296123", MOMENT, "zoned"),
        ("1559565296.5", MOMENT, "zoned"),
        ("June 3, 2019", DAY, "assumed_utc"),
        ("June 3, 2019 2:34 PM CEST", MINUTE, "zoned"),
        ("6/3/19", DAY, "assumed_utc"),  # US order
        ("13/6/2019", DAY + 10 * 86_400, "assumed_utc"),
        (" 2019-06-03 ", DAY, "assumed_utc"),
        ("", None, "fetched"),
        ("  ", None, "fetched"),
        ("yesterday", None, "invalid"),
        ("12:34", None, "invalid"),
        ("Monday", None, "invalid"),
        ("June 2019", None, "invalid"),
        ("2019", None, "invalid"),
        ("0001-11-30", None, "invalid"),
        ("1994-12-31", None, "invalid"),
        ("2019-02-30", None, "invalid"),
        ("2019-06-03T25:00:00Z", None, "invalid"),
        ("2019-06-03T12:34:56+99:99", MOMENT, "assumed_utc"),
        ("0", None, "invalid"),
        ("x" * 10_000, None, "invalid"),
        ("2024-01-01", NOW, "clamped_future"),
        ("9999-12-31", NOW, "clamped_future"),
        ("Fri, 31 Dec 9999 23:59:59 -1200", NOW, "clamped_future"),
    ],
)
def test_read_date(raw: str, seconds: int | None, quality: str) -> None:
    assert read_date(raw, NOW) == (seconds, quality)


@pytest.mark.parametrize(
    "raw",
    [
        "Montag, 3. Juni 2019, 12:34 Uhr",
        "Mo, 03 Jun 2019 12:34 +0000",
        "3. Juni 2019 um 12.34 Uhr",
        "lundi 3 juin 2019 à 12h34",
        "lun., 03 juin 2019 12:34 GMT",
        "lunes, 3 de junio de 2019, 12:34",
        "segunda-feira, 3 de junho de 2019 às 12h34",
        "lunedì 3 giugno 2019 alle ore 12:34",
        "maandag 3 juni 2019 12:34",
        "måndag 3 juni 2019 kl. 12:34",
        "mandag d. 3. juni 2019 kl. 12.34",
        "mandag 3. juni 2019 kl. 12:34",
        "poniedziałek, 3 czerwca 2019, 12:34",
        "пн, 03 июн 2019 12:34 +0000",
        "понедельник, 3 июня 2019 г., 12:34",
        "понеділок, 3 червня 2019 р. 12:34",
        "3 Haziran 2019 Pazartesi, 12:34",
        "pondělí 3. června 2019 12:34",
        "2019. június 3. 12:34",
        "3. kesäkuuta 2019 klo 12.34",
        "luni, 3 iunie 2019, 12:34",
        "Δευτέρα, 3 Ιουνίου 2019, 12:34",
        "2019年6月3日 12:34",
        "2019年6月3日(月) 12時34分",
        "2019年6月3日 星期一 下午 12:34",
        "2019년 6월 3일 오후 12:34",
        "03.06.2019 12:34",
        "Monday, June 3, 2019 - 12:34pm",
        "Mon, 06/03/2019 - 12:34",
        "Mon Jun 03 2019 12:34:00 GMT+0000 (Coordinated Universal Time)",
        "2019-06-03T12:34:00+00:00Z",
    ],
)
def test_dates_of_many_languages_and_hands(raw: str) -> None:
    assert read_date(raw, NOW)[0] == MINUTE


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("mar., 01 déc. 2020", "2020-12-01"),  # mar. is a Tuesday here
        ("mar. 3 mar 2020", "2020-03-03"),
        ("3 listopada 2020", "2020-11-03"),
        ("17 marras 2020", "2020-11-17"),  # begins like March
        ("1er août 2020", "2020-08-01"),
        ("26 Sep 2022 GMT", "2022-09-26"),
        ("05.06.2020", "2020-06-05"),
        ("2020. 6. 5.", "2020-06-05"),
    ],
)
def test_names_that_mislead(raw: str, date: str) -> None:
    assert read_date(raw, NOW) == read_date(date, NOW)


def test_a_day_ahead_is_not_the_future() -> None:
    assert read_date(str(NOW + 86_400), NOW) == (NOW + 86_400, "zoned")
    assert read_date(str(NOW + 86_401), NOW) == (NOW, "clamped_future")


@settings(deadline=None)  # the first one loads dateutil
@given(st.one_of(st.text(max_size=40), st.text("0123456789:/-+., TZamPMJunedfi", max_size=30)))
def test_any_text_gives_a_date_or_none(raw: str) -> None:
    seconds, quality = read_date(raw, NOW)
    assert quality in QUALITIES
    assert (seconds is None) == (quality in ("fetched", "invalid"))
    assert seconds is None or 788_918_400 <= seconds <= NOW + 86_400


@given(st.datetimes(datetime(1995, 1, 2), datetime(2023, 11, 14), timezones=st.timezones()))  # noqa: DTZ001
def test_round_trips(moment: datetime) -> None:
    seconds = int(moment.replace(microsecond=0).timestamp())
    whole_minutes = moment.utcoffset().seconds % 60 == 0  # type: ignore[union-attr]
    if whole_minutes:
        assert read_date(moment.isoformat(), NOW) == (seconds, "zoned")
        assert read_date(format_datetime(moment), NOW) == (seconds, "zoned")
    utc = moment.astimezone(timezone.utc)
    assert read_date(utc.strftime("%Y-%m-%d %H:%M:%S"), NOW) == (seconds, "assumed_utc")
