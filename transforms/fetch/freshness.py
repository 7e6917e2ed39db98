"""How long a server asks to be left alone: Retry-After, Cache-Control and Expires (RFC 9110, RFC 9111)."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

DAY_SECONDS = 86_400
"""Longest that a header is obeyed: a wrong one must not silence a feed."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,10}")


def retry_seconds(headers: Mapping[str, str], now: int) -> int:
    """Seconds that a Retry-After header asks for, as a number or as a date: 0 to a day, 0 without one.

    Args:
        headers: of the answer, found by name in any case.
        now: UTC epoch seconds, what a date is measured from.
    """
    value = headers.get("Retry-After", "").strip()
    seconds = int(value) if _DIGITS.fullmatch(value) else _seconds_until(value, now)
    return min(max(seconds, 0), DAY_SECONDS)


def fresh_seconds(headers: Mapping[str, str], now: int) -> int:
    """Seconds for which an answer stays fresh: 0 to a day, 0 when it does not say or must not be kept.

    `max-age` counts before `Expires` (RFC 9111, section 5.3), and `Expires` from the server's own `Date`, which may
    be wrong by hours.
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
    """Seconds from `now` to an HTTP date, 0 for anything else."""
    try:
        return round(parsedate_to_datetime(date).timestamp()) - now
    except (ValueError, TypeError, IndexError, OverflowError):  # email.utils has no single error for a bad date
        return 0
