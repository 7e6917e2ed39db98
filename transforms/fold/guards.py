"""Links that must not join articles, however alike the texts are.

Requirements: two events in one story mislead a reader more than one event in two, so a link that a template may
have made is no evidence. Measured: on UCI headlines the rule for outlets takes .001 of the BCubed F1 and
in 8,000 articles of 150 outlets it undoes the two largest wrong stories.

- **One outlet.** An outlet's own articles share its style, its templates and its boilerplate. Two of them are linked
  only as copies or, when they are much alike (`UPDATE`), as updates. In one story they meet through the articles
  of others. Known exception: a store of one outlet alone joins less than it could.
- **Routine series.** Titles that differ in nothing but a date or a number of an issue ("Morning briefing, 3 May",
  "Morning briefing, 4 May") name instalments, not one event; their texts may be copies for the most part.
  A plain number is no date: "Death toll rises to 15" and "... to 12" tell of one event. Known exception: "Storm
  hits coast on Monday" and "... on Tuesday" by two outlets find each other through a third article only.
- **Title patterns.** When many titles (`COMMON_PATTERN`) differ in nothing but names and numbers ("Weather for
  Ashford", "Anna Keane, 85, dies"), the articles come from one form that many outlets fill in; each is linked to
  those with its very title only. Known exception: eight headlines such as "Smith wins in Ohio" of one evening stay
  apart.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.ports import Member

UPDATE = 0.3
"""Product from which on two articles of one outlet count as an update. Of 982 articles of ECB+, had one outlet
written them all, BCubed F1 would fall from .93 to .93, .90 and .76 with .25, .3 and .4; of 8,000 articles a
magazine's digests make a story of 10 with .25 and none with .3."""

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
# Beginnings of the names of months in Russian, German, French, Spanish, Italian and Portuguese.
_FOREIGN_MONTH = (
    "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jän|fév|mär|abr|avr|mai|mag|giu|juin|juil|jul|jun|lug|aoû|ago|set|"
    "ott|okt|out|déc|dez|dic|ene|gen"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_DATE = re.compile(
    rf"\b(?:{_DAY}\s*(?:of\s+)?(?:{_MONTH})|(?:{_MONTH})\.?\s+{_DAY})\b(?:,?\s*\d{{4}})?"
    rf"|\b{_DAY}\s*(?:de\s+)?(?:{_FOREIGN_MONTH})\w*"
    r"|\b(?:mon|tues?|wed(?:nes)?|thurs?|fri|satur|sun)days?\b"
    r"|\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?\.?(?!\w)"
    r"|(?:\d{2,4}\s*[年년]\s*)?\d{1,2}\s*[月월]\s*\d{1,2}\s*[日일号]"
    r"|(?:#|№|\b(?:no|nr|issue|episode|week|day|part|vol)\b\.?)\s*\d+"
    r"|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_MAY_HOLD_A_DATE = re.compile(r"\d|day", re.IGNORECASE)
COMMON_PATTERN = 8
"""Distinct titles of one pattern from which on the pattern makes them alike."""
_MOST_NAMES = 0.6
_GENRE = re.compile(
    r"\W*(obituar(?:y|ies)|in memoriam|death notices?|funeral notices?|horoscopes?|crosswords?|sudoku|lottery)\b",
    re.IGNORECASE,
)
"""What a title begins with that announces one of many of its kind; what follows is a name and a trade."""
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_LITERAL = re.compile(r"[^\W\d_]{4,}")
_RUN = re.compile("\1(?: \1)+")


def template(title: str) -> str:
    """The title with a mark for each date or number of an issue, without spaces at its ends."""
    if not _MAY_HOLD_A_DATE.search(title):
        return title.strip()
    return _DATE.sub("\0", title).strip()


def pattern(undated: str) -> str:
    """A title with a mark for each run of names and for each number, in one case, or '' when too little is left.

    Titles in which most words are capitalised do not show what is a name. A title that begins with the name of a genre,
    such as "Obituary", has that for its pattern.

    Args:
        undated: as of `template`.
    """
    genre = _GENRE.match(undated)
    if genre:
        return genre[1].casefold()
    words = _NUMBER.sub("\0", undated).split()
    capital = [word[0].isupper() for word in words]
    if len(words) < 2 or sum(capital[1:]) > _MOST_NAMES * (len(words) - 1):
        return ""
    masked = [
        "\1" if name and word.isalpha() else _NAME.sub("\1", word) for word, name in zip(words, capital, strict=True)
    ]
    if not _LITERAL.search(" ".join(masked)):
        masked[0] = words[0]
    if not _LITERAL.search(" ".join(masked)):
        return ""
    return _RUN.sub("\1", " ".join(masked)).casefold()


def may_link(
    members: Sequence[Member],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    copies: NDArray[np.bool_],
    scores: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which links between members count.

    Args:
        members: articles.
        left: row of one end of each link.
        right: row of the other.
        copies: whether the link says that one copies the other.
        scores: the product of the two vectors, where it does not.
    """
    outlets = _numbered([f"{member.site}\0{member.source.casefold()}" if member.site else "" for member in members])
    titles = _numbered([member.title.casefold().strip() for member in members])
    undated = [template(member.title) for member in members]
    templates = _numbered([title.casefold() for title in undated])
    patterns = _numbered([pattern(title) for title in undated])
    distinct = np.bincount(np.unique(np.stack([patterns, titles]), axis=1)[0], minlength=1)
    of_common_pattern = ((distinct >= COMMON_PATTERN) & (np.arange(len(distinct)) > 0))[patterns]
    of_one_outlet = (outlets[left] == outlets[right]) & (outlets[left] > 0)
    series = (templates[left] == templates[right]) | of_common_pattern[left] | of_common_pattern[right]
    update = copies | (scores >= UPDATE)
    return np.asarray(~(of_one_outlet & ~update) & ~(series & (titles[left] != titles[right])))


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    """A number for each distinct name, 0 for an empty one."""
    numbers = {"": 0}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
