"""Converts HTML fragments and plain text into clean plain text: one paragraph per line, no empty lines.

Requirements: what a reader sees is kept, markup and encoding errors are removed, and a second pass changes nothing.
Plain text is treated as HTML only if it clearly is, so "a < b" survives.

Theory of operation: a round drops tags (or unescapes entities), repairs mojibake, replaces or removes odd characters,
normalises to NFC and collapses spaces. Escaping may be nested (`&amp;lt;p&amp;gt;` is common in RSS), so rounds are
repeated while the result still holds markup; nearly every text needs one.

Known exceptions: an article that shows HTML source in escaped form loses the tags it shows; a single newline inside
`<pre>` becomes a space.
"""

import html
import re
import unicodedata
from collections.abc import Collection
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MAX_ROUNDS = 8
"""Real text is escaped at most twice; after this many rounds the remaining markup characters are dropped."""

_MAX_TAGS = 10_000
_MAX_DEPTH = 512
_MAX_ATTRIBUTES = 1_000
"""A text beyond one of these is stripped by a pattern: lexbor's time is quadratic in the depth and in the attributes of
an element (9,900 nested lists: 0.9 s; 32,000 attributes: 4.7 s). Chromium stops nesting at a depth of 512."""

_BLOCKS = (
    "address|article|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|footer|form|h1|h2|h3|h4|h5|h6|header|"
    "hr|li|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strike|strong|sub|"
    "sup|time|tt|u|var"
)
_DROPPED = (
    "head|script|style|noscript|template|figcaption|button|select|textarea|iframe|object|embed|video|audio|svg|math|"
    "canvas|title"
)
_BOX_ELEMENTS = "nav|aside|footer|form"
_BOXES = (
    _BOX_ELEMENTS.replace("|", ",")
    + ', [class*="related" i], [id*="related" i], [class*="feedflare" i], [class*="sharedaddy" i], '
    '[class*="share-button" i], [class*="social-share" i], [class*="newsletter" i], [class*="read-more" i], '
    '[class*="readmore" i], [class*="wp-caption-text" i], [aria-hidden="true" i], [hidden]'
)
"""Boxes that publishers put around the article in a feed's body: related links, share buttons, sign-up forms, captions.

An element that holds more than half of the text is a wrapper that merely has such a name, and is kept."""

_LIST_HEADING = re.compile(
    r"(?:related(?: (?:articles|stories|links|content|coverage|news))?|read (?:more|also|next)|also read|see also|"
    r"more (?:on|from|about) .{1,60}|more (?:stories|news)|recommended|you may also like|most read)\s*:?",
    re.IGNORECASE,
)
"""The heading of a list of links to other articles."""
_MAX_HEADING = 200  # characters, with the white space around them

_CONTAINER = re.compile(
    r"<(/?)(?!(?:area|base|br|col|dd|dt|embed|hr|img|input|li|link|meta|option|p|param|source|tbody|td|th|thead|tr|track|"
    r"wbr)\b)[a-zA-Z]",
    re.IGNORECASE,
)
"""A tag of an element that nests: neither empty nor ended by the next of its kind."""
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{2 * _MAX_ATTRIBUTES},}}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")

_ANY_TAG = re.compile(r"<[a-zA-Z/!?]")
_BLOCK_TAG = re.compile(rf"<(?:/?(?:{_BLOCKS})|br)\b", re.IGNORECASE)
_PLAINLY_HTML = re.compile(
    rf"</(?:{_BLOCKS}|{_INLINE}|{_DROPPED}|{_BOX_ELEMENTS})\s*>|<(?:p|br|hr|li)\s*/?>|"
    r"<(?:p|div|img|a|br|iframe|script|style|span)\s+[\w-]+\s*=[^<>]*>",
    re.IGNORECASE,
)
_CDATA_MARK = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG_OR_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[a-zA-Z/!?][^<>]*>?", re.DOTALL)

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp|#0*38|#[xX]0*26);(?:(?:amp|#0*38|#[xX]0*26);)*")

_MOJIBAKE = re.compile(
    "[\u00c2-\u00c6\u00ce-\u00d1\u00d7-\u00da\u00e0-\u00f0][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""A UTF-8 lead byte and a continuation byte, both decoded as Windows-1252: "â€™", "Ã©"."""

_ODD = re.compile(
    "[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\uf8ff\ufeff\ufff0-\ufffc\ufffe\uffff]"
)
_SPACES = "\u0009\u001f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS = "\u000b\u000c\u000d\u001c\u001d\u001e\u2028\u2029"
_REPLACED = dict.fromkeys(_SPACES, " ") | dict.fromkeys(_BREAKS, "\n")
_REPLACED |= {chr(byte): bytes([byte]).decode("cp1252", errors="ignore") for byte in range(0x80, 0xA0)}
_JOINERS = "\u200c\u200d"
_REPLACED |= {joiner: joiner for joiner in _JOINERS}

_MAX_MARKS = 30
_LONG_RUN = re.compile(rf"[^\w\s]{{{_MAX_MARKS + 1},}}")
"""Combining marks in a row: Unicode's Stream-Safe Text Format allows 30 (UAX #15, section 13), since normalising takes
time quadratic in their number."""

_IDLE_JOINER = re.compile(
    f"(?<![\u0600-\u1cff\u2190-\u33ff\ua800-\uabff\ufb50-\ufdff\ufe0f\ufe70-\ufefe\U0001f000-\U0001faff])[{_JOINERS}]+"
)
"""Zero-width joiners matter in Arabic and Indic scripts and in emoji; after anything else they are removed."""


def plain_text(body: str, *, is_html: bool) -> str:
    """Returns the paragraphs of a body as plain text, one per line.

    Args:
        body: an HTML fragment or plain text, with or without entities.
        is_html: whether the source declares HTML. If so, anything that looks like a tag is one, and newlines between
            block elements become spaces. Otherwise only clear HTML (a known closing tag, `<p>`, `<br>`, an element with
            attributes) counts, and every newline ends a paragraph: lines are never joined, even if they are
            hard-wrapped.
    """
    lines_are_wraps = is_html
    text = body
    has_tags = _ANY_TAG.search(text) is not None if is_html else looks_like_html(text)
    for _ in range(_MAX_ROUNDS):
        before = text
        if has_tags:
            text = _without_tags(text, lines_are_wraps and _BLOCK_TAG.search(text) is not None)
            lines_are_wraps = False
        elif "&" in text:
            text = _unescape(text)
        text = _tidy(text)
        has_tags = looks_like_html(text)
        is_plain = not has_tags and not _ENTITY.search(text) and not _MOJIBAKE.search(text)
        if is_plain or text == before:
            return text
    return _tidy(text.replace("&", " ").replace("<", " ")) if has_tags or _ENTITY.search(text) else text


def one_line(title: str) -> str:
    """Returns a title, a name or any short text on one line, without markup and entities."""
    line = plain_text(title.replace("\n", " "), is_html=False)
    while "\n" in line:
        line = plain_text(line.replace("\n", " "), is_html=False)
    return line


def without_site_suffix(title: str, source: str) -> str:
    """Drops the name of the source from the end of a title, such as " - Source" or " | Source".

    Only the exact name counts, in any case: "Talks fail - Reuters" keeps its end unless the source is Reuters.
    """
    if not source:
        return title
    suffix = re.compile(rf"\s(?:[-–—|·•»:]|::)\s?{re.escape(source)}\Z", re.IGNORECASE)
    end, longest = len(title), len(source) + 4
    while match := suffix.search(title, max(end - longest, 1), end):
        end = match.start()
    return title[:end]


def looks_like_html(text: str) -> bool:
    """Tells whether text not declared as HTML clearly is: "a < b" and "use <b>" are not, "<b>so</b>" is."""
    if "<" not in text:
        return False
    # A pattern would take quadratic time on many comments that never end.
    comment = text.find("<!--")
    return (comment >= 0 and text.find("-->", comment + 4) >= 0) or _PLAINLY_HTML.search(text) is not None


def _unescape(text: str) -> str:
    """Unescapes complete entities only, of which `?a=1&copy=2` has none."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), _ESCAPED_AMPERSAND.sub("&amp;", text))


def _without_tags(markup: str, lines_are_wraps: bool) -> str:
    markup = _CDATA_MARK.sub("", markup)
    if lines_are_wraps:
        markup = markup.replace("\n", " ").replace("\r", " ")
    if _is_too_complex(markup):
        return _TAG_OR_COMMENT.sub("\n", markup)
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(markup).body
    if body is None:
        return ""
    _drop_boxes(body)
    for node in body.css("br," + _BLOCKS.replace("|", ",")):
        node.insert_before("\n")
        node.insert_after("\n")
    return body.text(deep=True)


def _is_too_complex(markup: str) -> bool:
    tags = markup.count("<")
    if tags > _MAX_TAGS or (tags > _MAX_DEPTH and _depth(markup) > _MAX_DEPTH):
        return True
    return any(len(_QUOTED.sub("", tag).split()) > _MAX_ATTRIBUTES for tag in _LONG_TAG.findall(markup))


def _depth(markup: str) -> int:
    """Returns how deep elements nest, from their tags alone."""
    return max(accumulate(-1 if tag[1] else 1 for tag in _CONTAINER.finditer(markup)), default=0)


def _drop_boxes(body: "LexborNode") -> None:
    doomed = body.css(_DROPPED.replace("|", ","))
    boxes, lists = body.css(_BOXES), body.css("ul, ol")
    if boxes or lists:
        lengths = _text_lengths(body)
        doomed += [node for node in boxes if lengths[node.mem_id] <= lengths[body.mem_id] / 2]
        for links in lists:
            heading = _element_before(links)
            if (
                heading is not None
                and lengths[heading.mem_id] <= _MAX_HEADING
                and _LIST_HEADING.fullmatch(heading.text(deep=True).strip())
            ):
                doomed += [heading, links]
    tops = {node.mem_id: node for node in doomed if node.mem_id != body.mem_id}
    # Destroying a node frees all nodes below it, so only the outermost may be destroyed, and they are found beforehand.
    for node in [node for node in tops.values() if not _inside(node, tops)]:
        node.decompose()


def _text_lengths(body: "LexborNode") -> dict[int, int]:
    """Counts the characters of text in each element, by `mem_id`, in one pass: boxes may nest."""
    lengths = {body.mem_id: 0}
    parents = []
    for node in body.traverse(include_text=True):
        if node.mem_id != body.mem_id and node.parent is not None:
            lengths[node.mem_id] = len(node.text_content or "") if node.is_text_node else 0
            parents.append((node.mem_id, node.parent.mem_id))
    for child, parent in reversed(parents):
        lengths[parent] += lengths[child]
    return lengths


def _element_before(node: "LexborNode") -> "LexborNode | None":
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    return before


def _inside(node: "LexborNode", outer: Collection[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in outer:
            return True
        parent = parent.parent
    return False


def _tidy(text: str) -> str:
    if _MOJIBAKE.search(text):
        text = "\n".join(_repaired(line) for line in text.split("\n"))
    if _ODD.search(text):
        text = _ODD.sub(_replacement, text)
        if any(joiner in text for joiner in _JOINERS):
            text = _IDLE_JOINER.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", _LONG_RUN.sub(_stream_safe, text))
    # Spaces and newlines are the only white space left at this point.
    text = _without_runs(_without_runs(text, " ").replace(" \n", "\n").replace("\n ", "\n"), "\n")
    return text.strip(" \n")


def _without_runs(text: str, char: str) -> str:
    while char + char in text:  # each round halves the runs; several times as fast as a regular expression
        text = text.replace(char + char, char)
    return text


def _stream_safe(run: re.Match[str]) -> str:
    """Drops the combining marks of a run beyond the `_MAX_MARKS` first in a row."""
    kept: list[str] = []
    marks = 0
    for char in run.group():
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def _replacement(match: re.Match[str]) -> str:
    return _REPLACED.get(match.group(), "")


def _repaired(line: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    from ftfy import fix_encoding

    return fix_encoding(line)
