"""Cleans the output of a text extractor: removes the debris of the page and finds title, dates and author.

Requirements: a sentence of the article is worth more than a line of debris, so every rule must match a whole line of
few words, and a line that reads like a sentence stays.

Theory of operation: lines of debris are dropped wherever they are, because prompts also interrupt articles. The lines
before the first paragraph are the head: a date line there gives the date, a byline below the title the author, labels
are dropped, and the title is taken from there if none is known. The first paragraph loses its dateline (place and
agency). A line equal to the title is dropped wherever it is.

Known exceptions: a promoted headline without a label before it is kept; so is a byline above the title or below the
first paragraph.
"""

import re
from collections import Counter
from typing import NamedTuple

from transforms.clean.bylines import DateLine, read_head_line
from transforms.clean.debris import ends_as_sentence, without_debris_lines
from transforms.clean.text import without_site_suffix

_HEAD_ENDS_AT_WORDS = 25
"""A line of this many words is a paragraph of the article; in the evaluation corpora headlines have up to 20."""
_HEAD_ENDS_AT_CHARACTERS = 40
"""The same for scripts without spaces, in characters."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""A character of Thai, Lao, Burmese, Khmer, kana or Han, which have no spaces between words; a headline has up to 30."""
_TITLE_MAX_CHARACTERS = 250
_LABEL_MAX_WORDS, _LABEL_MAX_CHARACTERS = 3, 8
"""Longest label above a title, a name of a section or an outlet such as "World news", in words, and in characters of
scripts without spaces."""
_SHORT_SENTENCE_WORDS = 12
"""A title of at most this many words may end with a full stop."""
_TITLE_BAR = re.compile(r"\s(?:[|·•»›:–—-]|::)\s")
"""What separates a title from the name of its site."""

_AGENCIES = (
    "Reuters|Thomson Reuters Foundation|AP|Associated Press|The Associated Press|AFP|Agence France-Presse|UPI|dpa|dpa-AFX|"
    "EFE|ANSA|Xinhua|TASS|Interfax|RIA Novosti|Kyodo(?: News)?|Jiji|Yonhap|PTI|IANS|ANI|Bloomberg|CNN|BBC|PA|Press Association|"
    "AAP|CP|The Canadian Press|APA|SDA|ATS|Belga|ANP|TT|NTB|Ritzau|STT|PAP|CTK|MTI|Lusa|Anadolu|AA|MENA|SANA|WAFA|CNS|"
    "DPA|Europa Press|Agencia EFE|Notimex|Agência Brasil|Lusa|Antara|Bernama|VNA|CNA|KUNA|WAM|SPA|IRNA|Tasnim|NAN|SAnews"
)
_DATELINE = re.compile(
    rf"(?:[^\W\d_a-z][\w .,’'/-]{{1,60}}?\s)?[(\[]\s?(?:{_AGENCIES})(?:/(?:{_AGENCIES}))?\s?[)\]]\s?(?:[-–—―:]+\s?|(?=[A-Z“\"]))"
)
"""Place and agency before the first sentence, such as "LONDON, March 14 (Reuters) - ", in the form that the style
guides of Reuters and AP prescribe; the agencies listed are those that sign like this."""


class Extracted(NamedTuple):
    """An article without the debris of its page."""

    title: str
    text: str
    published: str
    """A date for `transforms.clean.dates.read_date`, '' without one."""
    updated: str
    """The same for the date of the last update."""
    author: str
    """As the byline has it, '' without one."""
    rules: tuple[str, ...]
    """Names of the rules that removed something, sorted."""


def without_debris(text: str, *, title: str, source: str, published: str, updated: str) -> Extracted:
    """Removes the debris of a page from extracted text.

    Args:
        text: plain text, one paragraph per line.
        title: the cleaned title if it is known from elsewhere; '' takes it from the text.
        source: name of the outlet, which may end a title line.
        published: the date if it is known from elsewhere; '' takes it from a date line of the head, from one labelled
            as an update only if there is no other.
        updated: the date of the last update if it is known from elsewhere; '' takes it from a date line of the head
            that is labelled as an update.
    """
    name = _folded(title)
    lines, rules = without_debris_lines(text.split("\n"))
    head_end = next((place for place, line in enumerate(lines) if _is_paragraph(line, name)), len(lines))
    body = lines[head_end:]
    head: list[str] = []
    author = ""
    for line in lines[:head_end]:
        parts = read_head_line(line, below_title=bool(title or head))
        head += [] if parts else [line]
        for part in parts:
            if isinstance(part, DateLine):
                rules.add("date_line")
                updated = updated or (part.moment if part.is_update else "")
                published = published or ("" if part.is_update else part.moment)
            else:
                rules.add("byline")
                author = author or part.author
    if not title:
        title = without_site_suffix(_title_of(head, has_body=bool(body)), source)
        name = _folded(title)
        rules |= {"title_line"} if title else set()
    if body:
        kept = [line for line in head if len(line.split()) > _LABEL_MAX_WORDS or ends_as_sentence(line)]
        rules |= {"label"} if {_folded(line) for line in head} - {_folded(line) for line in kept} - {name} else set()
        head = kept
    title_lines = sum(_is_title(line, name) for line in head + body)
    rules |= {"repeated_title"} if title_lines > ("title_line" in rules) else set()
    kept = [line for line in head if not _is_title(line, name)]
    kept += _without_dateline([line for line in body if not name or _folded(line) != name], rules)
    return Extracted(title, "\n".join(kept), published or updated, updated, author, tuple(sorted(rules)))


def _title_of(head: list[str], *, has_body: bool) -> str:
    """Chooses the title among the lines of the head, '' when none qualifies.

    If a paragraph follows, a line that occurs twice is preferred, then the first one longer than a label; otherwise only
    the first line qualifies.
    """
    candidates = [line for line in head if not ends_as_sentence(line) or len(line.split()) <= _SHORT_SENTENCE_WORDS]
    if has_body:
        names = [_folded(line) for line in candidates]
        counts = Counter(names)
        page_titles = {part for line in candidates for part in _ends_of_page_title(line)}
        for line, name in zip(candidates, names, strict=True):
            if counts[name] > 1 or (name in page_titles and _is_longer_than_a_label(name)):
                return line
        for line in candidates:
            if len(line.split()) > _LABEL_MAX_WORDS or len(_UNSPACED.findall(line)) > _LABEL_MAX_CHARACTERS:
                return line
    first = candidates[0] if candidates and candidates[0] == head[0] else ""
    return first if len(first) <= _TITLE_MAX_CHARACTERS else ""


def _is_title(line: str, name: str) -> bool:
    return name != "" and (
        _folded(line) == name or (_is_longer_than_a_label(name) and name in _ends_of_page_title(line))
    )


def _ends_of_page_title(line: str) -> tuple[str, ...]:
    """Gives the first and the last part of a line with bars: one may be the title and the other the name of its site."""
    parts = _TITLE_BAR.split(line)
    return (_folded(parts[0]), _folded(parts[-1])) if len(parts) > 1 else ()


def _is_longer_than_a_label(name: str) -> bool:
    return len(name.split()) > _LABEL_MAX_WORDS


def _is_paragraph(line: str, name: str) -> bool:
    """Tells whether a line is not the title and long enough to end the head."""
    is_long = len(line.split()) >= _HEAD_ENDS_AT_WORDS or len(_UNSPACED.findall(line)) >= _HEAD_ENDS_AT_CHARACTERS
    return is_long and _folded(line) != name


def _without_dateline(lines: list[str], rules: set[str]) -> list[str]:
    if not lines:
        return lines
    first, *rest = lines
    start = 0
    while (dateline := _DATELINE.match(first, start)) and dateline.end() < len(first):
        start = dateline.end()
        rules.add("dateline")
    return [first[start:], *rest]


def _folded(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()
