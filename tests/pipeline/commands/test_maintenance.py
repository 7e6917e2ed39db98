"""Deleting what is old, copies of a store, an index made anew."""

import json
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from pipeline.store import schema
from pipeline.store.lock import run_lock
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import Outcome, newsfold

DAYS = [f"2026-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 29)]


def rows(folder: Path, days: list[str]) -> Path:
    path = folder / "rows.jsonl"
    lines = [
        {
            "id": f"row-{day}",
            "url": f"https://paper.example/{day}",
            "title": f"Item{day.replace('-', 'x')} of the harbour{day.replace('-', 'y')}",
            "text": " ".join(f"{word}{day.replace('-', 'z')}" for word in ("crane", "pier", "tide", "buoy")),
            "published": f"{day}T08:00:00Z",
        }
        for day in days
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def run(folder: Path, store_url: str, days: list[str]) -> Outcome:
    done = newsfold("run", rows(folder, days), "--output", folder / "out", "--store", store_url)
    assert done.code == 0, done.err
    return done


def counts(store_url: str) -> dict[str, int]:
    with SqlStoreFactory(store_url, "")() as store, store.reading() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in schema.metadata.sorted_tables
        }


def test_what_is_purged_is_gone_for_good(tmp_path: Path, store_url: str) -> None:
    for low in range(0, len(DAYS), 14):
        run(tmp_path, store_url, DAYS[low : low + 14])
    before = counts(store_url)
    done = newsfold("purge", "--before", "2026-02-20", "--output", tmp_path / "out", "--store", store_url)
    assert done.code == 0, done.err
    after = counts(store_url)
    gone = before["articles"] - after["articles"]
    assert gone == 14
    assert after["tombstones"] == gone
    assert before["sketches"] - after["sketches"] == before["stories"] - after["stories"] == gone
    assert after["segments"] < before["segments"]
    again = run(tmp_path, store_url, DAYS)
    assert f"{len(DAYS) - gone} seen before" in again.out
    manifests = sorted((tmp_path / "out" / "runs").glob("*/manifest.json"))
    assert (
        max(orjson.loads(path.read_bytes())["counts"]["recognise"].get("dropped_purged", 0) for path in manifests)
        == gone
    )
    assert counts(store_url)["articles"] == after["articles"]


def test_a_backup_is_the_store_of_its_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'out' / 'newsfold.db'}"
    run(tmp_path, url, DAYS[:3])
    copy = tmp_path / "copy.db"
    assert newsfold("backup", copy, "--output", tmp_path / "out").code == 0
    assert newsfold("backup", copy, "--output", tmp_path / "out").code == 1
    nowhere = newsfold("backup", tmp_path / "absent" / "copy.db", "--output", tmp_path / "out")
    assert (nowhere.code, len(nowhere.err.splitlines())) == (1, 1)
    then = newsfold("stories", "--json", "--output", tmp_path / "out").out
    run(tmp_path, url, DAYS[:9])
    assert newsfold("stories", "--json", "--output", tmp_path / "out").out != then
    assert newsfold("restore", copy, "--output", tmp_path / "out").code == 0
    assert newsfold("stories", "--json", "--output", tmp_path / "out").out == then
    run(tmp_path, url, DAYS[:9])
    assert len((tmp_path / "out" / "stories.jsonl").read_bytes().splitlines()) == 9


def test_what_is_no_store_is_not_restored(tmp_path: Path) -> None:
    (tmp_path / "junk.db").write_bytes(b"junk" * 1000)
    done = newsfold("restore", tmp_path / "junk.db", "--output", tmp_path / "out")
    assert done.code == 1
    assert len(done.err.splitlines()) == 1


def test_an_index_of_other_settings_is_made_anew(tmp_path: Path) -> None:
    run(tmp_path, f"sqlite:///{tmp_path / 'out' / 'newsfold.db'}", DAYS[:3])
    assert "current" in newsfold("reindex", "--output", tmp_path / "out").out
    (tmp_path / "own.yaml").write_text("copies: {similarity: 0.7}\n", encoding="utf-8")
    done = newsfold("reindex", "--output", tmp_path / "out", "--config", tmp_path / "own.yaml")
    assert "3 articles sketched again" in done.out


@pytest.mark.parametrize("words", [("purge", "--before", "2026-01-01"), ("reindex",)])
def test_a_store_in_use_is_left_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    url = f"sqlite:///{tmp_path / 'out' / 'newsfold.db'}"
    run(tmp_path, url, DAYS[:1])
    with run_lock(url):
        assert newsfold(*words, "--output", tmp_path / "out").code == 75


def test_a_wrong_date_is_one_line(tmp_path: Path) -> None:
    done = newsfold("purge", "--before", "yesterday", "--output", tmp_path)
    assert done.code == 1
    assert "--before" in done.err
