"""Translates dates of other languages into English, so that patterns and python-dateutil can read them.

The names are those of the Unicode CLDR, which Babel ships; no two of these languages use one name for different months.
"""

import re
import unicodedata
from functools import lru_cache

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = (
    "ar bg ca cs da de el es et fi fr he hu id it lt lv nb nl nn pl pt ro ru sk sl sr sv tr uk".split()
)  # fmt: skip
"""Croatian is left out: with it, `listopad` would be October as well as November."""
_FILLERS = frozenset(
    (
        "a alle as at d dd de del dem den der di el en g i kl klo la las le o ob om ora ore pa u um w в г года о р року"
    ).split()
)
"""Words that other languages put between the parts of a date, without accents."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_HOUR_MARK = re.compile(r"\b(\d{1,2})(?:\s?[hH]\s?|[.:](?=\d{2}\s?[uU]hr\b|\d{2}$))(\d{2})\b(?:\s?[uU]hr\b)?")
"""The times 14h34 and 14.34 Uhr, and 14.34 at the end of a date."""
_DAY_DOT = re.compile(r"\b(\d{1,2}|\d{4})(?:\.|º|°|er|ª)(?=\s|$)")


_FIRST_WORD = re.compile(r"^[^\W\d_]{1,12}\.?,\s*(?=\d)")
"""A day of the week in any language: the word before a comma and the first number."""


def in_english(date: str) -> str:
    """Translates the name of the month in a date into English, and drops the day of the week and filler words.

    If several words are names of months, the last one is the month: `mar.` is a Tuesday in `mar., 1 déc.`
    """
    months, weekdays = _names()
    text = _DAY_DOT.sub(r"\1", _HOUR_MARK.sub(r"\1:\2", _FIRST_WORD.sub("", date)))
    named = [match.start() for match in _WORD.finditer(text) if _folded(match.group()) in months]

    def translate(match: re.Match[str]) -> str:
        word = _folded(match.group())
        if match.start() in named[-1:]:
            return MONTHS[months[word] - 1]
        return "" if word in weekdays or word in _FILLERS or word in months else match.group()

    return " ".join(_WORD.sub(translate, text).replace(",", " ").split())


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, int], frozenset[str]]:
    """Returns the folded names of months with their numbers, and of weekdays; the first call takes .3 s."""
    from babel import Locale

    months: dict[str, int] = {name: number for number, name in enumerate(MONTHS, 1)}
    weekdays: set[str] = set()
    for language in ("en", *_LANGUAGES):
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months |= {_folded(name): number for number, name in locale.months[context][width].items()}
                weekdays |= {_folded(name) for name in locale.days[context][width].values() if len(name) > 1}
    return months, frozenset(weekdays)


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).rstrip(".")
