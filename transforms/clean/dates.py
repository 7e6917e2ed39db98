"""Reads dates as feeds, rows and pages write them, as UTC epoch seconds with a quality that says how precise they are.

Requirements: a wrong date moves an article out of its story, so nonsense yields no date rather than a guess; a date
without a time zone is read as UTC, and its quality says so.

Theory of operation: patterns for RFC 822 and ISO 8601 (nearly all feeds) come first, then epoch numbers, then
python-dateutil with the zone table below, and last all of these again with the month names of other languages (Unicode
CLDR, from Babel) translated into English. feedparser's own dates are not used: it knows no zone outside the United
States and reads BST, CET or JST as UTC. dateparser knows more languages but takes 35 ms per date.

Known exceptions: `9/6/17` is read in US order (6 September is `6/9/17` in Europe) unless the first number exceeds 12,
`6.9.17` with its day first; Croatian month names yield no date, since Polish and Czech use them for other months.
"""

import re
from datetime import datetime, timedelta, timezone, tzinfo

from transforms.clean.month_names import MONTHS, in_english

QUALITIES = {
    "zoned": "the date states its zone",
    "assumed_utc": "no zone, or an unknown one: read as UTC; a day without a time is its midnight",
    "page": "found in the article's page, which holds dates of other things too, and without a zone: read as UTC",
    "fetched": "no date at all: `published` is empty, and the time of fetching is used where one is needed",
    "clamped_future": "more than a day after the time of fetching: replaced by it",
    "invalid": "a date that cannot be read, or before 1995: treated like a missing date",
}
"""The qualities of a date and what they mean."""

_EARLIEST = int(datetime(1995, 1, 1, tzinfo=timezone.utc).timestamp())
"""UTC epoch seconds: the first news sites date from 1994 and 1995; older dates in feeds are defaults such as 1970."""

_DAY_SECONDS = 86_400
_MAX_LENGTH = 100
"""Characters; no date is longer, and dateutil's time grows with the length."""

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

Ambiguous names are read as most feeds mean them: BST is British (not Bangladesh) summer time, IST Indian (not Irish or
Israeli), AST Atlantic (not Arabian), GST Gulf (not South Georgian), WIT eastern Indonesian, SAST South African, and
CST, EST and MST North American (not Chinese, Australian or Malaysian)."""

_US_ZONES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
"""Names that American pages use for a zone without saying whether daylight saving time applies."""

_LONGEST_OFFSET_MINUTES = 14 * 60
"""The offset of the Line Islands; no time zone has a larger one."""

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
"""In feeds GMT+9 is east of Greenwich; dateutil follows POSIX, where it is west."""
_REMARK = re.compile(r"\s*\([^()]*\)$")
"""The name that JavaScript appends to an offset: "GMT+0000 (Coordinated Universal Time)"."""
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d")
_NAMED_ZONE = re.compile(r"\s*\[?\b([A-Z][a-z]+(?:/[A-Z][A-Za-z_]+)+)\]?$")
"""A name of the tz database after a date: "2019-12-31 17:43 Europe/Berlin"."""


def read_date(raw: str, now: int) -> tuple[int | None, str]:
    """Reads a date.

    Args:
        raw: the date as found, '' without one.
        now: UTC epoch seconds; a date more than a day later is replaced by it.

    Returns:
        UTC epoch seconds, or None for the qualities 'fetched' and 'invalid'; and the quality, any of `QUALITIES` except
        'page'.
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
    except (ValueError, OverflowError, ArithmeticError, TypeError, AttributeError):  # the last three are dateutil bugs
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
    """Returns the time zone for a name or an offset, None for an unknown one."""
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
    # dateutil fills in missing parts from the default: with two defaults the results differ unless the date has a
    # year, a month and a day.
    day_first = _DOTTED.match(raw) is not None
    moment, other = (parse(raw, default=one, tzinfos=_dateutil_zone, dayfirst=day_first) for one in _DEFAULTS)
    if moment.replace(tzinfo=None) != other.replace(tzinfo=None):
        return None
    zone = moment.tzinfo or zone
    return int(moment.replace(tzinfo=zone or timezone.utc).timestamp()), "zoned" if zone else "assumed_utc"


_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))  # noqa: DTZ001 - dateutil adds the zone


def _dateutil_zone(name: str | None, offset_seconds: int | None) -> tzinfo | None:
    if offset_seconds is not None:
        return timezone(timedelta(seconds=offset_seconds))
    return _zone(name)
