"""Recognises what an input is by its content; its name and content type decide only where the bytes do not."""

import re
from pathlib import PurePosixPath

import orjson

from transforms.rejects import RejectError

FEED, JSON_FEED, SITEMAP, ROWS, PAGE, TEXT, OPML = "feed", "jsonfeed", "sitemap", "rows", "page", "text", "opml"
KINDS = (FEED, JSON_FEED, SITEMAP, ROWS, PAGE, TEXT, OPML)

_HEAD = 16 * 1024
"""Bytes that are examined: declarations, comments and licences precede many root elements."""
_FIRST_BYTES = (
    ("utf-32", b"\xff\xfe\x00\x00"),
    ("utf-32", b"\x00\x00\xfe\xff"),
    ("utf-32-le", b"<\x00\x00\x00"),
    ("utf-32-be", b"\x00\x00\x00<"),
    ("utf-16", b"\xff\xfe"),
    ("utf-16", b"\xfe\xff"),
    ("utf-16-le", b"<\x00"),
    ("utf-16-be", b"\x00<"),
    ("cp037", b"\x4c\x6f\xa7\x94"),
)
"""Byte order marks, and the encodings of "<" and "<?xml" without one (XML 1.0, appendix F)."""
_PROLOGUE = re.compile(r"\A(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>)+", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<\s*(?:[\w.-]+:)?([\w.-]+)")
_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_PAGE_PART = re.compile(
    r"<(?:a|article|aside|b|blockquote|body|br|center|div|figure|font|form|h[1-6]|head|header|hr|img|link|main|meta|nav|p"
    r"|script|section|span|strong|style|table|title|ul)\b",
    re.IGNORECASE,
)
_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)\b", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\b')
"""The key with its quotation marks, so that an article about the format does not match; PHP escapes the slashes."""
_JSON_ARRAY = re.compile(r"\[\s*[{\[]")
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.02
"""Largest share of control characters in a text: extractors leave some; compressed data has a tenth."""
_TEXT_ENDINGS = ("", ".txt", ".text", ".md")
_NO_ARTICLES = frozenset("authors changelog contributing copying license licence notice readme".split())
"""Names of text files that come with software."""


def recognise(content: bytes, location: str, content_type: str) -> str:
    """Recognises the kind of a document.

    Plain text has no signature, so its name decides: a text is an article if its name has no extension or one of text
    files, and is not one of those that come with software, such as LICENSE.

    Args:
        content: decompressed bytes; the beginning of a long document is enough.
        location: path or URL.
        content_type: the Content-Type header, or ''.

    Returns:
        One of `KINDS`.

    Raises:
        RejectError: 'empty' for white space; 'not_recognised' for binary content, for a JSON array, for JSON that is
            not in UTF-8 (RFC 8259, section 8.1), and for text whose name does not say that it is an article.
    """
    if not content.strip(b" \t\r\n\x00"):
        raise RejectError("empty")
    head = _decode(content[:_HEAD])
    start = head.lstrip("\ufeff \t\r\n")
    if not start:
        raise RejectError("empty")
    if start.startswith("{"):
        return _recognise_json(content, start)
    if _JSON_ARRAY.match(start):
        raise RejectError("not_recognised", "a JSON array: article rows must be one object per line")
    root = _PROLOGUE.sub("", start, count=1)
    if root.startswith("<"):
        return _recognise_markup(root, prologue=start.removesuffix(root))
    if _FEED_ROOT.search(head):
        return FEED
    if _PAGE.search(head):
        return PAGE
    if "\x00" in head or head.startswith("%PDF-") or len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
        raise RejectError("not_recognised", "binary content")
    return _recognise_text(location, content_type.lower())


def is_url(location: str) -> bool:
    """Tells whether a location is an http or https address rather than a path."""
    return location[:8].lower().startswith(("http://", "https://"))


def has_feed_root(content: bytes) -> bool:
    """Tells whether the beginning of a document holds the root element of a feed."""
    return _FEED_ROOT.search(_decode(content[:_HEAD])) is not None


def _decode(head: bytes) -> str:
    for encoding, mark in _FIRST_BYTES:
        if head.startswith(mark):
            return head.decode(encoding, "ignore")
    return head.decode("utf-8", "replace")


def _recognise_json(content: bytes, start: str) -> str:
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{"):
        raise RejectError("not_recognised", "JSON that is not encoded in UTF-8")
    first_line = text.split(b"\n", 1)[0].strip()
    if _JSON_FEED.search(start) or first_line == b"{":
        return JSON_FEED
    try:
        row = orjson.loads(first_line)
    except orjson.JSONDecodeError:
        return JSON_FEED if '"items"' in start and '"version"' in start else ROWS
    return JSON_FEED if isinstance(row.get("items"), list) else ROWS


def _recognise_markup(root: str, prologue: str) -> str:
    found = _ROOT.match(root)
    name = found[1].lower() if found else ""
    if name == "opml":
        return OPML
    if name in ("urlset", "sitemapindex"):
        return SITEMAP
    if name in ("rss", "rdf", "feed", "channel"):
        return FEED
    if _PAGE.match(root):
        return PAGE
    # An error message of the server may precede a feed, as a fragment of a page.
    if (_PAGE_PART.match(root) or _PAGE.search(prologue)) and not _FEED_ROOT.search(root):
        return PAGE
    return FEED


def _recognise_text(location: str, content_type: str) -> str:
    path = location.partition("?")[0].lower() if "://" in location else location.lower()
    name = PurePosixPath(path.removesuffix(".gz"))
    if "xml" in content_type or name.suffix in (".xml", ".rss", ".rdf", ".atom"):
        return FEED
    if "html" in content_type or name.suffix in (".html", ".htm", ".xhtml"):
        return PAGE
    if content_type.startswith("text/plain"):
        return TEXT
    if name.suffix not in _TEXT_ENDINGS:
        raise RejectError("not_recognised", f"text in a {name.suffix} file: the name of an article ends in .txt")
    if name.stem in _NO_ARTICLES:
        raise RejectError("not_recognised", "text that comes with software, not an article")
    return TEXT
