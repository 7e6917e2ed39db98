"""Keeps an index of the stories beside the store, which answers lists, facets, charts, searches and analyses.

The store keeps each story as one line of JSON, which suits writing but not queries. The index has columns for what is
queried, and the words of all articles (SQLite's FTS5, https://www.sqlite.org/fts5.html). It is built from the store
alone, catches up with the changes of each run when it is opened, and can be deleted at any time. It is the same for a
store in PostgreSQL, so that a search finds and ranks the same everywhere. People query it too: docs/analysis.md and
configs/datasette describe its columns.
"""

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, func, select

from pipeline.inspect import reading
from pipeline.store import schema
from pipeline.store.sql_store import SqlStore
from transforms.recognise.boilerplate import without_spans

_FORMAT = 2
"""Raised with every change of the tables: an index of another format is rebuilt."""
_BATCH = 500
"""Articles per query."""
_TABLES = """
CREATE TABLE index_meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE stories(
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, state TEXT NOT NULL, size INTEGER NOT NULL,
    source_count INTEGER NOT NULL, language TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    updated TEXT NOT NULL, headline TEXT NOT NULL
);
CREATE INDEX stories_size ON stories(state, size, last);
CREATE INDEX stories_last ON stories(state, last, size);
CREATE INDEX stories_language ON stories(state, language);
CREATE TABLE articles(
    doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
    story INTEGER NOT NULL REFERENCES stories(number), source TEXT NOT NULL, time TEXT NOT NULL, copy INTEGER NOT NULL,
    title TEXT NOT NULL, url TEXT NOT NULL
);
CREATE INDEX articles_story ON articles(story);
CREATE INDEX articles_source ON articles(source, time, copy, story);
CREATE INDEX articles_time ON articles(time, copy);
CREATE TABLE links(
    story INTEGER NOT NULL REFERENCES stories(number), a INTEGER NOT NULL REFERENCES articles(doc),
    b INTEGER NOT NULL REFERENCES articles(doc), kind TEXT NOT NULL, score REAL NOT NULL
);
CREATE INDEX links_story ON links(story);
CREATE TABLE runs(
    id TEXT PRIMARY KEY, started TEXT NOT NULL, finished TEXT, seconds REAL, new INTEGER NOT NULL,
    updated INTEGER NOT NULL, rejected INTEGER NOT NULL, changes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE outlets(source TEXT, story INTEGER REFERENCES stories(number), PRIMARY KEY(source, story)) WITHOUT ROWID;
CREATE INDEX outlets_story ON outlets(story);
CREATE VIRTUAL TABLE words USING fts5(title, body, content='', tokenize='unicode61 remove_diacritics 2');
"""
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff])"
)
"""A character of a script without spaces, which is a word of its own, as in `transforms.clean.tokens`."""
_QUERY = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


class _At(NamedTuple):
    """The state of a store up to which an index is built."""

    identity: int
    started: int
    run: str
    changes: int
    """Number of changes of that run."""
    articles: int
    stories: int
    finished: int


@contextmanager
def opened_index(path: Path, store: SqlStore, *, words: bool = False) -> Iterator[sqlite3.Connection]:
    """Opens the index of a store, brought up to date, and closes it at the end of the block.

    Args:
        path: as for `place`.
        store: the store.
        words: whether the words of articles are needed, too.
    """
    with place(path) as file, closing(open_index(file, store, words=words)) as index:
        yield index


@contextmanager
def place(path: Path) -> Iterator[Path]:
    """Yields the path of an index, or a temporary one if its folder cannot be written to."""
    if path.parent.is_dir() and os.access(path.parent, os.W_OK):
        yield path
    else:
        with TemporaryDirectory() as elsewhere:
            yield Path(elsewhere) / path.name


def open_index(path: Path, store: SqlStore, *, words: bool = False) -> sqlite3.Connection:
    """Opens the index of a store and brings it up to date; a file that is not an index, or is broken, is replaced.

    Args:
        path: file of the index.
        store: the store.
        words: whether the words of articles are needed, too.
    """
    try:
        index = connect(path)
        catch_up(index, store, words=words)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        path.unlink()
        index = connect(path)
        catch_up(index, store, words=words)
    return index


def connect(path: Path) -> sqlite3.Connection:
    """Opens an index, which is created if missing in an existing folder; for one thread at a time."""
    index = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
    index.execute("PRAGMA journal_mode = WAL")
    index.execute("PRAGMA synchronous = OFF")  # it can be rebuilt
    return index


def catch_up(index: sqlite3.Connection, store: SqlStore, *, words: bool) -> None:
    """Adds what is new in the store since the last time; if it is not the same store, the index is rebuilt.

    Args:
        index: as returned by `connect`.
        store: the store.
        words: whether the words of articles are needed, too.
    """
    now = _state_of(store)
    before = _meta(index, "at")
    current = before == json.dumps(now) and _meta(index, "format") == _FORMAT
    if current and not (words and _words_missing(index)):
        return
    with _writing(index):
        stored = _meta(index, "at")
        at = _At(*json.loads(stored)) if stored else None
        if at is None or _meta(index, "format") != _FORMAT or not _continues(at, now):
            at = None
            _begin(index)
            _take_in(index, _records(store, None))
        elif at != now:
            _take_in(index, _records(store, sorted(_changed(store, at))))
            if _counts(index) != _store_counts(store):
                at = None
                _begin(index)
                _take_in(index, _records(store, None))
        _take_in_runs(index, store, at.started if at else 0)
        _set(index, "at", json.dumps(now))
        if words:
            _take_in_words(index, store)


def _continues(at: _At, now: _At) -> bool:
    return at.identity == now.identity and at.articles <= now.articles and at.stories <= now.stories


@contextmanager
def _writing(index: sqlite3.Connection) -> Iterator[None]:
    index.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        index.execute("ROLLBACK")
        raise
    index.execute("COMMIT")


def _meta(index: sqlite3.Connection, name: str) -> Any:
    try:
        row = index.execute("SELECT value FROM index_meta WHERE name = ?", (name,)).fetchone()
    except sqlite3.OperationalError:
        return None
    return row and row[0]


def _set(index: sqlite3.Connection, name: str, value: Any) -> None:
    index.execute("INSERT OR REPLACE INTO index_meta VALUES (?, ?)", (name, value))


def _begin(index: sqlite3.Connection) -> None:
    own = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'words_%'"
    for (name,) in index.execute(own).fetchall():
        index.execute(f"DROP TABLE {name}")
    for statement in _TABLES.split(";\n"):
        index.execute(statement)
    _set(index, "format", _FORMAT)
    _set(index, "words", 0)


def _state_of(store: SqlStore) -> _At:
    runs, changes, meta = schema.runs.c, schema.changes.c, schema.store_meta.c
    with store.reading() as connection:
        values = {name: value for name, value in connection.execute(select(meta.name, meta.value))}  # noqa: C416
        run = connection.execute(
            select(runs.started, runs.id, runs.finished).order_by(runs.started.desc(), runs.id.desc()).limit(1)
        ).first()
        started, name, finished = run or (0, "", 0)
        count = connection.scalar(select(func.count()).select_from(schema.changes).where(changes.run == name)) or 0
    return _At(values["identity"], started, name, count, values["next_article"], values["next_story"], finished or 0)


def _changed(store: SqlStore, at: _At) -> set[str]:
    """Returns the ids of the stories that have changed since a state of the store."""
    runs, changes = schema.runs.c, schema.changes.c
    later = (
        select(changes.record)
        .join(schema.runs, runs.id == changes.run)
        .where(
            (runs.started > at.started)
            | ((runs.started == at.started) & (runs.id > at.run))
            | ((runs.id == at.run) & (changes.position >= at.changes))
        )
    )
    found: set[str] = set()
    with store.reading() as connection:
        for record in connection.scalars(later):
            change = orjson.loads(record)
            found |= {change["story"], *change.get("merged_from", ()), *filter(None, [change.get("moved_from")])}
    return found


def _records(store: SqlStore, ids: Sequence[str] | None) -> Iterator[tuple[int, str, bytes]]:
    """Yields number, state and record of the stories with these ids, or of all stories."""
    columns = schema.stories.c
    statement = select(columns.number, columns.state, columns.record)
    with store.reading() as connection:
        if ids is None:
            rows = connection.execution_options(yield_per=2000).execute(statement.order_by(columns.number))
            yield from ((row[0], row[1], row[2]) for row in rows)
            return
        some = statement.where(columns.id.in_(bindparam("ids", expanding=True)))
        for low in range(0, len(ids), _BATCH):
            rows = connection.execute(some, {"ids": ids[low : low + _BATCH]})
            yield from ((row[0], row[1], row[2]) for row in rows)


def _take_in(index: sqlite3.Connection, records: Iterable[tuple[int, str, bytes]]) -> None:
    """Rewrites stories and their articles; a text that has changed gets another `doc`."""
    next_doc = index.execute("SELECT coalesce(max(doc), 0) + 1 FROM articles").fetchone()[0]
    next_doc = max(next_doc, (_meta(index, "words") or 0) + 1)
    stories, articles, links, outlets, numbers, kept = [], [], [], [], [], []
    fresh = index.execute("SELECT count(*) FROM stories").fetchone()[0] == 0
    for number, state, record in records:
        story = orjson.loads(record)
        numbers.append((number,))
        known = {} if fresh else _docs(index, [article["id"] for article in story["articles"]])
        first = story["first_published"] or story["first_seen"]
        stories.append(
            (
                number, story["id"], state, story["size"], story["source_count"], story["language"], first,
                story["last_published"] or story["first_seen"], story["last_updated"], story["headline"],
            )
        )  # fmt: skip
        if state == "merged":
            continue
        outlets += [(one["source"], number) for one in story["sources"]]
        docs = {}
        for article in story["articles"]:
            doc, version = known.get(article["id"], (0, 0))
            if version != article["version"]:
                doc, next_doc = next_doc, next_doc + 1
            docs[article["id"]] = doc
            kept.append((article["id"],))
            time = article["published"] or article["first_seen"]
            copy = article["copy_of"] is not None
            articles.append(
                (
                    doc, article["id"], article["version"], number, article["source"], time, copy, article["title"],
                    article["url"],
                )
            )  # fmt: skip
        links += [
            (number, docs[one["a"]], docs[one["b"]], one["kind"], one["score"])
            for one in story["links"]
            if one["a"] in docs and one["b"] in docs
        ]
    if not fresh:
        index.executemany("DELETE FROM stories WHERE number = ?", numbers)
        index.executemany("DELETE FROM outlets WHERE story = ?", numbers)
        index.executemany("DELETE FROM links WHERE story = ?", numbers)
        index.executemany("DELETE FROM articles WHERE story = ?", numbers)
        index.executemany("DELETE FROM articles WHERE id = ?", kept)
    index.executemany("INSERT INTO stories VALUES (?,?,?,?,?,?,?,?,?,?)", stories)
    index.executemany("INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?)", articles)
    index.executemany("INSERT INTO links VALUES (?,?,?,?,?)", links)
    index.executemany("INSERT OR IGNORE INTO outlets VALUES (?,?)", outlets)


def _take_in_runs(index: sqlite3.Connection, store: SqlStore, since: int) -> None:
    """Rewrites the runs that began at `since` or later, and deletes those that are not in the store any more."""
    rows = [
        (
            run.id, run.started, run.finished, run.manifest.get("seconds"), run.counted("recognise", "new"),
            run.counted("recognise", "updated"), run.rejected, run.changes,
        )
        for run in reading.runs(store, since=since)
    ]  # fmt: skip
    index.executemany("INSERT OR REPLACE INTO runs VALUES (?,?,?,?,?,?,?,?)", rows)
    index.execute("DELETE FROM runs WHERE started < ?", (reading.first_run(store),))


def _docs(index: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for low in range(0, len(ids), _BATCH):
        some = ids[low : low + _BATCH]
        marks = ",".join("?" * len(some))
        rows = index.execute(f"SELECT id, doc, version FROM articles WHERE id IN ({marks})", some)  # noqa: S608
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found


def _counts(index: sqlite3.Connection) -> dict[str, int]:
    return dict(index.execute("SELECT state, count(*) FROM stories GROUP BY state"))


def _store_counts(store: SqlStore) -> dict[str, int]:
    state = schema.stories.c.state
    with store.reading() as connection:
        rows = connection.execute(select(state, func.count()).group_by(state))
        return {name: count for name, count in rows}  # noqa: C416  # a result is no mapping


def _words_missing(index: sqlite3.Connection) -> bool:
    return bool(index.execute("SELECT max(doc) FROM articles").fetchone()[0] or 0) and (
        index.execute("SELECT max(doc) FROM articles").fetchone()[0] > _meta(index, "words")
    )


def _take_in_words(index: sqlite3.Connection, store: SqlStore) -> None:
    done = _meta(index, "words")
    columns = schema.articles.c
    statement = select(columns.id, columns.title, columns.text, columns.boilerplate).where(
        columns.id.in_(bindparam("ids", expanding=True))
    )
    with store.reading() as connection:
        while docs := dict(
            index.execute("SELECT id, doc FROM articles WHERE doc > ? ORDER BY doc LIMIT ?", (done, _BATCH)).fetchall()
        ):
            rows = [
                (docs[row.id], spaced(row.title), spaced(without_spans(row.text, json.loads(row.boilerplate))))
                for row in connection.execute(statement, {"ids": list(docs)})
            ]
            index.executemany("INSERT INTO words(rowid, title, body) VALUES (?,?,?)", sorted(rows))
            done = max(docs.values())
    _set(index, "words", done)


def spaced(text: str) -> str:
    """Puts spaces around each character of a script that is written without spaces."""
    return _UNSPACED.sub(r" \1 ", text)


def match_expression(query: str) -> str:
    """Translates a query into an expression of FTS5.

    Args:
        query: as a person types it: words that must all occur, "phrases", prefixes* and -excluded words.

    Returns:
        The expression, '' if the query has no word to search for.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _QUERY.findall(query.replace("\0", " ")):
        term = phrase or word
        if not any(character.isalnum() for character in term):
            continue
        text = " ".join(spaced(term).replace('"', " ").split())
        star = "*" if word.endswith("*") else ""
        (unwanted if minus else wanted).append(f'"{text.rstrip("*")}"{star}')
    if not wanted:
        return ""
    return " AND ".join(wanted) + "".join(f" NOT {term}" for term in unwanted)
