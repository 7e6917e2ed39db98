"""What an input is, recognised by its content; names and content types only decide what bytes leave open."""

import re

import orjson

from transforms.rejects import RejectError

FEED, JSON_FEED, ROWS, PAGE, TEXT, OPML = "feed", "jsonfeed", "rows", "page", "text", "opml"
KINDS = (FEED, JSON_FEED, ROWS, PAGE, TEXT, OPML)

_HEAD = 4096  # bytes that are looked at: declarations, comments and licences stand before many roots
# Byte order marks, and how "<" or "<?xml" begins without one (XML 1.0, appendix F).
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
_PROLOGUE = re.compile(
    r"\A(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^\[>]*(?:\[.*?\])?\s*>)+", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<\s*(?:[\w.-]+:)?([\w.-]+)")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p|h1|meta|title)\b", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)\b", re.IGNORECASE)
_BINARY = re.compile(rb"\x00|[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def recognise(content: bytes, location: str, content_type: str) -> str:
    """The kind of a document, one of `KINDS`.

    Args:
        content: decompressed bytes; the beginning of a long document is enough.
        location: path or URL; its ending decides between plain text and unreadable XML.
        content_type: the Content-Type header, or ''.

    Raises:
        RejectError: 'empty' for white space, 'not_recognised' for binary content.
    """
    if not content.strip(b" \t\r\n\x00"):
        raise RejectError("empty")
    head = _decode(content[:_HEAD])
    start = head.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        return _recognise_json(content, start)
    root = _PROLOGUE.sub("", start, count=1)
    if root.startswith("<"):
        return _recognise_markup(root, start)
    if _FEED_ROOT.search(head):
        return FEED
    if re.search(r"<(?:!doctype\s+html|html)\b", head, re.IGNORECASE):
        return PAGE
    if _BINARY.search(head.encode("utf-8", "replace")):
        raise RejectError("not_recognised", "binary content")
    if _names_xml(location, content_type):
        return FEED
    return TEXT


def has_feed_root(content: bytes) -> bool:
    """Whether the beginning of a document holds the root element of a feed."""
    return _FEED_ROOT.search(_decode(content[:_HEAD])) is not None


def _decode(head: bytes) -> str:
    for encoding, mark in _FIRST_BYTES:
        if head.startswith(mark):
            return head.decode(encoding, "ignore")
    return head.decode("utf-8", "replace")


def _recognise_json(content: bytes, start: str) -> str:
    first_line = content.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    if "jsonfeed.org/version" in start:
        return JSON_FEED
    try:
        row = orjson.loads(first_line)
    except orjson.JSONDecodeError:
        return JSON_FEED if '"items"' in start and '"version"' in start else ROWS
    return JSON_FEED if isinstance(row.get("items"), list) else ROWS


def _recognise_markup(root: str, start: str) -> str:
    found = _ROOT.match(root)
    name = found[1].lower() if found else ""
    if name == "opml":
        return OPML
    if name in ("rss", "rdf", "feed", "channel"):
        return FEED
    if _HTML.match(root) and not _FEED_ROOT.search(start):
        return PAGE
    return FEED


def _names_xml(location: str, content_type: str) -> bool:
    return "xml" in content_type.lower() or location.lower().endswith((".xml", ".rss", ".rdf", ".atom"))
