"""Defines the result that all feed parsers return."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from transforms.records import Item


class Parsed(NamedTuple):
    """The items of one feed, and what the feed says about itself."""

    items: Sequence[Item] = ()
    truncated: int = 0
    """How many entries were left out, the oldest, because of the limit."""
    title: str = ""
    """Title of the feed, as found."""
    requested_interval_seconds: int = 0
    """The wait between two polls that the feed asks for, 0 when it does not say."""
    parse_warning: str = ""
    """Class of the exception that the parser recovered from, '' without one."""
    weak_ids: int = 0
    """How many items have no id or share it with another item."""


def parsed(
    items: Sequence[Item], *, truncated: int, title: str, requested_interval_seconds: int = 0, parse_warning: str = ""
) -> Parsed:
    """Builds the result for one feed, for which the items are compared with each other.

    Args:
        items: the entries taken; `shared_url` is set on those that have the same link as an entry with another title
            or body.
        truncated: how many entries were left out.
        title: title of the feed.
        requested_interval_seconds: the wait between two polls that the feed asks for, 0 when it does not say.
        parse_warning: class of the exception that the parser recovered from, '' without one.
    """
    contents: dict[str, set[tuple[str, str]]] = {}
    for item in items:
        contents.setdefault(item.url, set()).add((item.title, item.body))
    ids = Counter(item.id for item in items)
    return Parsed(
        [item._replace(shared_url=True) if item.url and len(contents[item.url]) > 1 else item for item in items],
        truncated,
        title,
        requested_interval_seconds,
        parse_warning,
        sum(not item.id or ids[item.id] > 1 for item in items),
    )
