"""Formatting of publishers' strings, URLs and times for pages."""

import re
from urllib.parse import urlsplit

_TURNING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_LONGEST_URL = 4000
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def shown(value: str, longest: int = 300) -> str:
    """Removes bidirectional overrides and control characters from an untrusted string, and truncates it."""
    value = _TURNING.sub(" ", value[: longest + 1])
    return value if len(value) <= longest else value[: longest - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """Returns a URL that is safe to link to: an http or https one unchanged, '' for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and len(url) <= _LONGEST_URL else ""


def when(time: str | None) -> str:
    """Formats an RFC 3339 time, which is in UTC, such as '6 Nov 2026, 22:41'."""
    if not time:
        return "undated"
    return f"{int(time[8:10])} {_MONTHS[int(time[5:7]) - 1]} {time[:4]}, {time[11:16]}"


def ago(seconds: int, now: int) -> str:
    """Formats the time between two moments in seconds, such as '3 h'; 'never' if the first is 0."""
    if not seconds:
        return "never"
    gap = abs(now - seconds)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if gap >= size:
            return f"{gap // size} {unit}"
    return f"{gap} s"
