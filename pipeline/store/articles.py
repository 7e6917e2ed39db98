"""Queries for stored articles: their keys, aliases, hashes and texts."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from pipeline.store import schema
from pipeline.store.engine import select_in
from pipeline.store.stories import select_active
from transforms.recognise.boilerplate import without_spans
from transforms.records import Known


def known_articles(connection: Connection, keys: Iterable[str]) -> dict[str, Known]:
    """Reads the stored articles with these keys, by key."""
    columns = schema.articles.c
    statement = select(
        columns.key,
        columns.number,
        columns.id,
        columns.version,
        columns.content_hash,
        columns.feed,
        func.length(columns.text),
    )
    return {row[0]: Known(*row[1:]) for row in select_in(connection, statement, columns.key, keys)}


def keys_of_aliases(connection: Connection, aliases: Iterable[str]) -> dict[str, str]:
    """Reads, for each of these aliases that is stored, the key of its article."""
    columns = schema.aliases.c
    statement = select(columns.key.label("alias"), schema.articles.c.key).join(
        schema.articles, schema.articles.c.number == columns.article
    )
    return {row.alias: row.key for row in select_in(connection, statement, columns.key, aliases)}


def buried_keys(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Returns those of these keys whose article was deleted permanently."""
    column = schema.tombstones.c.key
    return {row.key for row in select_in(connection, select(column), column, keys)}


def earliest_with_content(connection: Connection, hashes: Iterable[str]) -> dict[str, int]:
    """Returns the number of the earliest article of an active story with each of these content hashes."""
    columns = schema.articles.c
    statement = select(columns.number, columns.story, columns.content_hash)
    rows = sorted(select_in(connection, statement, columns.content_hash, hashes), reverse=True)
    active = select_active(connection, {row.story for row in rows})
    return {row.content_hash: row.number for row in rows if row.story in active}


def keys_of_ids(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Reads the keys of the stored articles with these public ids, by id."""
    columns = schema.articles.c
    return {row.id: row.key for row in select_in(connection, select(columns.id, columns.key), columns.id, ids)}


def newest_line_hashes(
    connection: Connection, sites: Sequence[str], window: int, without: Sequence[int]
) -> dict[str, list[bytes]]:
    """Reads the line hashes of each site's newest articles.

    Args:
        connection: a connection to the store.
        sites: sites as in `Article`.
        window: number of newest articles considered per site.
        without: numbers of articles to leave out of these.

    Returns:
        The line hashes of each article, by site.
    """
    columns = schema.articles.c
    found = {}
    for site in sites:
        rows = connection.execute(
            select(columns.number, columns.line_hashes)
            .where(columns.site == site)
            .order_by(columns.number.desc())
            .limit(window)
        )
        found[site] = [row.line_hashes for row in rows if row.number not in without]
    return found


def texts_without_boilerplate(connection: Connection, numbers: Iterable[int]) -> dict[int, str]:
    """Reads the texts of these articles without boilerplate, by number."""
    columns = schema.articles.c
    statement = select(columns.number, columns.text, columns.boilerplate)
    rows = select_in(connection, statement, columns.number, numbers)
    return {row.number: without_spans(row.text, json.loads(row.boilerplate)) for row in rows}


def texts_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Reads the texts of these articles without boilerplate, by public id."""
    columns = schema.articles.c
    statement = select(columns.id, columns.text, columns.boilerplate)
    rows = select_in(connection, statement, columns.id, ids)
    return {row.id: without_spans(row.text, json.loads(row.boilerplate)) for row in rows}
