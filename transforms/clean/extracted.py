"""Page debris in the output of a text extractor: what stands around an article, taken out line by line.

Requirements: a sentence of the article is worth more than a line of debris, so every rule must match a whole line of
few words, and a line that reads like a sentence stays.

Theory of operation: lines before the first paragraph are the head: there a date line gives the date, and the first
line that is no debris is the title where none is known. A line equal to the title is dropped wherever it stands. The
table `LINE_RULES` is tried on every other line, because prompts also interrupt articles.

Known exceptions: a headline of a promoted article on a line of its own is kept; bylines and datelines are kept.
"""

import re
from typing import NamedTuple

from transforms.clean.text import without_site_suffix

_HEAD_ENDS_AT_WORDS = 25
"""A line of this many words is a paragraph of the article; in the corpora at hand headlines have up to 20."""

_TITLE_MAX_CHARACTERS = 250
_DEBRIS_MAX_CHARACTERS = 2_000
"""No line of debris is longer; it bounds the time of the patterns."""


class LineRule(NamedTuple):
    """Drops a line that `pattern` matches from end to end and that has at most `max_words` words."""

    name: str
    max_words: int
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


def _rule(name: str, max_words: int, pattern: str, *examples: str) -> LineRule:
    return LineRule(name, max_words, re.compile(pattern, re.IGNORECASE | re.VERBOSE), examples)


_NO_SENTENCE = r"[^\n]{0,300}[^\n.]"
"""A headline or label: it does not end with a full stop."""
_PIECE = r"(?:article|story|post|page|news|video|link|report|interview|live\s?blog)"
_NETWORKS = (
    r"(?:facebook|twitter|x|whats\s?app|telegram|linked\s?in|reddit|pinterest|instagram|youtube|tiktok|threads|bluesky|"
    r"mastodon|vk|viber|flipboard|e-?mail|google\ news|messenger|copy\ link|print)"
)

LINE_RULES = (
    _rule(
        "interface_word",
        6,
        r"""skip\ to\ (?:main\ )?(?:content|navigation)|(?:main\ )?menu|search|close|open|toggle\ (?:navigation|menu)|
        sign\ (?:in|up|out)|log\ ?(?:in|out)|register|back\ to\ top|loading(?:\ ?…|\.\.\.)?|home|play|pause|mute|unmute|
        fullscreen|previous|next|print|save|comments?|\d+\ comments?|leave\ a\ comment|view\ comments|show\ more|
        (?:article|listen\ to\ this)\ (?:audio|article)|accept\ (?:all\ )?cookies|image|photo|caption|hide\ caption""",
        "Skip to main content",
        "12 comments",
    ),
    _rule(
        "advertisement",
        6,
        r"(?:story\ continues\ below\ )?advertise?ments?|\[?ads?\]?|sponsored(?:\ content)?|promoted|"
        r"article\ continues\ (?:after|below)\ (?:the\ )?(?:ad|advertisement)|scroll\ (?:down\ )?to\ continue(?:\ reading)?",
        "Advertisement",
        "Story continues below advertisement",
    ),
    _rule(
        "also_on",
        40,
        rf"also\ on\ (?:the\ )?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{{2,}}(?:[\s:–—-]{_NO_SENTENCE})?",
        "Also on example.org ‘We never left’: harbour pilots answer the minister",
        "Also on example.co.uk",
    ),
    _rule(
        "read_more",
        40,
        rf"""(?:read|see|watch|listen|hear)\ (?:more|also|next|the\ full\ {_PIECE}|full\ {_PIECE})[\s.:…›»>→-]*|
        (?:continue|keep)\ reading[\s.:…›»>→-]*|
        (?:read\ (?:more|also|next|on)|also\ read|see\ also|watch(?:\ (?:now|also|live|more))?|more\ on\ this(?:\ {_PIECE})?|
        related(?:\ (?:articles?|stor(?:y|ies)|content|news|coverage|links|topics|videos?))?|recommended|
        (?:don['’]t|do\ not)\ miss|in\ pictures|you\ (?:may|might)\ also\ like)
        \s?(?:[:>»→|]\s?{_NO_SENTENCE}|[:>»→|]?)|
        read\ more\ (?:about|on|from|at|in)\ .{{1,60}}[^.]|
        more\ (?:from|on|about)\ (?:this\ )?(?:author|topic|section|{_PIECE})""",
        "Read more",
        "READ MORE: Ferry line keeps its winter timetable",
        "Related stories",
        "Continue reading…",
    ),
    _rule(
        "share_prompt",
        14,
        rf"""(?:like|love|enjoy(?:ed)?|liked)\ (?:this|the)\ {_PIECE}\s?\?.*|
        (?:please\ )?share\s?(?:(?:this|the|our)(?:\ {_PIECE})?|it|via|on|with|to|:|\ |{_NETWORKS}|your\ friends|a\ friend|[,&/|]|and)*[!.]?|
        (?:tweet|pin|e-?mail|print|send)(?:\ (?:this|it))?(?:\ {_PIECE})?|
        {_NETWORKS}(?:(?:\s|,|/|\||·|•|&|and)+(?:{_NETWORKS}|share|tweet|more))*|
        (?:follow|like|join|find|add)\ us\ (?:on|at)\ .{{1,80}}|
        follow\ @\w+(?:\ on\ {_NETWORKS})?|
        (?:think\ your\ friends\ would\ be\ interested\??|tell\ (?:your\ friends|a\ friend)).*""",
        "Enjoyed this story? Share it with your friends!",
        "Share this article on Facebook",
        "Facebook Twitter WhatsApp",
        "Follow us on Telegram and never miss a boat",
    ),
    _rule(
        "newsletter_prompt",
        30,
        r"""(?:(?:sign|signing)\ up|subscribe|register|join)\b[^\n]*\b(?:newsletters?|inbox|bulletins?|mailing\ list|
        (?:e-?mail|daily|breaking\ news|news)\ (?:alerts?|updates?|briefings?|digests?))\b[^\n]{0,80}|
        (?:get|receive)\b[^\n]*\b(?:(?:in|to|into)\ your\ (?:inbox|e-?mail)|newsletters?)\b[^\n]{0,40}|
        (?:thanks|thank\ you)\ for\ (?:signing\ up|subscribing)[^\n]*|
        (?:enter\ )?your\ e-?mail(?:\ address)?|(?:our|the|daily|weekly|free)\ newsletters?|newsletters?""",
        "Sign up for our morning newsletter",
        "Get the day's headlines in your inbox",
    ),
    _rule(
        "subscribe_prompt",
        25,
        rf"""(?:subscribe|become\ a\ (?:member|subscriber|supporter)|support\ (?:our\ (?:work|journalism)|independent\ journalism))
        (?:\ (?:now|today|here|for\ free|to\ (?:continue|read|unlock|our|the|us)|and|from|for)\b{_NO_SENTENCE})?[!.]?|
        (?:this\ {_PIECE}\ is\ (?:for|available\ to)\ (?:our\ )?(?:subscribers|members)(?:\ only)?[.!]?)|
        (?:already\ a\ (?:subscriber|member)|not\ a\ (?:subscriber|member)(?:\ yet)?)\s?\?.*|
        to\ continue\ reading,?\ (?:please\ )?(?:subscribe|sign\ in|log\ in|register).*|
        download\ (?:our|the)\ (?:free\ )?(?:.{{1,20}}\ )?app.{{0,60}}""",
        "Subscribe now to our print edition",
        "Already a subscriber? Log in",
    ),
    _rule(
        "rights_notice",
        40,
        r"""(?:©|\(c\)|copyright)(?:\s?(?:©|\(c\)|copyright))?\s?,?\d{4}\b.{0,200}|(?:©|\(c\))\s?.{1,60}\b\d{4}\b.{0,200}|
        all\ rights\ reserved\.?|
        (?:this\ material|the\ contents\ of\ this\ site)[^\n]*may\ not\ be\ (?:published|reproduced)[^\n]*""",
        "© 2020 The Harbour Gazette. All rights reserved.",
    ),
    _rule(
        "appeared_first",
        40,
        r"the\ post\ .{1,250}\ (?:appeared|was)\ first\ (?:appeared\ |published\ )?(?:on|in)\ .{1,80}|"
        r"this\ (?:article|post|story)\ (?:was\ )?(?:first|originally)\ (?:appeared|published)\ (?:on|in|at)\ .{1,80}",
        "The post Lighthouse reopens appeared first on Harbour Gazette.",
    ),
)
"""Prompts and labels around articles; every example is invented after the manner of real pages."""

_ICON_WORD = re.compile(r"\S*icons?(?!\w)", re.IGNORECASE)
_MIN_ICON_WORDS = 3
_MIN_ICON_SHARE = 0.2
"""Names of an icon font read as text ("icon menu-bicon searchicon closeicon ..."): half of the words or so end in
"icon"; prose about icons stays far below this share and ends with a full stop."""

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
    rf"(?:t|\s?(?:,|at|-|–|—|\|)?\s?(?P<clock>{_CLOCK})(?:\s?(?P<zone>{_ZONE}))?(?:\s?(?:hrs|uhr))?)?\.?",
    re.IGNORECASE,
)
_ISO_LINE = re.compile(
    r"(?P<label>(?:published|posted|updated|modified|date)\s?:?\s)?"
    r"(?P<moment>\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_POINT_CLOCK = re.compile(r"^(\d{1,2})\.(\d{2})")
_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)


class Extracted(NamedTuple):
    """An article without the debris of its page."""

    title: str
    text: str
    published: str
    """A date for `transforms.clean.dates.read_date`, '' without one."""
    updated: str
    rules: tuple[str, ...]
    """Names of the rules that removed something, sorted."""


def without_debris(text: str, *, title: str, source: str, published: str, updated: str) -> Extracted:
    """Takes the debris of a page out of extracted text.

    Args:
        text: Plain text, one paragraph a line.
        title: As known otherwise, cleaned; '' takes it from the text.
        source: The outlet's name, which may end a title line.
        published: As known otherwise; '' takes it from a date line of the head, one that is labelled as an update only
            where no other is found.
        updated: As known otherwise; '' takes it from a date line of the head that is labelled so.
    """
    name = _folded(title)
    rules: set[str] = set()
    lines: list[str] = []
    in_head = True
    for line in text.split("\n"):
        rule = debris_rule(line)
        is_article = not rule and not (name and _folded(line) == name)
        in_head = in_head and not (is_article and len(line.split()) >= _HEAD_ENDS_AT_WORDS)
        date = date_of_line(line) if in_head and not rule else None
        if rule:
            rules.add(rule)
        elif date:
            rules.add("date_line")
            if date.is_update:
                updated = updated or date.moment
            else:
                published = published or date.moment
        else:
            lines.append(line)
    if not title and lines and _may_be_title(lines):
        title = without_site_suffix(lines[0], source)
        lines = lines[1:]
        rules.add("title_line")
        name = _folded(title)
    kept = [line for line in lines if not name or _folded(line) != name]
    if len(kept) < len(lines):
        rules.add("repeated_title")
    return Extracted(title, "\n".join(kept), published or updated, updated, tuple(sorted(rules)))


def debris_rule(line: str) -> str:
    """Returns the name of the rule that takes a line for debris, '' for a line of the article."""
    if len(line) > _DEBRIS_MAX_CHARACTERS:
        return ""
    words = line.split()
    icons = len(_ICON_WORD.findall(line))
    if icons >= _MIN_ICON_WORDS and icons >= _MIN_ICON_SHARE * len(words) and not line.endswith((".", "!", "?")):
        return "interface_icons"
    for rule in LINE_RULES:
        if len(words) <= rule.max_words and rule.pattern.fullmatch(line):
            return rule.name
    return ""


class DateLine(NamedTuple):
    """What a date line says."""

    moment: str
    """The date rearranged for `transforms.clean.dates.read_date`."""
    is_update: bool


def date_of_line(line: str) -> DateLine | None:
    """Returns the date of a line that holds nothing else, None for any other.

    Read are "31 Dec, 2019 17:43", "Published: December 31, 2019 at 5:43 pm EST", "Tue 31 Dec 2019 17.43 GMT",
    "17:43, 31 December 2019", "2019-12-31T17:43:00Z" and their like, with spaces around punctuation as tokenisers leave
    them.
    """
    if len(line) > 100:
        return None
    line = re.sub(r"\s+([:,.])", r"\1", line)
    line = re.sub(r"(?<=\d)([:.])\s+(?=\d)", r"\1", line)
    iso = _ISO_LINE.fullmatch(line)
    if iso:
        return DateLine(iso["moment"], bool(_UPDATED.search(iso["label"] or "")))
    match = _DATE_LINE.fullmatch(line)
    if not match:
        return None
    clock = _POINT_CLOCK.sub(r"\1:\2", match["clock"] or match["clock_first"] or "")
    zone = match["zone"] or match["zone_first"] or ""
    date = _ORDINAL.sub("", match["date"]).replace(",", " ")
    moment = " ".join(f"{date} {clock} {zone}".split())
    return DateLine(moment, bool(_UPDATED.search(match["label"] or "")))


def _may_be_title(lines: list[str]) -> bool:
    """Whether the first line is a title: said twice, or short and no sentence of an article."""
    first = lines[0]
    words = len(first.split())
    if len(lines) > 1 and words < _HEAD_ENDS_AT_WORDS and _folded(first) == _folded(lines[1]):
        return True
    ends_like_prose = first.endswith((".", ",", ";", ":")) and not first.endswith("...")
    return words < _HEAD_ENDS_AT_WORDS and len(first) <= _TITLE_MAX_CHARACTERS and not (ends_like_prose and words > 12)


def _folded(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()
