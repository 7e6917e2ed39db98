"""Queries for the states of feeds."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from pipeline.store import schema
from pipeline.store.engine import select_in
from transforms.records import FeedState


def read_feed_states(connection: Connection, feeds: Iterable[str]) -> dict[str, FeedState]:
    """Reads the states of these feeds by address, without feeds that were never polled."""
    columns = [schema.feeds.c[name] for name in FeedState._fields]
    return {row.feed: FeedState(*row) for row in select_in(connection, select(*columns), schema.feeds.c.feed, feeds)}
