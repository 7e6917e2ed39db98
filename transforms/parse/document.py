"""Parses a document of any kind."""

from collections.abc import Sequence
from typing import NamedTuple

from transforms.fetch import kinds
from transforms.fetch.health import REFUSED
from transforms.parse.entries import Parsed
from transforms.parse.feeds import parse_feed
from transforms.parse.jsonfeed import parse_json_feed
from transforms.parse.pages import advertised_feed, parse_page, parse_text
from transforms.parse.rows import STAGE, parse_rows
from transforms.parse.sitemaps import parse_sitemap
from transforms.records import Document, Item, Poll, Rejected
from transforms.rejects import RejectError

_FEEDS = {kinds.FEED: parse_feed, kinds.JSON_FEED: parse_json_feed, kinds.SITEMAP: parse_sitemap}
_NO_FEED = Parsed()


class Contents(NamedTuple):
    """The contents of a document."""

    items: Sequence[Item]
    rejected: Sequence[Rejected]
    """The whole document, or single rows of it."""
    feed: Parsed
    """What a feed says about itself; empty for anything but a feed."""
    poll: Poll | None
    """The poll that fetched the document, completed with what its content says; None for a file."""

    @property
    def refused(self) -> bool:
        """Tells whether the document as a whole was rejected."""
        return any(not rejected.payload for rejected in self.rejected)


def parse_document(document: Document, *, max_entries: int) -> Contents:
    """Parses one document; never raises for what it holds.

    Args:
        document: of any kind.
        max_entries: how many entries of a feed are taken at most; the newest are.
    """
    poll = document.poll
    try:
        items, rejected, feed = _parse(document, max_entries)
    except RejectError as error:
        if poll is not None:
            poll = poll._replace(outcome=REFUSED, reason=error.reason, detail=error.detail)
        return Contents([], [error.rejected(STAGE, document.feed)], _NO_FEED, poll)
    if poll is not None:
        poll = poll._replace(
            requested_interval_seconds=feed.requested_interval_seconds,
            title=feed.title,
            entries=len(items) + feed.truncated,
            truncated=feed.truncated,
            weak_ids=feed.weak_ids,
            parse_warning=feed.parse_warning,
        )
    return Contents(items, rejected, feed, poll)


def _parse(document: Document, max_entries: int) -> tuple[list[Item], list[Rejected], Parsed]:
    if document.kind in _FEEDS:
        feed = _FEEDS[document.kind](document, max_entries=max_entries)
        return list(feed.items), [], feed
    if document.kind == kinds.ROWS:
        found = list(parse_rows(document))
        items = [one for one in found if isinstance(one, Item)]
        return items, [one for one in found if isinstance(one, Rejected)], _NO_FEED
    if document.kind == kinds.PAGE and document.address:
        advertised = advertised_feed(document.content, document.address)
        raise RejectError("not_a_feed", f"a page that names the feed {advertised}" if advertised else "a page")
    if document.kind == kinds.PAGE:
        return [parse_page(document)], [], _NO_FEED
    if document.kind == kinds.TEXT:
        return [parse_text(document)], [], _NO_FEED
    raise RejectError("not_a_feed", "an OPML list: it can be read only from a file, and must name feeds")
