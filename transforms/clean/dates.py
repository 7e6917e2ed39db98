"""Dates as feeds, rows and pages write them: UTC epoch seconds and how far they can be trusted.

Requirements: a wrong date moves an article out of its story, so nonsense gives no date rather than a guess; a form
without a zone is taken as UTC and says so.

Theory of operation: patterns for RFC 822 and ISO 8601 (nearly all feeds), epoch numbers, then python-dateutil with the
zone table below, at last both again with the month names of other languages (Unicode CLDR, by Babel) put into English.
feedparser's own dates are not used: it knows no zone outside the United States and takes BST, CET or JST as UTC.
dateparser knows more languages and takes 35 ms for one date.

Known exceptions: `9/6/17` is read in US order (6 September is `6/9/17` in Europe) unless the first number exceeds 12,
`6.9.17` with its day first; Croatian month names give no date, since Poles and Czechs call other months so.
"""

import re
from datetime import datetime, timedelta, timezone, tzinfo

from transforms.clean.month_names import MONTHS, in_english

QUALITIES = {
    "zoned": "the date states its zone",
    "assumed_utc": "no zone, or one that nobody knows: read as UTC; a day without a time is its midnight",
    "page": "no zone, and found in the article's page where dates of other things stand too: read as UTC",
    "fetched": "no date at all: `published` is empty, and the time of fetching counts where one is needed",
    "clamped_future": "more than a day ahead of the clock: the clock's time stands in",
    "invalid": "a date that cannot be read, or before 1995: as without a date",
}

_EARLIEST = int(datetime(1995, 1, 1, tzinfo=timezone.utc).timestamp())
"""The first news sites are of 1994 and 1995; older dates in feeds are defaults such as year 1 or 1970."""

_DAY_SECONDS = 86_400
_MAX_LENGTH = 100
"""No date is longer, and dateutil's time grows with the length."""

_ZONE_MINUTES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet", "uct"), 0),
    **dict.fromkeys(("bst", "cet", "met", "mez", "west", "wat"), 60),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "sast", "cat"), 120),
    **dict.fromkeys(("eest", "msk", "eat", "trt"), 180),
    **dict.fromkeys(("msd", "gst"), 240),
    "irst": 210,
    "aft": 270,
    "pkt": 300,
    "uzt": 300,
    "yekt": 300,
    "ist": 330,
    "npt": 345,
    **dict.fromkeys(("ict", "wib"), 420),
    **dict.fromkeys(("hkt", "sgt", "myt", "pht", "awst", "wita"), 480),
    **dict.fromkeys(("jst", "kst", "wit"), 540),
    "acst": 570,
    "aest": 600,
    "acdt": 630,
    "aedt": 660,
    "nzst": 720,
    "nzdt": 780,
    "ndt": -150,
    "nst": -210,
    **dict.fromkeys(("adt", "brt", "art", "clst"), -180),
    **dict.fromkeys(("ast", "edt", "clt", "vet"), -240),
    **dict.fromkeys(("est", "cdt", "cot", "pet"), -300),
    **dict.fromkeys(("cst", "mdt"), -360),
    **dict.fromkeys(("mst", "pdt"), -420),
    **dict.fromkeys(("pst", "akdt"), -480),
    "akst": -540,
    "hst": -600,
}
"""Minutes east of Greenwich. RFC 822 fixes EST, EDT, CST, CDT, MST, MDT, PST and PDT as North American.

Of the ambiguous ones, as most feeds mean them: BST British (not Bangladesh) summer time, IST Indian (not Irish or
Israeli), AST Atlantic (not Arabian), GST Gulf (not South Georgian), WIT eastern Indonesian, SAST South African,
CST, EST and MST North American (not Chinese, Australian or Malaysian)."""

_US_ZONES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
"""How American pages write a zone without saying whether it is daylight time."""

_LONGEST_OFFSET_MINUTES = 14 * 60
"""Of the Line Islands; what is beyond is no zone."""

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_ZONE = r"(?P<zone>[a-z]{1,5}|(?:gmt|utc)?[+-]\d{1,2}(?::?\d{2})?)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{1,2})(?:[.,]\d{1,9})?)?"
_RFC_822 = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?(?:,\s*|\s+))?"
    rf"(?P<day>\d{{1,2}})[\s-]+(?P<month>{_MONTH})\.?,?[\s-]+"
    rf"(?P<year>\d{{4}}|\d{{2}})(?:,?\s+{_CLOCK}\s*{_ZONE}|\s+gmt)?",
    re.IGNORECASE,
)
_ISO_8601 = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:(?:t|\s+){_CLOCK}\s*{_ZONE}z?)?", re.IGNORECASE
)
_EAST_ASIAN = re.compile(
    r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号號]\s?"
    r"(?:[(（]?(?:星期|周|週)?[日月火水木金土一二三四五六월화수목금토일](?:曜日?|요일)?[)）]?\s?)?"
    r"(?:(?P<half>上午|下午|午前|午後|오전|오후)?\s?(?P<hour>\d{1,2})\s?[:：时時点點시]\s?(?P<minute>\d{1,2})"
    r"(?:\s?[:：分분]\s?(?P<second>\d{1,2})?\s?[秒초]?)?\s?(?P<zone>[a-z]{3,4}|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_AFTERNOON = frozenset({"下午", "午後", "오후"})
_OFFSET = re.compile(r"(?:gmt|utc)?([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13})(?:\.\d+)?")
_ZONE_BEFORE_OFFSET = re.compile(r"\b(?:gmt|utc)\s?(?=[+-]\d)", re.IGNORECASE)
"""In feeds GMT+9 is east of Greenwich; dateutil takes it the POSIX way, as west."""
_REMARK = re.compile(r"\s*\([^()]*\)$")
"""What JavaScript puts behind an offset: "GMT+0000 (Coordinated Universal Time)"."""
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d")
_NAMED_ZONE = re.compile(r"\s*\[?\b([A-Z][a-z]+(?:/[A-Z][A-Za-z_]+)+)\]?$")
"""A name of the tz database behind a date: "2019-12-31 17:43 Europe/Berlin"."""


def read_date(raw: str, now: int) -> tuple[int | None, str]:
    """Returns the instant that a date names, and its quality.

    Args:
        raw: The date as found, '' without one.
        now: UTC epoch seconds; a date more than a day ahead of it is set to it.

    Returns:
        UTC epoch seconds, or None for the qualities 'fetched' and 'invalid'; one of `QUALITIES` but 'page'.
    """
    raw = raw.strip()
    if not raw:
        return None, "fetched"
    seconds, quality = _instant(raw) if len(raw) <= _MAX_LENGTH else (None, "invalid")
    if seconds is None or seconds < _EARLIEST:
        return None, "invalid"
    if seconds > now + _DAY_SECONDS:
        return now, "clamped_future"
    return seconds, quality


def _instant(raw: str) -> tuple[int | None, str]:
    if epoch := _EPOCH.fullmatch(raw):
        number = int(epoch[1])
        return (number // 1000 if len(epoch[1]) > 10 else number), "zoned"
    return _read(raw) or _read(in_english(raw)) or (None, "invalid")


def _read(text: str) -> tuple[int, str] | None:
    match = _ISO_8601.fullmatch(text) or _RFC_822.fullmatch(text) or _EAST_ASIAN.fullmatch(text)
    try:
        return _from_match(match) if match else _by_dateutil(text)
    except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError):  # the last three: dateutil's bugs
        return None


def _from_match(match: re.Match[str]) -> tuple[int, str]:
    month = match["month"]
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 2822 section 4.3
    parts = match.groupdict()
    zone = _zone(parts["zone"])
    hour = int(parts["hour"] or 0)
    moment = datetime(
        year,
        int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1,
        int(match["day"]),
        hour + 12 if parts.get("half") in _AFTERNOON and hour < 12 else hour,
        int(parts["minute"] or 0),
        min(int(parts["second"] or 0), 59),
        tzinfo=zone or timezone.utc,
    )
    return int(moment.timestamp()), "zoned" if zone else "assumed_utc"


def _zone(name: str | None) -> tzinfo | None:
    """Returns the zone of a name or an offset, None for an unknown one."""
    if not name:
        return None
    if offset := _OFFSET.fullmatch(name):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes > _LONGEST_OFFSET_MINUTES:
            return None
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if place := _US_ZONES.get(name.lower()):
        from dateutil import tz

        return tz.gettz(place)
    known = _ZONE_MINUTES.get(name.lower())
    return None if known is None else timezone(timedelta(minutes=known))


def _by_dateutil(raw: str) -> tuple[int, str] | None:
    from dateutil import tz
    from dateutil.parser import parse

    raw = _REMARK.sub("", raw)
    named = _NAMED_ZONE.search(raw)
    zone = tz.gettz(named[1]) if named else None
    if named:
        raw = raw[: named.start()]
    raw = _ZONE_BEFORE_OFFSET.sub("", raw)
    # What a date leaves out comes from the default: two of them disagree unless year, month and day are all there.
    day_first = _DOTTED.match(raw) is not None
    moment, other = (parse(raw, default=one, tzinfos=_dateutil_zone, dayfirst=day_first) for one in _DEFAULTS)
    if moment.replace(tzinfo=None) != other.replace(tzinfo=None):
        return None
    zone = moment.tzinfo or zone
    return int(moment.replace(tzinfo=zone or timezone.utc).timestamp()), "zoned" if zone else "assumed_utc"


_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # noqa: DTZ001 - of dateutil, which adds the zone


def _dateutil_zone(name: str | None, offset_seconds: int | None) -> tzinfo | None:
    if offset_seconds is not None:
        return timezone(timedelta(seconds=offset_seconds))
    return _zone(name)
