"""Reads the date lines and bylines in the head of an article page."""

import re
from typing import NamedTuple

from transforms.clean.dates import read_date

_BAR = re.compile(r"\s[|·•/]\s")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_DAY}\s{_MONTH}\s?,?\s\d{{4}}|{_MONTH}\s{_DAY}\s?,?\s\d{{4}}|\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})"
_CLOCK = r"\d{1,2}\s?[:.]\s?\d{2}(?:\s?:\s?\d{2})?(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?"
_ZONE = r"(?:(?!hrs\b|uhr\b)[a-z]{1,5}|(?:gmt|utc)?\s?[+-]\d{1,2}(?::?\d{2})?)"
_DATE_LINE = re.compile(
    rf"(?:(?P<label>(?:first |last |originally )?(?:published|posted|updated|modified|created|issued|date)(?: on| at)?)\s?:?\s)?"
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?\s?,?\s)?"
    rf"(?:(?P<clock_first>{_CLOCK})(?:\s(?P<zone_first>{_ZONE}))?\s?(?:,|on|-|–|—|\|)?\s)?"
    rf"(?P<date>{_DATE})"
    rf"(?:t|\s?(?:,|at|-|–|—|\||/)?\s?(?P<clock>{_CLOCK})(?:\s?(?P<zone>{_ZONE}))?(?:\s?(?:hrs|uhr))?)?\.?",
    re.IGNORECASE,
)
_ISO_LINE = re.compile(
    r"(?P<label>(?:published|posted|updated|modified|date)(?: on| at)?\s?:?\s)?"
    r"(?P<moment>\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)",
    re.IGNORECASE,
)
_AGO = re.compile(r"\s[/|·•]\s(?:updated|modified)\s.{1,30}\sago$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_POINT_CLOCK = re.compile(r"^(\d{1,2})\.(\d{2})")
_FOREIGN_LABEL = re.compile(
    r"(?:(?P<update>(?:zuletzt )?aktualisiert|stand|mis à jour|actualizado|atualizado|aggiornato|bijgewerkt|uppdaterad|"
    r"oppdatert|opdateret|aktualizacja|обновлено|güncellenme|最終更新|更新)|"
    r"veröffentlicht|erstellt|publié|publicado|pubblicato|gepubliceerd|geplaatst|publicerad|publisert|publiceret|"
    r"opublikowano|dodano|опубликовано|yayınlanma|公開|发布时间?|發布)(?: (?:am|vom|le|el|em|il|op|den|d\.))?\s?[:：]?\s?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DATE_MAX_WORDS = 9
"""Most words of a date line in any language."""
_FAR_AHEAD = 1 << 40
"""A time in UTC epoch seconds that no date is later than."""
_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)


_NAME = r"(?:(?:d[aeiu]s?|de la|v[ao]n(?: de[nr]?)?|al|bin|el)[ -])?[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['’.-](?=\w)|\.){0,30}"
_NAMES = rf"{_NAME}(?: {_NAME}){{1,3}}"
_BYLINE = re.compile(
    rf"(?:By|BY|Von|Par|Por|Di|Door|Av|Af|Text:|Autor:|Автор:|文/)\s?(?P<author>{_NAMES}(?:(?:, | and | und | et | y | e | en | och | og | & ){_NAMES})*)"
    r"(?:(?:,| \||/| in| –| -| —) ?[^\n.]{1,60})?"
)
"""A line below the title such as "By Marta Oddleif and Jon Fell, Harbour Gazette"; names begin with capitals."""


class DateLine(NamedTuple):
    """The content of a date line."""

    moment: str
    """The date in a form for `transforms.clean.dates.read_date`."""
    is_update: bool
    """Whether the line says that this is when the article was last updated."""


class Byline(NamedTuple):
    """The content of a byline."""

    author: str
    """One or more names, as the line has them."""


def read_head_line(line: str, *, below_title: bool) -> list[DateLine | Byline]:
    """Reads a line of the head that gives the date, the author or both, separated by bars.

    Args:
        line: a line before the first paragraph.
        below_title: whether the title comes before it; only then can it be a byline.

    Returns:
        The parts of the line; nothing when a part is neither a date nor a byline.
    """
    if date := date_of_line(line):
        return [date]
    parts = [date_of_line(part) or (_byline(part) if below_title else None) for part in _BAR.split(line)]
    found = [part for part in parts if part]
    if len(found) == len(parts):
        return found
    # After a bar a byline may name the outlet.
    byline = _byline(line) if below_title else None
    return [byline] if byline else []


def _byline(line: str) -> Byline | None:
    match = _BYLINE.fullmatch(line)
    return Byline(match["author"]) if match else None


def date_of_line(line: str) -> DateLine | None:
    """Returns the date in a line that holds nothing else, None for any other line.

    It reads "31 Dec, 2019 17:43", "Published: December 31, 2019 at 5:43 pm EST", "Tue 31 Dec 2019 17.43 GMT",
    "17:43, 31 December 2019", "2019-12-31T17:43:00Z" and similar forms, also with spaces around punctuation, as
    tokenisers leave them.
    """
    if len(line) > 100:
        return None
    line = re.sub(r"\s+([:,.])", r"\1", line)
    line = re.sub(r"(?<=\d)([:.])\s+(?=\d)", r"\1", line)
    line = _AGO.sub("", line)
    iso = _ISO_LINE.fullmatch(line)
    if iso:
        return DateLine(iso["moment"], bool(_UPDATED.search(iso["label"] or "")))
    match = _DATE_LINE.fullmatch(line)
    if not match:
        return _date_in_other_words(line)
    clock = _POINT_CLOCK.sub(r"\1:\2", match["clock"] or match["clock_first"] or "")
    zone = match["zone"] or match["zone_first"] or ""
    date = _ORDINAL.sub("", match["date"]).replace(",", " ")
    moment = " ".join(f"{date} {clock} {zone}".split())
    return DateLine(moment, bool(_UPDATED.search(match["label"] or "")))


def _date_in_other_words(line: str) -> DateLine | None:
    """Reads a line that holds only a date with its year, in any of the languages that dates are read in."""
    label = _FOREIGN_LABEL.match(line)
    moment = line[label.end() :] if label else line
    if not _YEAR.search(moment) or len(moment.split()) > _DATE_MAX_WORDS:
        return None
    seconds, _ = read_date(moment, _FAR_AHEAD)
    return None if seconds is None else DateLine(moment, bool(label and label["update"]))
