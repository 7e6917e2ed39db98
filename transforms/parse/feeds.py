"""Parses RSS, Atom, RDF and CDF with feedparser, and works around what it gets wrong."""

import io
import re
from collections.abc import Mapping
from typing import Any
from xml.sax import SAXParseException

from transforms.fetch.kinds import has_feed_root, is_url
from transforms.parse.entries import Parsed, parsed
from transforms.parse.slim import slim
from transforms.records import Document, Item
from transforms.rejects import RejectError

# feedparser takes the caption of a picture for the summary or content of the entry (its issue 53, open since 2016)
# unless the element has another name.
_CAPTION, _RENAMED_CAPTION = re.compile(rb"<(/?)media:description\b"), rb"<\1media:caption"

# feedparser fails on references to code points that are not characters, such as &#xD800;, in malformed XML.
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_REPLACEMENT = b"&#xFFFD;"

_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|rdf|feed|channel)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_DIGITS = re.compile(r"\d{1,6}")
_PERIODS = {  # http://web.resource.org/rss/1.0/modules/syndication/
    "hourly": 3600,
    **dict.fromkeys(("daily", "dayly"), 86_400),
    "weekly": 7 * 86_400,
    "monthly": 30 * 86_400,
    "yearly": 365 * 86_400,
}
_TEXT_TYPES = ("text/plain", "text/html", "application/xhtml+xml")


def parse_feed(document: Document, *, max_entries: int) -> Parsed:
    """Parses a feed as leniently as a feed reader does: a broken one up to the error.

    Args:
        document: of kind 'feed'.
        max_entries: how many entries are taken at most; the newest are.

    Raises:
        RejectError: 'not_a_feed' for other XML, 'malformed' when nothing can be read before the error.
    """
    headers = {"content-type": document.content_type} if document.content_type else {}
    feed = _read(_CAPTION.sub(_RENAMED_CAPTION, slim(document.content, document.content_type)), headers)
    if not feed.entries:
        _check_without_entries(feed, document.content)
    items = [_item(entry, feed.feed, document) for entry in _newest(feed.entries, max_entries)]
    return parsed(
        items,
        truncated=len(feed.entries) - len(items),
        title=str(feed.feed.get("title") or ""),
        requested_interval_seconds=requested_interval_seconds(feed.feed),
        parse_warning=_parse_warning(feed, document),
    )


def _parse_warning(feed: Any, document: Document) -> str:
    parse_warning = type(feed.bozo_exception).__name__ if feed.get("bozo_exception") else ""
    # A file has no content type that could be wrong.
    return "" if parse_warning == "NonXMLContentType" and not document.content_type else parse_warning


def requested_interval_seconds(feed: Mapping[str, Any]) -> int:
    """Reads the wait between two polls that a feed asks for, by RSS's ttl or the syndication module's period.

    Misspelt periods that occur in real feeds are understood; nonsense counts as absent.

    Args:
        feed: the elements of the feed, as returned by feedparser.

    Returns:
        Seconds, the longer of the two; 0 when the feed does not say.
    """
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    times = _number(feed.get("sy_updatefrequency")) or 1
    return max(_number(feed.get("ttl")) * 60, period // times)


def _number(value: Any) -> int:
    digits = _DIGITS.fullmatch(str(value or "").strip())
    return int(digits[0]) if digits else 0


def _read(content: bytes, headers: dict[str, str]) -> Any:
    # feedparser has no exception class of its own: broken input makes it fail with exceptions of many types.
    try:
        return _parse(content, headers)
    except Exception:
        content = _REFERENCE.sub(_valid_reference, content)
    try:
        return _parse(content, headers)
    except Exception as error:
        raise RejectError("malformed", f"feedparser fails with {type(error).__name__}") from error


def _parse(content: bytes, headers: dict[str, str]) -> Any:
    import feedparser

    return feedparser.parse(
        io.BytesIO(content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _valid_reference(reference: "re.Match[bytes]") -> bytes:
    digits = (reference[1] or reference[2]).lstrip(b"0")[:8] or b"0"  # no code point has more digits
    code_point = int(digits, 16 if reference[1] else 10)
    return reference[0] if 0 < code_point <= _LAST_CODE_POINT and code_point not in _SURROGATES else _REPLACEMENT


def _check_without_entries(feed: Any, content: bytes) -> None:
    """Accepts a feed without entries unless it is truncated before them, malformed, or not a feed at all."""
    error = feed.get("bozo_exception")
    detail = f"line {error.getLineNumber()}: {error.getMessage()}" if isinstance(error, SAXParseException) else ""
    if feed.get("version"):
        if detail and not _ROOT_END.search(content):
            raise RejectError("malformed", f"truncated before the first entry, {detail}")
    elif detail:
        raise RejectError("malformed", detail)
    elif not has_feed_root(content):
        raise RejectError("not_a_feed", "neither RSS, Atom nor RDF")


def _newest(entries: list[Any], limit: int) -> list[Any]:
    """Returns the newest entries in their original order; those without a date count as new."""
    if len(entries) <= limit:
        return entries

    def age(place: int) -> tuple[bool, Any, int]:
        when = dict.get(entries[place], "published_parsed") or dict.get(entries[place], "updated_parsed")
        return (when is not None, tuple(-part for part in when[:6]) if when else (), place)

    return [entries[place] for place in sorted(sorted(range(len(entries)), key=age)[:limit])]


def _link(entry: Any) -> str:
    # FeedBurner replaces the link of an entry by one of its own and keeps the original here.
    return str(dict.get(entry, "feedburner_origlink") or dict.get(entry, "link") or "")


def _item(entry: Any, feed: Any, document: Document) -> Item:
    body = _body(entry)
    title = dict.get(entry, "title_detail") or {}
    return Item(
        kind=document.kind,
        feed=document.feed,
        base=_first_address(
            body.get("base"), title.get("base"), document.address, feed.get("link"), *_own_addresses(feed)
        ),
        id=str(dict.get(entry, "id") or ""),
        url=_link(entry),
        title=str(dict.get(entry, "title") or ""),
        body=str(body.get("value") or ""),
        body_type="text" if body.get("type") == "text/plain" else "html",
        published=str(dict.get(entry, "published") or dict.get(entry, "created") or ""),
        updated=str(dict.get(entry, "updated") or ""),
        language=str(body.get("language") or title.get("language") or feed.get("language") or ""),
        source=str((dict.get(entry, "source") or {}).get("title") or feed.get("title") or ""),
        shared_url=False,
        fetched_at=document.fetched_at,
    )


def _body(entry: Any) -> Any:
    """Returns the longest of an entry's contents and its summary: feeds put the full text in either."""
    candidates = [*(dict.get(entry, "content") or []), dict.get(entry, "summary_detail") or {}]
    texts = [one for one in candidates if one.get("value") and one.get("type", "text/html") in _TEXT_TYPES]
    return max(texts, key=_text_length, default={})


def _text_length(one: Any) -> tuple[int, int]:
    """Measures a text without its tags first, so that a content of one picture does not win over a summary."""
    value = one["value"]
    return len(_TAG.sub("", value).strip()) if "<" in value else len(value), len(value)


def _first_address(*candidates: Any) -> str:
    return next((str(one) for one in candidates if is_url(str(one))), "")


def _own_addresses(feed: Any) -> list[Any]:
    """Returns the addresses that a feed gives for itself: the base of its links when it is read from a file."""
    return [link.get("href") for link in feed.get("links") or () if link.get("rel") == "self"]
