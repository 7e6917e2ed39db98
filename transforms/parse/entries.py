"""What all parsers of feeds have in common: the entries of one feed, and what it says of itself."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from transforms.records import Item


class Parsed(NamedTuple):
    """The items of one feed."""

    items: Sequence[Item] = ()
    truncated: int = 0
    """Entries beyond the limit, the oldest."""
    title: str = ""
    """Of the feed, as found."""
    requested_interval_seconds: int = 0
    """What the feed asks for between two polls, 0 when it does not say."""
    parse_warning: str = ""
    """What the parser found wrong and survived: the class of its exception, or ''."""
    weak_ids: int = 0
    """Items without an id of their own: without any, or with one that another bears too."""


def parsed(
    items: Sequence[Item], *, truncated: int, title: str, requested_interval_seconds: int = 0, parse_warning: str = ""
) -> Parsed:
    """The items of one feed, with what they have in common found out.

    `shared_url` is set where entries that differ in title or body bear the same link.
    """
    told: dict[str, set[tuple[str, str]]] = {}
    for item in items:
        told.setdefault(item.url, set()).add((item.title, item.body))
    ids = Counter(item.id for item in items)
    return Parsed(
        [item._replace(shared_url=True) if item.url and len(told[item.url]) > 1 else item for item in items],
        truncated,
        title,
        requested_interval_seconds,
        parse_warning,
        sum(not item.id or ids[item.id] > 1 for item in items),
    )
