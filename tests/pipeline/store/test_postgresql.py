"""A whole run with its store in PostgreSQL."""

from pathlib import Path

import orjson

from tests.support.command import ROOT, newsfold
from tests.support.postgresql import Server


def grouping(output: Path) -> set[frozenset[str]]:
    lines = (output / "stories.jsonl").read_bytes().splitlines()
    return {frozenset(article["id"] for article in orjson.loads(line)["articles"]) for line in lines}


def test_runs_into_postgresql_and_into_sqlite_tell_the_same_stories(postgresql_server: Server, tmp_path: Path) -> None:
    url, feeds = postgresql_server.new_database(), ROOT / "configs" / "quickstart"
    for told in ("new articles", "nothing is new"):
        done = newsfold("run", feeds, "--output", tmp_path / "pg", "--store", url)
        assert done.code == 0, done.err
        assert told in done.out
    assert newsfold("run", feeds, "--output", tmp_path / "lite").code == 0
    assert grouping(tmp_path / "pg") == grouping(tmp_path / "lite")
    listed = newsfold("stories", "--output", tmp_path / "pg", "--store", url, "--json")
    assert listed.out.encode() == (tmp_path / "pg" / "stories.jsonl").read_bytes()


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    url = "postgresql+psycopg://newsfold:secret@127.0.0.1:1/absent"
    done = newsfold("run", ROOT / "configs" / "quickstart", "--output", tmp_path / "out", "--store", url)
    assert done.code == 1
    assert done.err.startswith("newsfold: ")
    assert "secret" not in done.err
