"""Lists stories from the index: filters, searches, sorts and counts them."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from pipeline.errors import UsageError
from pipeline.inspect.index import match_expression

SORTS = {
    "size": ("stories.size DESC, stories.last DESC, stories.number", "the largest first"),
    "newest": ("stories.last DESC, stories.size DESC, stories.number", "the newest article first"),
    "updated": ("stories.updated DESC, stories.size DESC, stories.number", "the last changed first"),
    "sources": ("stories.source_count DESC, stories.size DESC, stories.number", "most sources first"),
    "oldest": ("stories.number", "in the order in which they began, as in stories.jsonl"),
    "relevance": ("hits.rank, stories.size DESC, stories.number", "the best matches of the query first"),
}
STATES = ("active", "closed", "any")
_AGO = re.compile(r"(\d{1,4})\s*(min|h|d|w)", re.IGNORECASE)
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_RANKED = 10_000
"""Most matching articles that are ranked, the last ones; ranking more would make a page slow."""


class WrongFilterError(UsageError):
    """Raised for an invalid filter; one line says why."""


class Filter(NamedTuple):
    """The stories that are listed, and their order."""

    since: str = ""
    """Stories with an article since this time: '2026-11-20', '2026-11-20T06:00', or a time ago: '24h', '7d', '2w'."""
    source: str = ""
    """Name of an outlet, in any case."""
    language: str = ""
    min_size: int = 1
    query: str = ""
    """Words that one article of the story contains, as for `match_expression`."""
    sort: str = ""
    """One of `SORTS`; '' is 'relevance' with a query, else 'size'."""
    state: str = "active"
    """One of `STATES`."""


class Line(NamedTuple):
    """One story of a list."""

    number: int
    id: str
    state: str
    size: int
    source_count: int
    language: str
    first: str
    """RFC 3339: when its first article was published, or first seen."""
    last: str
    updated: str
    headline: str


class Count(NamedTuple):
    """The number of stories with a value."""

    value: str
    stories: int


def instant(since: str, now: float) -> str:
    """Converts a time that a person gives into RFC 3339 in UTC.

    Args:
        since: as for `Filter.since`.
        now: UTC epoch seconds.

    Raises:
        WrongFilterError: it is not a time.
    """
    if ago := _AGO.fullmatch(since.strip()):
        then = datetime.fromtimestamp(now, timezone.utc) - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
        return then.strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        then = datetime.fromisoformat(since.strip().replace("Z", "+00:00"))
        then = then.astimezone(timezone.utc) if then.tzinfo else then
    except (ValueError, OverflowError) as error:
        raise WrongFilterError(f"{since!r} is not a time, such as 24h, 7d, 2026-11-20 or 2026-11-20T06:00") from error
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Where(NamedTuple):
    tables: str
    condition: str
    values: list[Any]


def _where(chosen: Filter, now: float, *, ranked: bool = False) -> _Where:
    tables = "stories"
    conditions: list[str] = []
    values: list[Any] = []
    first: list[Any] = []
    expression = match_expression(chosen.query)
    if chosen.query and not expression:
        conditions.append("0")
    elif expression and ranked:
        tables = (
            "(SELECT articles.story AS story, min(found.rank) AS rank FROM (SELECT rowid, rank FROM words "
            "WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) AS found JOIN articles ON articles.doc = found.rowid "
            "GROUP BY articles.story) AS hits JOIN stories ON stories.number = hits.story"
        )
        first = [expression, _RANKED]
    elif expression:
        tables = (
            "(SELECT DISTINCT articles.story AS story FROM words JOIN articles ON articles.doc = words.rowid "
            "WHERE words MATCH ?) AS hits CROSS JOIN stories ON stories.number = hits.story"
        )
        first = [expression]
    if chosen.state == "any":
        conditions.append("stories.state IN ('active', 'closed')")
    else:
        conditions.append("stories.state = ?")
        values.append(chosen.state)
    for condition, value in (
        ("stories.last >= ?", chosen.since and instant(chosen.since, now)),
        ("stories.language = ?", chosen.language.lower()),
        ("stories.size >= ?", chosen.min_size if chosen.min_size > 1 else 0),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    if chosen.source:
        conditions.append("stories.number IN (SELECT story FROM outlets WHERE source = ?)")
        values.append(chosen.source)
    return _Where(tables, " AND ".join(conditions), first + values)


def _sort(chosen: Filter) -> str:
    return chosen.sort or ("relevance" if match_expression(chosen.query) else "size")


def checked(index: sqlite3.Connection, chosen: Filter) -> Filter:
    """Checks a filter, and spells its source as the index does.

    Raises:
        WrongFilterError: a value that no story can have.
    """
    if _sort(chosen) not in SORTS or (chosen.sort == "relevance" and not match_expression(chosen.query)):
        raise WrongFilterError(f"cannot sort by {chosen.sort!r}: {', '.join(SORTS)} (relevance only with a query)")
    if chosen.state not in STATES:
        raise WrongFilterError(f"no state {chosen.state!r}: {', '.join(STATES)}")
    if chosen.source and not index.execute("SELECT 1 FROM outlets WHERE source = ?", (chosen.source,)).fetchone():
        wanted = chosen.source.casefold()
        names = [name for (name,) in index.execute("SELECT DISTINCT source FROM outlets") if name.casefold() == wanted]
        return chosen._replace(source=names[0]) if names else chosen
    return chosen


def list_stories(
    index: sqlite3.Connection, chosen: Filter, now: float, limit: int | None = None, offset: int = 0
) -> list[Line]:
    """Lists the stories of a filter in its order.

    Args:
        index: the index, with its words if the filter has a query.
        chosen: as returned by `checked`.
        now: UTC epoch seconds.
        limit: most stories, None for all.
        offset: how many stories to skip.
    """
    sort = _sort(chosen)
    where = _where(chosen, now, ranked=sort == "relevance")
    order = SORTS[sort][0]
    columns = ", ".join(f"stories.{name}" for name in Line._fields)
    statement = f"SELECT {columns} FROM {where.tables} WHERE {where.condition} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
    rows = index.execute(statement, (*where.values, -1 if limit is None else limit, offset))
    return [Line(*row) for row in rows]


def count_stories(index: sqlite3.Connection, chosen: Filter, now: float) -> int:
    """Counts the stories of a filter."""
    where = _where(chosen, now)
    row = index.execute(f"SELECT count(*) FROM {where.tables} WHERE {where.condition}", where.values).fetchone()  # noqa: S608
    return int(row[0])


def languages(index: sqlite3.Connection, chosen: Filter, now: float) -> list[Count]:
    """Counts stories by language, ignoring the language of the filter."""
    where = _where(chosen._replace(language=""), now)
    statement = (
        f"SELECT stories.language, count(*) FROM {where.tables} WHERE {where.condition} "  # noqa: S608
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return [Count(*row) for row in index.execute(statement, where.values)]


def sources(index: sqlite3.Connection, chosen: Filter, now: float, limit: int) -> list[Count]:
    """Counts stories by outlet, the largest counts first, ignoring the source of the filter."""
    where = _where(chosen._replace(source=""), now)
    if where.tables == "stories" and where.condition == "stories.state = ?" and chosen.state == "active":
        statement = "SELECT source, count(*) FROM outlets GROUP BY source ORDER BY 2 DESC, 1 LIMIT ?"
        return [Count(*row) for row in index.execute(statement, (limit,))]
    statement = (
        f"SELECT outlets.source, count(*) FROM {where.tables} JOIN outlets ON outlets.story = stories.number "  # noqa: S608
        f"WHERE {where.condition} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
    )
    return [Count(*row) for row in index.execute(statement, (*where.values, limit))]


class Outlet(NamedTuple):
    """The articles of an outlet, and how many of them are copies."""

    source: str
    articles: int
    copies: int
    stories: int
    first: str
    last: str

    @property
    def originality(self) -> float:
        """Share of its articles that are not copies, from 0 to 1."""
        return 1 - self.copies / self.articles


def outlets(index: sqlite3.Connection, source: str = "", limit: int = -1) -> list[Outlet]:
    """Lists outlets, those with most articles first; only one if `source` names it."""
    condition = "WHERE source = ?" if source else ""
    statement = (
        "SELECT source, count(*), sum(copy), count(DISTINCT story), min(time), max(time) FROM articles "  # noqa: S608
        f"{condition} GROUP BY source ORDER BY 2 DESC, 1 LIMIT ?"
    )
    return [Outlet(*row) for row in index.execute(statement, (*([source] if source else []), limit))]


class Bar(NamedTuple):
    """The articles of one day or hour."""

    time: str
    """Start of the day or hour, the first 10 or 13 characters of RFC 3339."""
    originals: int
    copies: int


def coverage(index: sqlite3.Connection, since: str, *, by_hour: bool = False, source: str = "") -> list[Bar]:
    """Counts articles by day or hour, including those without any.

    Args:
        index: the index.
        since: RFC 3339 time of the first day or hour.
        by_hour: whether to count by hour.
        source: name of one outlet, '' for all.
    """
    length, step = (13, timedelta(hours=1)) if by_hour else (10, timedelta(days=1))
    statement = (
        f"SELECT substr(time, 1, {length}), sum(1 - copy), sum(copy) FROM articles "  # noqa: S608
        f"WHERE time >= ? {'AND source = ?' if source else ''} GROUP BY 1 ORDER BY 1"
    )
    rows = {row[0]: Bar(*row) for row in index.execute(statement, (since[:length], *([source] if source else [])))}
    if not rows:
        return []
    at = datetime.fromisoformat(since[:length] + (":00" if by_hour else ""))
    found: list[Bar] = []
    while (name := at.isoformat()[:length]) <= max(rows):
        found.append(rows.get(name, Bar(name, 0, 0)))
        at += step
    return found


def days_before(time: str, days: int) -> str:
    """Returns the time that is this many days before another; both are RFC 3339."""
    then = datetime.fromisoformat(time.replace("Z", "+00:00")) - timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def newest(index: sqlite3.Connection) -> str:
    """Returns the RFC 3339 time at which the newest article was published, '' in an empty store."""
    return str(index.execute("SELECT coalesce(max(time), '') FROM articles").fetchone()[0])


def totals(index: sqlite3.Connection) -> dict[str, int]:
    """Counts articles, copies, outlets, and active and closed stories."""
    articles, copies = index.execute("SELECT count(*), coalesce(sum(copy), 0) FROM articles").fetchone()
    (sources,) = index.execute("SELECT count(DISTINCT source) FROM outlets").fetchone()
    states = dict(index.execute("SELECT state, count(*) FROM stories GROUP BY state").fetchall())
    return {
        "articles": articles,
        "copies": copies,
        "sources": sources,
        "active": states.get("active", 0),
        "closed": states.get("closed", 0),
    }


def times(index: sqlite3.Connection, stories: Sequence[int]) -> dict[int, list[tuple[str, bool]]]:
    """Returns, for each of these stories, the times of its articles in order, and whether each is a copy."""
    marks = ",".join("?" * len(stories))
    found: dict[int, list[tuple[str, bool]]] = {story: [] for story in stories}
    statement = f"SELECT story, time, copy FROM articles WHERE story IN ({marks}) ORDER BY time"  # noqa: S608
    for story, time, copy in index.execute(statement, stories):
        found[story].append((time, bool(copy)))
    return found


def latest(index: sqlite3.Connection, source: str, limit: int, offset: int = 0) -> list[str]:
    """Returns the ids of an outlet's articles, the newest first."""
    statement = "SELECT id FROM articles WHERE source = ? ORDER BY time DESC, id LIMIT ? OFFSET ?"
    return [row[0] for row in index.execute(statement, (source, limit, offset))]


def records_of(store: Any, numbers: Sequence[int]) -> list[bytes]:
    """Returns the records of these stories, in this order."""
    found = {story.number: story.record for story in store.stories(numbers)}
    return [found[number] for number in numbers if number in found]
