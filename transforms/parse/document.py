"""From a document of any kind to what it holds."""

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
    """What a document holds."""

    items: Sequence[Item]
    rejected: Sequence[Rejected]
    """The document itself, or rows of it."""
    feed: Parsed
    """What a feed says of itself; empty for anything else."""
    poll: Poll | None
    """The poll of the document, with what was learned from its content."""

    @property
    def refused(self) -> bool:
        """Whether the document as a whole could not be used."""
        return any(not rejected.payload for rejected in self.rejected)


def parse_document(document: Document, *, max_entries: int) -> Contents:
    """Takes one document apart; never fails.

    Args:
        document: of any kind.
        max_entries: most entries of one feed, the newest.
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
    raise RejectError("not_a_feed", "an OPML list: only one in a file, with feeds, can be followed")
