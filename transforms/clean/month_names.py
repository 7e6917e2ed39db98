"""Dates of other languages, put into English so that patterns and python-dateutil can read them.

The names are those of the Unicode CLDR, as Babel ships them: no two of the languages here call different months alike.
"""

import re
import unicodedata
from functools import lru_cache

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = (
    "ar bg ca cs da de el es et fi fr he hu id it lt lv nb nl nn pl pt ro ru sk sl sr sv tr uk".split()
)  # fmt: skip
"""With Croatian, `listopad` would be October as well as November."""
_FILLERS = frozenset(
    (
        "a alle as at d dd de del dem den der di el en g i kl klo la las le o ob om ora ore pa u um w в г года о р року"
    ).split()
)
"""What other languages put between the parts of a date, without accents."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_HOUR_MARK = re.compile(r"\b(\d{1,2})(?:\s?[hH]\s?|[.:](?=\d{2}\s?[uU]hr\b|\d{2}$))(\d{2})\b(?:\s?[uU]hr\b)?")
"""14h34, 14.34 Uhr, and 14.34 at the end."""
_DAY_DOT = re.compile(r"\b(\d{1,2}|\d{4})(?:\.|º|°|er|ª)(?=\s|$)")


_FIRST_WORD = re.compile(r"^[^\W\d_]{1,12}\.?,\s*(?=\d)")
"""A day of the week, whatever it is called."""


def in_english(date: str) -> str:
    """The date with the month's name in English, and without the day of the week and small words.

    Of several words that name a month the last does: `mar.` is a Tuesday in `mar., 1 déc.`
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
    """Names of months with their numbers, and of weekdays, folded; takes a third of a second once."""
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
