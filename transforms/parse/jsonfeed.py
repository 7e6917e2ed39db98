"""Parses JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import Any

import orjson

from transforms.parse.entries import Parsed, parsed
from transforms.records import Document, Item
from transforms.rejects import RejectError


def parse_json_feed(document: Document, *, max_entries: int) -> Parsed:
    """Parses a JSON Feed.

    Args:
        document: of kind 'jsonfeed'.
        max_entries: how many entries are taken at most; the first are, since the format puts the newest first.

    Raises:
        RejectError: 'malformed' for invalid JSON, 'not_a_feed' without a list of items.
    """
    try:
        feed = orjson.loads(document.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise RejectError("malformed", str(error)) from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise RejectError("not_a_feed", "JSON without a list of items")
    found = [entry for entry in feed["items"] if isinstance(entry, dict)]
    items = [_item(entry, feed, document) for entry in found[:max_entries]]
    return parsed(items, truncated=len(found) - len(items), title=_text(feed, "title"))


def _text(entry: dict[str, Any], name: str) -> str:
    """Returns a member as text; the format requires readers to accept numbers as ids."""
    value = entry.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _item(entry: dict[str, Any], feed: dict[str, Any], document: Document) -> Item:
    html, text = _text(entry, "content_html"), _text(entry, "content_text")
    return Item(
        kind=document.kind,
        feed=document.feed,
        base=document.address or _text(feed, "feed_url") or _text(feed, "home_page_url"),
        id=_text(entry, "id"),
        url=_text(entry, "url") or _text(entry, "external_url"),
        title=_text(entry, "title"),
        body=html or text or _text(entry, "summary"),
        body_type="html" if html else "text",
        published=_text(entry, "date_published"),
        updated=_text(entry, "date_modified"),
        language=_text(entry, "language") or _text(feed, "language"),
        source=_text(feed, "title"),
        shared_url=False,
        fetched_at=document.fetched_at,
    )
