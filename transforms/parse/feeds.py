"""RSS, Atom, RDF and CDF by feedparser, with what it mixes up taken apart."""

import io
from collections import Counter
from typing import Any, NamedTuple

from transforms.fetch.kinds import has_feed_root
from transforms.records import Document, Item
from transforms.rejects import RejectError

# feedparser takes a picture's caption for the entry's summary or content (its issue 53, open since 2016).
# Under another name it is kept apart.
_CAPTION, _KEPT_APART = b"media:description", b"media:caption"

_TEXT_TYPES = ("text/plain", "text/html", "application/xhtml+xml")


class Parsed(NamedTuple):
    """The items of one feed."""

    items: list[Item]
    dropped: int
    """Entries beyond the limit, the oldest."""


def parse_feed(document: Document, *, max_entries: int) -> Parsed:
    """Takes a feed apart as a feed reader would, broken ones as far as they go.

    Args:
        document: of kind 'feed'.
        max_entries: the newest so many are taken.

    Raises:
        RejectError: 'not_a_feed' for other XML, 'malformed' when nothing could be read before the error.
    """
    import feedparser

    base = document.location if "://" in document.location else ""
    headers = {"content-location": base}
    if document.content_type:
        headers["content-type"] = document.content_type
    feed = feedparser.parse(
        io.BytesIO(document.content.replace(_CAPTION, _KEPT_APART)),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.get("version") and not feed.entries:
        error = feed.get("bozo_exception")
        if error is not None and not isinstance(error, feedparser.NonXMLContentType):
            raise RejectError("malformed", " ".join(str(error).split()))
        if not has_feed_root(document.content):
            raise RejectError("not_a_feed", "no RSS, Atom or RDF")
    entries = _newest(feed.entries, max_entries)
    links = Counter(link for link in map(_link, entries) if link)
    items = [_item(entry, feed.feed, document, base, links) for entry in entries]
    return Parsed(items, len(feed.entries) - len(items))


def _newest(entries: list[Any], limit: int) -> list[Any]:
    """The newest entries in their order; those without a date count as new, since feeds put the newest first."""
    if len(entries) <= limit:
        return entries

    def age(place: int) -> tuple[bool, Any, int]:
        when = dict.get(entries[place], "published_parsed") or dict.get(entries[place], "updated_parsed")
        return (when is not None, tuple(-part for part in when[:6]) if when else (), place)

    return [entries[place] for place in sorted(sorted(range(len(entries)), key=age)[:limit])]


def _link(entry: Any) -> str:
    # FeedBurner replaces an entry's link by one of its own and names the first one here.
    return str(dict.get(entry, "feedburner_origlink") or dict.get(entry, "link") or "")


def _item(entry: Any, feed: Any, document: Document, base: str, links: "Counter[str]") -> Item:
    body = _body(entry)
    title = dict.get(entry, "title_detail") or {}
    link = _link(entry)
    return Item(
        kind=document.kind,
        feed=document.feed,
        base=body.get("base") or title.get("base") or base or str(feed.get("link") or ""),
        id=str(dict.get(entry, "id") or ""),
        url=link,
        title=str(dict.get(entry, "title") or ""),
        body=str(body.get("value") or ""),
        body_type="text" if body.get("type") == "text/plain" else "html",
        published=str(dict.get(entry, "published") or dict.get(entry, "created") or ""),
        updated=str(dict.get(entry, "updated") or ""),
        language=str(body.get("language") or title.get("language") or feed.get("language") or ""),
        source=str((dict.get(entry, "source") or {}).get("title") or feed.get("title") or ""),
        shared_url=links[link] > 1,
        fetched_at=document.fetched_at,
    )


def _body(entry: Any) -> Any:
    """The longest text among an entry's contents and its summary: feeds put the full text in either."""
    candidates = [*(dict.get(entry, "content") or []), dict.get(entry, "summary_detail") or {}]
    texts = [one for one in candidates if one.get("value") and one.get("type", "text/html") in _TEXT_TYPES]
    return max(texts, key=lambda one: len(one["value"]), default={})
