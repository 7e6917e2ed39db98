"""Tests what the index beside the store contains, and that it catches up."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.commands.common import opened_store
from pipeline.inspect.index import match_expression, open_index, opened_index
from pipeline.inspect.listing import Filter, list_stories
from pipeline.store.sql_store import SqlStore
from tests.support.command import newsfold
from tests.support.folded import SAMPLES

INDEX = "inspect.db"
TABLES = ("stories", "outlets", "runs")


def content(index: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    rows = [sorted(index.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES]
    articles = "SELECT id, version, story, source, time, copy, title, url FROM articles"
    ends = "JOIN articles a ON a.doc = links.a JOIN articles b ON b.doc = links.b"
    links = f"SELECT links.story, a.id, b.id, kind, score FROM links {ends}"
    return [*rows, *(sorted(index.execute(statement).fetchall()) for statement in (articles, links))]


def found(index: sqlite3.Connection, query: str) -> list[str]:
    return sorted(line.headline for line in list_stories(index, Filter(query=query), 0.0))


def test_catching_up_gives_what_beginning_anew_gives(tmp_path: Path) -> None:
    output = tmp_path / "out"
    feeds = sorted(path for path in SAMPLES.iterdir() if path.is_file())
    for low in range(0, len(feeds), 3):
        newsfold("run", *feeds[low : low + 3], "--output", output, "--quiet")
        with opened_store(output, "") as store, opened_index(output / INDEX, store, words=True) as index:
            kept = content(index)
            words = found(index, "bridge")
        with opened_store(output, "") as store, opened_index(tmp_path / "nowhere" / INDEX, store, words=True) as index:
            assert content(index) == kept
            assert found(index, "bridge") == words


def test_runs_are_as_the_store_has_them_and_keys_lead_somewhere(tmp_path: Path, folded_samples: Path) -> None:
    output = shutil.copytree(folded_samples, tmp_path / "out")
    with opened_store(output, "") as store, opened_index(output / INDEX, store) as index:
        told = [json.loads(line) for line in newsfold("runs", "--output", output, "--json").out.splitlines()]
        kept = index.execute("SELECT id, started, finished, changes, rejected FROM runs ORDER BY started DESC, id DESC")
        names = ("id", "started", "finished", "changes", "rejected")
        assert kept.fetchall() == [tuple(run[name] for name in names) for run in told]
        assert index.execute("SELECT sum(new) FROM runs").fetchone() == (20,)
        assert index.execute("PRAGMA foreign_key_check").fetchall() == []
        assert index.execute("SELECT count(*) FROM links").fetchone()[0] > 0
    with closing(sqlite3.connect(output / "newsfold.db")) as database:
        database.executescript(
            f"""UPDATE runs SET started = started + 90000;
            DELETE FROM changes WHERE run = '{told[-1]["id"]}'; DELETE FROM rejected WHERE run = '{told[-1]["id"]}';
            DELETE FROM runs WHERE id = '{told[-1]["id"]}'"""
        )
    with opened_store(output, "") as store, opened_index(output / INDEX, store) as index:
        assert index.execute("SELECT count(*) FROM runs").fetchone() == (1,), "a purged run is forgotten"


def test_a_new_version_is_found_by_its_new_words_alone(tmp_path: Path) -> None:
    rows, output = tmp_path / "rows.jsonl", tmp_path / "out"
    for text in ("A barge with gravel sank at its berth.", "A barge with timber sank at its berth."):
        rows.write_text(f'{{"id": "1", "title": "Barge sinks", "text": "{text}"}}\n', encoding="utf-8")
        assert newsfold("run", rows, "--output", output, "--quiet").code == 0
        with opened_store(output, "") as store, opened_index(output / INDEX, store, words=True) as index:
            assert len(found(index, "barge")) == 1
            if "timber" in text:
                assert found(index, "gravel") == []
                assert len(found(index, "timber")) == 1


def test_another_store_at_the_same_place_makes_it_begin_anew(tmp_path: Path, samples: Path) -> None:
    output = shutil.copytree(samples, tmp_path / "out")
    with opened_store(output, "") as store:
        open_index(output / INDEX, store).close()
    for file in output.glob("newsfold.db*"):
        file.unlink()
    newsfold("run", SAMPLES / "archive.jsonl", "--output", output, "--quiet")
    with opened_store(output, "") as store, opened_index(output / INDEX, store) as index:
        stories = index.execute("SELECT count(*) FROM stories").fetchone()[0]
    with opened_store(samples, "") as store, opened_index(samples / INDEX, store) as index:
        assert stories < index.execute("SELECT count(*) FROM stories").fetchone()[0]


@pytest.mark.parametrize("rubbish", [b"no database at all, but long enough to be taken for one" * 40, b""])
def test_a_broken_file_is_replaced(tmp_path: Path, samples: Path, store: SqlStore, rubbish: bytes) -> None:
    (tmp_path / INDEX).write_bytes(rubbish)
    with opened_index(tmp_path / INDEX, store) as index, opened_index(samples / INDEX, store) as whole:
        assert content(index) == content(whole)


def test_an_index_of_another_format_is_made_anew(tmp_path: Path, samples: Path, store: SqlStore) -> None:
    with opened_index(samples / INDEX, store) as index:
        whole = content(index)
    shutil.copy(samples / INDEX, tmp_path / INDEX)
    changed = sqlite3.connect(tmp_path / INDEX)
    changed.execute("UPDATE index_meta SET value = 0 WHERE name = 'format'")
    changed.execute("DELETE FROM stories")
    changed.commit()
    changed.close()
    with opened_index(tmp_path / INDEX, store) as index:
        assert content(index) == whole


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("ferry", '"ferry"'),
        ("night ferry", '"night" AND "ferry"'),
        ('"night ferry" harb*', '"night ferry" AND "harb"*'),
        ("ferry -storm", '"ferry" NOT "storm"'),
        ("-storm", ""),
        ("*", ""),
        ("東京", '"東 京"'),
        ('a" OR 1=1 --', '"a" AND "OR" AND "1=1"'),
        ("NEAR(a b)", '"NEAR(a" AND "b)"'),
        ("", ""),
    ],
)
def test_queries(query: str, expression: str) -> None:
    assert match_expression(query) == expression


@pytest.mark.parametrize(
    "query", ['"', "'", "a AND", "(((", "NOT", "a*b*", "title:a", "^a", "{a b}:c", "\0", "-", "a - b"]
)
def test_no_query_is_an_error(samples: Path, store: SqlStore, query: str) -> None:
    with opened_index(samples / INDEX, store, words=True) as index:
        list_stories(index, Filter(query=query), 0.0)
