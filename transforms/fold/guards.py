"""Guards: rules that bar a link between two articles, however similar their texts are.

Requirements: two events in one story mislead a reader more than one event in two, so a link that may come from a
template is not evidence. Measured: on UCI headlines the rule for outlets costs .001 of the BCubed F1, and
in 8,000 articles of 150 outlets it removes the two largest wrong stories.

- **One outlet.** An outlet's own articles share its style, its templates and its boilerplate. Two of them are linked
  only as copies or, when they are very similar (`UPDATE`), as updates. They can be in one story through the articles
  of other outlets. Known exception: a store of one outlet alone joins less than it could.
- **Routine series.** Titles that differ only in a date or an issue number ("Morning briefing, 3 May",
  "Morning briefing, 4 May") name instalments, not one event; most of their texts may be copies.
  A plain number is not a date: "Death toll rises to 15" and "... to 12" report one event. Known exception: "Storm
  hits coast on Monday" and "... on Tuesday" by two outlets can only be joined through a third article.
- **Title patterns.** When many titles (`COMMON_PATTERN`) differ only in names and numbers ("Weather for
  Ashford", "Anna Keane, 85, dies"), the articles come from one form that many outlets fill in; each is linked only to
  those with the same title. Known exception: eight headlines such as "Smith wins in Ohio" of one evening stay
  separate.
- **One shared word.** Short texts with a single word in common can be similar enough for a link. NewsBlur also requires
  shared words of titles. Measured on UCI headlines: BCubed F1 +.004, precision +.015.
"""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.match.vectors import TermMatrix, shared_words
from transforms.records import Member


class Bar(IntEnum):
    """The reason why a link between two articles does not count, or why their two stories must not merge."""

    NONE = 0
    SERIES = 1
    """Bars a link: the titles differ only in a date or an issue number."""
    TITLE_PATTERN = 2
    """Bars a link: many titles differ only in names and numbers."""
    SAME_OUTLET = 3
    """Bars a link: one outlet, and neither a copy nor an update."""
    ONE_SHARED_WORD = 4
    """Bars a link: short texts with a single word in common."""
    CANNOT_LINK = 5
    """Bars a merge: a person has ruled that articles of the two stories are never in one."""
    PINNED = 6
    """Bars a merge: a person has pinned both stories."""


UPDATE = 0.3
"""Least product of two articles of one outlet that count as an update. If one outlet had written all 982 articles of
ECB+, BCubed F1 would fall from .93 to .93, .90 and .76 with .25, .3 and .4; of 8,000 articles, a magazine's digests
make a story of 10 with .25 and none with .3."""

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
"""Least number of distinct titles that make their pattern a common one."""
SHORT = 30
"""Number of distinct words below which a text is short."""
_MOST_NAMES = 0.6
_GENRE = re.compile(
    r"\W*(obituar(?:y|ies)|in memoriam|death notices?|funeral notices?|horoscopes?|crosswords?|sudoku|lottery)\b",
    re.IGNORECASE,
)
"""Genres with which routine titles begin, followed by a name and a trade."""
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_LITERAL = re.compile(r"[^\W\d_]{4,}")
_RUN = re.compile("\1(?: \1)+")


def series_title(title: str) -> str:
    """Replaces each date and issue number in a title by a mark, and strips it."""
    if not _MAY_HOLD_A_DATE.search(title):
        return title.strip()
    return _DATE.sub("\0", title).strip()


def title_pattern(series: str) -> str:
    """Replaces names and numbers in a title by marks and folds its case; returns '' when too little is left.

    Returns '' also when most words are capitalised, so that names cannot be recognised. The pattern of a title that
    begins with the name of a genre, such as "Obituary", is the genre.

    Args:
        series: a title as returned by `series_title`.
    """
    genre = _GENRE.match(series)
    if genre:
        return genre[1].casefold()
    words = _NUMBER.sub("\0", series).split()
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


class LinkGuards(NamedTuple):
    """The properties of articles that the guards compare, one value per row."""

    outlets: NDArray[np.int64]
    """Equal for articles of one outlet, 0 for those that name none."""
    titles: NDArray[np.int64]
    """Equal for equal titles."""
    series: NDArray[np.int64]
    """Equal for titles that differ only in a date or an issue number."""
    pattern_titles: NDArray[np.int64]
    """Number of distinct titles with the pattern of the article's own, 0 for a title without a pattern."""

    @classmethod
    def of(cls, members: Sequence[Member]) -> "LinkGuards":
        """Reads the outlets and titles of all articles of a context, among which patterns are counted."""
        outlets = _numbered([f"{member.site}\0{member.source.casefold()}" if member.site else "" for member in members])
        titles = _numbered([member.title.casefold().strip() for member in members])
        undated = [series_title(member.title) for member in members]
        patterns = _numbered([title_pattern(title) for title in undated])
        distinct = np.bincount(np.unique(np.stack([patterns, titles]), axis=1)[0], minlength=1)
        distinct[0] = 0
        return cls(outlets, titles, _numbered([title.casefold() for title in undated]), distinct[patterns])

    def bars(
        self,
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        copies: NDArray[np.bool_],
        scores: NDArray[np.float64],
    ) -> NDArray[np.int8]:
        """Returns the `Bar` of each link, `Bar.NONE` where outlets and titles allow it.

        Args:
            left: row of one end of each link.
            right: row of the other end.
            copies: True for copy links.
            scores: the product of the two vectors, for story links.
        """
        patterned = self.pattern_titles >= COMMON_PATTERN
        other_title = self.titles[left] != self.titles[right]
        one_outlet = (self.outlets[left] == self.outlets[right]) & (self.outlets[left] > 0)
        rules = {
            Bar.SERIES: other_title & (self.series[left] == self.series[right]),
            Bar.TITLE_PATTERN: other_title & (patterned[left] | patterned[right]),
            Bar.SAME_OUTLET: one_outlet & ~copies & ~(scores >= UPDATE),
        }
        return np.select(list(rules.values()), [np.int8(bar) for bar in rules], np.int8(Bar.NONE))


def share_one_word(vectors: TermMatrix, words: NDArray[np.int64], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tells which pairs of rows include a short text and have at most one word in common.

    Args:
        vectors: the term vectors of all rows.
        words: number of distinct words of each row.
        pairs: shape (pairs, 2): rows.

    Returns:
        One value per pair.
    """
    short = np.flatnonzero(words[pairs].min(axis=1, initial=SHORT) < SHORT)
    found = np.zeros(len(pairs), dtype=np.bool_)
    found[short] = shared_words(vectors, pairs[short, 0], pairs[short, 1]) < 2
    return found


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    """Numbers distinct names from 1; an empty name is 0."""
    numbers = {"": 0}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
