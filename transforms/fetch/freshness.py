"""Reads how long a server asks clients to wait: Retry-After, Cache-Control and Expires (RFC 9110, RFC 9111)."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

DAY_SECONDS = 86_400
"""Upper limit for what a header may ask for: a wrong one must not silence a feed."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,10}")


def retry_seconds(headers: Mapping[str, str], now: int) -> int:
    """Reads the Retry-After header, which holds a number of seconds or a date.

    Args:
        headers: response headers, case-insensitive.
        now: UTC epoch seconds that a date is measured from.

    Returns:
        Seconds from 0 to a day; 0 without a valid header.
    """
    value = headers.get("Retry-After", "").strip()
    seconds = int(value) if _DIGITS.fullmatch(value) else _seconds_until(value, now)
    return min(max(seconds, 0), DAY_SECONDS)


def fresh_seconds(headers: Mapping[str, str], now: int) -> int:
    """Reads for how long a response stays fresh.

    `max-age` takes precedence over `Expires` (RFC 9111, section 5.3), and `Expires` is measured from the server's own
    `Date`, which may be wrong by hours.

    Args:
        headers: response headers, case-insensitive.
        now: UTC epoch seconds.

    Returns:
        Seconds from 0 to a day; 0 when the response does not say or must not be cached.
    """
    control = headers.get("Cache-Control", "")
    if re.search(r"\bno-(?:store|cache)\b", control, re.IGNORECASE):
        return 0
    age = _MAX_AGE.search(control)
    if age:
        return min(int(age[1]), DAY_SECONDS)
    sent = now + _seconds_until(headers.get("Date", ""), now)
    return min(max(_seconds_until(headers.get("Expires", ""), sent), 0), DAY_SECONDS)


def _seconds_until(date: str, now: int) -> int:
    """Returns the seconds from `now` to an HTTP date, 0 for anything else."""
    try:
        return round(parsedate_to_datetime(date).timestamp()) - now
    except (ValueError, TypeError, IndexError, OverflowError):  # email.utils has no single error for a bad date
        return 0
