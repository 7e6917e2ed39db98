"""What a run asks of a large store is found by indexes, as the databases themselves explain it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Engine, Float, LargeBinary, Table, event, func, insert, select, update
from sqlalchemy.types import Integer as AnyInteger

from pipeline.config import Config
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest
from pipeline.store import schema
from pipeline.store.engine import open_engine
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.fault_server import NOW, Answer, FaultServer, fault_server

ROWS = 4000
HOUR = 3600
CONFIG = Config.model_validate({"fetch": {"private_addresses": True, "gap_seconds": 0}})

SMALL = {"store_meta", "formats", "subscriptions", "alembic_version"}
"""Tables that do not grow with the articles."""

Statements = dict[str, Any]
"""What was executed, with the parameters of one execution."""


def feed(items: Mapping[str, str]) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><link>https://paper.example/{name}</link><guid>{name}</guid>"
        f"<pubDate>Mon, 26 Oct 2026 08:00:00 GMT</pubDate><description>{text}</description></item>"
        for name, (title, _, text) in ((name, told.partition(": ")) for name, told in items.items())
    )
    return f"<rss version='2.0'><channel><title>Paper</title>{entries}</channel></rss>".encode()


EARLY = {
    "ferry": "Ferry runs aground at Port Ellen: The ferry struck a reef off Port Ellen, lifeboats took all off.",
    "vote": "Parliament passes the budget: Members voted late at night for the budget of the coming year.",
}
LATER = {
    "ferry": "Ferry runs aground at Port Ellen: The ferry struck a reef off Port Ellen, divers found a hole in it.",
    "vote": EARLY["vote"],
    "reef": "Ferry runs aground off Port Ellen: The ferry struck a reef at Port Ellen, lifeboats took everybody off.",
    "copy": "Ferry runs aground at Port Ellen: The ferry struck a reef off Port Ellen, lifeboats took all off.",
    "tram": "Tram line closed for repairs: Rails are laid anew between the mill and the market.",
}


class Paper:
    """A feed that changes, and one that does not; runs over both."""

    def __init__(self, server: FaultServer, folder: Path, store_url: str) -> None:
        self._server, self._folder, self._store_url = server, folder, store_url

    def run(self, items: Mapping[str, str], hour: int) -> None:
        self._server.script = lambda *_: Answer(200, feed(items))
        run(
            RunRequest(
                OutputFolder(self._folder),
                [self._server.url("script/paper"), self._server.url("tagged/steady")],
                self._store_url,
                CONFIG,
            ),
            clock=lambda: NOW + hour * HOUR,
        )


def fill(connection: Connection) -> None:
    """Gives every table that grows so many rows that its indexes pay, all of them of closed stories."""
    first = 1 + max(
        connection.scalar(select(func.max(column))) or 0
        for column in (schema.articles.c.number, schema.stories.c.number, schema.segments.c.id)
    )
    for table in schema.metadata.sorted_tables:
        if table.name not in SMALL:
            connection.execute(insert(table), [filler(table, first + n) for n in range(ROWS)])
    meta = schema.store_meta
    numbers = meta.c.name.in_(["next_article", "next_story"])
    connection.execute(update(meta).where(numbers).values(value=first + ROWS))


def filler(table: Table, n: int) -> dict[str, Any]:
    """A row like no other of its table; foreign keys lead to the rows of the same number."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.autoincrement is True or (column.nullable and column.foreign_keys):
            continue
        if isinstance(column.type, Boolean):
            row[column.name] = True
        elif isinstance(column.type, AnyInteger):
            row[column.name] = n
        elif isinstance(column.type, Float):
            row[column.name] = 0.0
        elif isinstance(column.type, LargeBinary):
            row[column.name] = b""
        else:
            row[column.name] = f"filler {n}"
    known: dict[str, dict[str, Any]] = {
        "articles": {"boilerplate": "[]", "rules": "[]", "version": 1},
        "stories": {"state": "closed", "quiet_since": 0, "record": b"{}"},
        "segments": {"kind": "copy", "day": 0, "tier": 9, "articles": 1},
        "changes": {"position": 0},
        "rejected": {"position": 0},
        "sightings": {"last_seen": 0},
    }
    return row | {name: value for name, value in known.get(table.name, {}).items() if name in table.c}


@contextmanager
def listening() -> Iterator[Statements]:
    """All statements of this process that look something up, of those that differ in the length of a list one."""
    found: Statements = {}

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE)\b", statement) and re.search(r"\bFROM\b|^\s*UPDATE\b", statement):
            found.setdefault(re.sub(r"IN \([^()]*\)", "IN (...)", statement), (statement, parameters, many))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def scans(engine: Engine, statement: str, parameters: Any, many: bool) -> list[str]:
    """The tables that a statement reads from one end to the other."""
    if many:
        parameters = parameters[0]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            plan, sought = "\n".join(row[-1] for row in rows), r"SCAN (\w+)"
            if "LIMIT" in statement:  # the first rows of an index
                sought += r"(?! USING (?:COVERING )?INDEX)"
        else:
            rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
            plan, sought = "\n".join(row[0] for row in rows), r"Seq Scan on (\w+)"
    return [name for name in re.findall(sought, plan) if name in schema.metadata.tables and name not in SMALL]


def analyse(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


@pytest.fixture
def asked(store_url: str, tmp_path: Path) -> Statements:
    """What a run asked of a large store: one with new articles, a copy, a new version, seen ones, a steady feed."""
    with fault_server() as server:
        paper = Paper(server, tmp_path / "out", store_url)
        paper.run(EARLY, 0)
        with SqlStoreFactory(store_url, "")() as store, store.writing() as connection:
            fill(connection)
        engine = open_engine(store_url)
        if engine.dialect.name != "sqlite":  # SQLite's planner must do without: no run gathers statistics
            analyse(engine)
        engine.dispose()
        with listening() as found:
            paper.run(LATER, 3)
    return found


def test_every_look_up_of_a_run_uses_an_index(store_url: str, asked: Statements) -> None:
    assert len(asked) > 30
    engine = open_engine(store_url)
    found = {statement: scans(engine, *how) for statement, how in asked.items()}
    engine.dispose()
    assert {statement: tables for statement, tables in found.items() if tables} == {}


def test_a_look_up_without_an_index_is_seen(store_url: str, asked: Statements) -> None:
    engine = open_engine(store_url)
    statement = "SELECT number FROM articles WHERE title = 'Ferry'"
    assert scans(engine, statement, (), many=False) == ["articles"]
    engine.dispose()


def test_every_foreign_key_has_an_index() -> None:
    """Without one the deletion of a row reads all rows of the table that refers to it."""
    missing = []
    for table in schema.metadata.tables.values():
        indexed = [list(table.primary_key.columns), *(list(index.columns) for index in table.indexes)]
        firsts = {columns[0].name for columns in indexed if columns}
        missing += [f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in firsts]
    assert missing == []
