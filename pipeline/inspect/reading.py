"""Reads a store for people: one story, one article, runs and how two of them differ."""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Table, func, select

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.store import schema
from pipeline.store.sql_store import SqlStore
from transforms.records.times import iso

_ENDS = 4
"""Characters at the beginning or end of an id that must be right to suggest it for a mistyped one."""
_NEAR = 500
"""Most ids that are compared with a mistyped one."""


class UnknownIdError(UsageError):
    """Raised for an id that is not in the store, or is ambiguous; one line suggests another."""


class StoredArticle(NamedTuple):
    """One article of the store."""

    number: int
    id: str
    url: str
    title: str
    text: str
    """With boilerplate, one paragraph per line."""
    boilerplate: Sequence[int]
    """Spans of the text in characters: `[start, end, start, end, ...]`."""
    source: str
    site: str
    language: str
    author: str
    published: int | None
    published_quality: str
    first_seen: int
    version: int
    rules: Sequence[str]
    """Names of the cleaning rules that removed something."""
    feed: str
    story: str
    """Public id of its story."""
    copy_of: str
    """Public id of the article that it copies, '' for an original."""
    similarity: float
    aliases: Sequence[str]
    """Other keys under which it is recognised."""
    feeds: Sequence[str]
    """All feeds that it was found in."""


def resolve_story(store: SqlStore, given: str) -> str:
    """Completes the id of a story.

    Args:
        store: the store.
        given: an id, or an unambiguous prefix of one.

    Raises:
        UnknownIdError: no story or several match.
    """
    return _resolve(store, schema.stories, given, "story", "newsfold stories lists them")


def resolve_article(store: SqlStore, given: str) -> str:
    """Completes the id of an article.

    Args:
        store: the store.
        given: an id, an unambiguous prefix of one, or the article's URL.

    Raises:
        UnknownIdError: no article or several match.
    """
    if "://" in given:
        columns = schema.articles.c
        with store.reading() as connection:
            found = list(connection.scalars(select(columns.id).where(columns.url == given).limit(2)))
        if len(found) == 1:
            return str(found[0])
    return _resolve(store, schema.articles, given, "article", "newsfold show STORY names them")


def _resolve(store: SqlStore, table: Table, given: str, kind: str, hint: str) -> str:
    column = table.c.id
    given = given.replace("\0", "")  # PostgreSQL rejects it
    with store.reading() as connection:
        if given and connection.scalar(select(column).where(column == given)) is not None:
            return given
        begin = list(connection.scalars(select(column).where(_begins(column, given)).order_by(column).limit(4)))
        if given and len(begin) == 1:
            return str(begin[0])
        if given and begin:
            raise UnknownIdError(f"{given!r} is the beginning of several: {', '.join(begin[:3])}, ...")
        head, tail = given[:_ENDS], given[-_ENDS:]
        near: list[str] = []
        if len(given) >= _ENDS:
            wanted = _begins(column, head) | column.endswith(tail, autoescape=True)
            near = list(connection.scalars(select(column).where(wanted).limit(_NEAR)))
    best = difflib.get_close_matches(given, near, n=1)
    raise UnknownIdError(f"no {kind} {given!r} in this store: " + (f"did you mean {best[0]}?" if best else hint))


def _begins(column: Any, given: str) -> Any:
    return column.startswith(given, autoescape=True)


def story(store: SqlStore, identity: str) -> dict[str, Any]:
    """Returns the record of a story, or of the one that it was merged into.

    Raises:
        UnknownIdError: there is no story with this id.
    """
    found = store.story_by_id(identity)
    if found is None:
        raise UnknownIdError(f"no story {identity!r} in this store")
    return found


def nested(record: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], int]]:
    """Returns the articles of a story in order of time, with copies below their originals, each with its depth."""
    present = {article["id"] for article in record["articles"]}
    copies: dict[str | None, list[Mapping[str, Any]]] = {}
    for article in record["articles"]:
        copies.setdefault(article["copy_of"] if article["copy_of"] in present else None, []).append(article)
    waiting = [(article, 0) for article in reversed(copies.get(None, []))]
    found = []
    while waiting:
        article, depth = waiting.pop()
        found.append((article, depth))
        waiting += [(copy, depth + 1) for copy in reversed(copies.get(article["id"], []))]
    return found


def article(store: SqlStore, identity: str) -> StoredArticle:
    """Reads one article.

    Raises:
        UnknownIdError: there is no article with this id.
    """
    return articles(store, [identity])[0]


def articles(store: SqlStore, ids: Sequence[str]) -> list[StoredArticle]:
    """Reads the articles with these ids, in this order.

    Raises:
        UnknownIdError: there is no article with one of the ids.
    """
    table, stories, sightings, aliases = schema.articles, schema.stories.c, schema.sightings.c, schema.aliases.c
    original = table.alias("original")
    own = [name for name in StoredArticle._fields if name in table.c and name not in ("story", "copy_of")]
    statement = (
        select(*(table.c[name] for name in own), stories.id.label("in_story"), original.c.id.label("original"))
        .join(schema.stories, stories.number == table.c.story)
        .outerjoin(original, original.c.number == table.c.copy_of)
        .where(table.c.id.in_(ids))
    )
    found = {}
    with store.reading() as connection:
        for row in connection.execute(statement).all():
            values = dict(row._mapping)
            values["story"], values["copy_of"] = values.pop("in_story"), values.pop("original") or ""
            values |= {name: json.loads(values[name]) for name in ("boilerplate", "rules")}
            feeds = connection.scalars(
                select(sightings.feed).where(sightings.article == row.number).distinct().order_by(sightings.feed)
            ).all()
            keys = connection.scalars(select(aliases.key).where(aliases.article == row.number).order_by(aliases.key))
            found[row.id] = StoredArticle(**values, feeds=feeds, aliases=keys.all())
    for identity in ids:
        if identity not in found:
            raise UnknownIdError(f"no article {identity!r} in this store")
    return [found[identity] for identity in ids]


def cards(store: SqlStore, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Reads the fields that identify articles to a person, in this order; articles not in the store are left out."""
    columns, stories = schema.articles.c, schema.stories.c
    statement = (
        select(
            columns.id, columns.title, columns.url, columns.source, columns.language, columns.published,
            columns.first_seen, columns.copy_of, stories.id.label("story"),
        )
        .join(schema.stories, stories.number == columns.story)
        .where(columns.id.in_(ids))
    )  # fmt: skip
    with store.reading() as connection:
        rows = {row.id: row._mapping for row in connection.execute(statement)}
    return [
        {**rows[one], "published": iso(rows[one]["published"]), "first_seen": iso(rows[one]["first_seen"]),
         "copy_of": bool(rows[one]["copy_of"])}
        for one in ids if one in rows
    ]  # fmt: skip


def removed(article: StoredArticle) -> list[str]:
    """Returns the spans of an article's text that are boilerplate of its site."""
    edges = list(article.boilerplate)
    spans = [article.text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return [span for span in spans if span]


class Run(NamedTuple):
    """One run recorded in a store."""

    id: str
    started: str
    """RFC 3339."""
    finished: str | None
    """None for a run that was interrupted or is still going on."""
    manifest: Mapping[str, Any]
    """The content of manifest.json, empty until the run ends."""
    changes: int
    """Number of changes of stories."""
    rejected: int
    """Number of dead letters."""

    def counted(self, stage: str, name: str) -> int:
        """Returns a count of the manifest, 0 if it is missing."""
        return int(self.manifest.get("counts", {}).get(stage, {}).get(name, 0))

    @property
    def task(self) -> str:
        """What the run was to do: its inputs, or the manual edit."""
        if "manual_edit" in self.manifest:
            return " ".join(self.manifest["manual_edit"])
        return ", ".join(self.manifest.get("inputs", [])) or ("the subscriptions" if self.manifest else "")

    def record(self) -> dict[str, Any]:
        """Returns one line of `newsfold runs --json`."""
        return self._asdict()


def runs(store: SqlStore, limit: int | None = None, *, since: int = 0) -> list[Run]:
    """Reads the runs of a store, the newest first.

    Args:
        store: the store.
        limit: most runs, None for all.
        since: only runs that began at this time or later, in UTC epoch seconds.
    """
    columns = schema.runs.c
    with store.reading() as connection:
        rows = connection.execute(
            select(columns.id, columns.started, columns.finished, columns.manifest)
            .where(columns.started >= since)
            .order_by(columns.started.desc(), columns.id.desc())
            .limit(limit)
        ).all()
        return [_run(connection, row) for row in rows]


def first_run(store: SqlStore) -> str:
    """Returns the RFC 3339 time at which the oldest run began, '' without any."""
    with store.reading() as connection:
        return iso(connection.scalar(select(func.min(schema.runs.c.started)))) or ""


def _run(connection: Any, row: Any) -> Run:
    counts = [
        connection.scalar(select(func.count()).select_from(table).where(table.c.run == row.id))
        for table in (schema.changes, schema.rejected)
    ]
    manifest = orjson.loads(row.manifest) if row.manifest else {}
    return Run(row.id, iso(row.started) or "", iso(row.finished), manifest, *counts)


def run(store: SqlStore, given: str) -> Run:
    """Reads one run.

    Args:
        store: the store.
        given: an id, an unambiguous prefix of one, 'last' for the newest run, or 'last~1' for the one before it.

    Raises:
        UnknownIdError: no run or several match.
    """
    columns = schema.runs.c
    place = given.removeprefix("last").removeprefix("~") or "0"
    if given.startswith("last") and place.isdecimal() and len(place) < 7:
        with store.reading() as connection:
            newest = select(columns.id).order_by(columns.started.desc(), columns.id.desc())
            given = connection.scalar(newest.offset(int(place)).limit(1)) or given
    identity = _resolve(store, schema.runs, given, "run", "newsfold runs lists them")
    with store.reading() as connection:
        statement = select(columns.id, columns.started, columns.finished, columns.manifest)
        return _run(connection, connection.execute(statement.where(columns.id == identity)).one())


def changes_by_kind(store: SqlStore, of: Run) -> dict[str, int]:
    """Counts the changes of a run by kind."""
    counted = of.manifest.get("counts", {}).get("fold", {})
    if counted:
        return {name.partition("_")[2]: amount for name, amount in counted.items() if name.startswith("stories_")}
    columns = schema.changes.c
    found: dict[str, int] = {}
    with store.reading() as connection:
        for record in connection.scalars(select(columns.record).where(columns.run == of.id)):
            kind = orjson.loads(record)["kind"]
            found[kind] = found.get(kind, 0) + 1
    return dict(sorted(found.items()))


def changes(store: SqlStore, run: str, limit: int) -> list[dict[str, Any]]:
    """Reads the first changes of a run."""
    columns = schema.changes.c
    with store.reading() as connection:
        rows = connection.scalars(
            select(columns.record).where(columns.run == run).order_by(columns.position).limit(limit)
        )
        return [orjson.loads(record) for record in rows]


def dead_letters(store: SqlStore, run: str, limit: int) -> list[dict[str, str]]:
    """Reads the first dead letters of a run, without their payloads."""
    columns = schema.rejected.c
    names = ("stage", "reason", "location", "detail")
    with store.reading() as connection:
        rows = connection.execute(
            select(*(columns[name] for name in names)).where(columns.run == run).order_by(columns.position).limit(limit)
        )
        return [dict(zip(names, row, strict=True)) for row in rows]


class Difference(NamedTuple):
    """One value that differs between two runs."""

    what: str
    """Path in the manifest, such as 'counts.match.in'."""
    a: Any
    """None if the run does not have this value."""
    b: Any


def difference(a: Run, b: Run) -> list[Difference]:
    """Compares two runs: their inputs and configuration, counts, and times.

    Returns:
        The values that differ, in this order.
    """
    left, right = _flat(a.manifest), _flat(b.manifest)
    left |= {"changes": a.changes, "rejected": a.rejected}
    right |= {"changes": b.changes, "rejected": b.rejected}
    names = list(dict.fromkeys([*left, *right]))
    order = (
        "inputs",
        "manual_edit",
        "config",
        "runner",
        "versions",
        "counts",
        "changes",
        "rejected",
        "seconds",
        "stage_seconds",
    )
    place = {name: number for number, name in enumerate(order)}
    names.sort(key=lambda name: place.get(name.partition(".")[0], len(order)))
    skipped = ("run", "started", "schema")
    return [
        Difference(name, left.get(name), right.get(name))
        for name in names
        if left.get(name) != right.get(name) and name not in skipped
    ]


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, Mapping):
            found |= _flat(inner, f"{prefix}{name}.")
        else:
            found[prefix + name] = inner
    return found


class Step(NamedTuple):
    """The counts of one stage of a run."""

    stage: str
    came: int
    """Elements that entered the stage."""
    left: int
    """Elements that left it."""
    rejected: int
    dropped: int
    """Elements that the stage dropped as intended, such as repeated articles."""
    reasons: Mapping[str, int]
    """Counts by 'rejected_<reason>' and 'dropped_<reason>'."""


_FLOW = ("fetch", "parse", "clean", "complete", "unite", "recognise", "strip", "sketch", "match", "fold", "write")


def funnel(of: Run) -> list[Step]:
    """Returns the counts of a run's stages, in the order of the flow."""
    steps = []
    counts = of.manifest.get("counts", {})
    for stage in _FLOW:
        if stage in counts:
            names = counts[stage]
            reasons = {name: amount for name, amount in names.items() if name.startswith(("rejected_", "dropped_"))}
            rejected = sum(amount for name, amount in reasons.items() if name.startswith("rejected_"))
            dropped = sum(reasons.values()) - rejected
            came = names.get("in", 0)
            steps.append(Step(stage, came, names.get("out", came - rejected - dropped), rejected, dropped, reasons))
    return steps


def config_of(store: SqlStore) -> Config:
    """Returns the configuration of the last run that ended, which made the stories, or else the defaults."""
    columns = schema.runs.c
    with store.reading() as connection:
        manifest = connection.scalar(
            select(columns.manifest)
            .where(columns.manifest != "")
            .order_by(columns.started.desc(), columns.id.desc())
            .limit(1)
        )
    try:
        return Config.model_validate(orjson.loads(manifest)["config"]) if manifest else Config()
    except (ValueError, KeyError):  # the run of another version of newsfold
        return Config()
