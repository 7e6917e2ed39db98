"""Tests reading the headers with which servers ask clients to wait."""

import pytest
from requests.structures import CaseInsensitiveDict

from transforms.fetch.freshness import DAY_SECONDS, fresh_seconds, retry_seconds

NOW = 1_793_000_000  # Mon, 26 Oct 2026 07:33:20 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", 0),
        ("120", 120),
        (" 0 ", 0),
        ("-5", 0),
        ("99999999", DAY_SECONDS),
        ("9" * 40, 0),
        ("Mon, 26 Oct 2026 07:43:20 GMT", 600),
        ("Monday, 26-Oct-26 07:43:20 GMT", 600),
        ("Mon, 26 Oct 2026 07:00:00 GMT", 0),
        ("Mon, 26 Oct 2037 07:43:20 GMT", DAY_SECONDS),
        ("soon", 0),
        ("Mon, 99 Oct 2026 07:43:20 GMT", 0),
    ],
)
def test_retry_after(value: str, seconds: int) -> None:
    assert retry_seconds(CaseInsensitiveDict({"retry-after": value}), NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "public, max-age=600"}, 600),
        ({"Cache-Control": 'max-age="600", stale-while-revalidate=9000'}, 600),
        ({"Cache-Control": "s-maxage=900"}, 0),
        ({"Cache-Control": "max-age=600, no-cache"}, 0),
        ({"Cache-Control": "no-store", "Expires": "Mon, 26 Oct 2026 09:33:20 GMT"}, 0),
        ({"Cache-Control": "max-age=99999999"}, DAY_SECONDS),
        ({"Expires": "Mon, 26 Oct 2026 08:33:20 GMT"}, 3600),
        ({"Expires": "Mon, 26 Oct 2026 08:33:20 GMT", "Date": "Mon, 26 Oct 2026 08:23:20 GMT"}, 600),
        ({"Expires": "Mon, 26 Oct 2026 08:33:20 GMT", "Cache-Control": "max-age=60"}, 60),
        ({"Expires": "0"}, 0),
        ({"Expires": "-1"}, 0),
    ],
)
def test_freshness(headers: dict[str, str], seconds: int) -> None:
    assert fresh_seconds(CaseInsensitiveDict(headers), NOW) == seconds
