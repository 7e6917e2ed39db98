"""The sample feeds, end to end, as `make run` does it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pyarrow import parquet

from tests.support.command import ROOT, lines, newsfold, runs

EXPECTED = json.loads((ROOT / "tests/data/quickstart.json").read_text(encoding="utf-8"))
SCHEMA = json.loads((ROOT / "pipeline/outputs/story.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quickstart")
    first = newsfold("run", "configs/quickstart", "--output", folder)
    assert first.code == 0, first.err
    assert first.err == ""
    assert "20 new articles" in first.out
    assert str(folder / "stories.jsonl") in first.out
    return folder


@pytest.fixture(scope="module")
def stories(output: Path) -> list[dict[str, Any]]:
    return lines(output / "stories.jsonl")


def test_every_line_is_a_valid_record(stories: list[dict[str, Any]]) -> None:
    for story in stories:
        jsonschema.validate(story, SCHEMA)


def test_stories(stories: list[dict[str, Any]]) -> None:
    found = {frozenset(one["url"] for one in story["articles"]) for story in stories}
    assert {frozenset(urls) for urls in EXPECTED["stories"]} <= found
    assert {frozenset([url]) for url in EXPECTED["alone"]} <= found
    assert sum(story["size"] for story in stories) == EXPECTED["articles"]
    assert sum(story["size"] > 1 for story in stories) == len(EXPECTED["stories"])


def test_copies_and_versions(stories: list[dict[str, Any]]) -> None:
    articles = [one for story in stories for one in story["articles"]]
    url = {one["id"]: one["url"] for one in articles}
    assert {one["url"]: url[one["copy_of"]] for one in articles if one["copy_of"]} == EXPECTED["copies"]
    assert {one["url"]: one["version"] for one in articles if one["version"] > 1} == EXPECTED["versions"]


def test_dead_letters_and_counts_that_add_up(output: Path) -> None:
    run = runs(output)[0]
    found = [[letter["location"], letter["reason"]] for letter in lines(run / "rejected.jsonl")]
    assert found == EXPECTED["rejected"]
    counts = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["counts"]
    for stage, names in counts.items():
        lost = sum(amount for name, amount in names.items() if name.startswith(("rejected_", "dropped_")))
        assert names["in"] == names.get("out", 0) + lost, stage
    flow = [("fetch", "documents", "parse"), ("parse", "items", "clean"), ("clean", "out", "unite")]
    flow += [(a, "out", b) for a, b in (("unite", "recognise"), ("recognise", "strip"), ("strip", "sketch"))]
    flow += [(a, "out", b) for a, b in (("sketch", "match"), ("match", "fold"), ("fold", "write"))]
    for earlier, name, later in flow:
        assert counts[earlier][name] == counts[later]["in"], (earlier, later)


def test_a_second_run_finds_nothing_new_and_changes_no_byte(output: Path, stories: list[dict[str, Any]]) -> None:
    before = (output / "stories.jsonl").read_bytes()
    inode = (output / "stories.jsonl").stat().st_ino
    again = newsfold("run", "configs/quickstart", "--output", output)
    assert again.code == 0
    assert "nothing is new, 20 seen before" in again.out
    assert (output / "stories.jsonl").read_bytes() == before
    assert (output / "stories.jsonl").stat().st_ino == inode
    assert lines(runs(output)[-1] / "changes.jsonl") == []
    assert len(stories) == len(lines(output / "stories.jsonl"))


def test_stories_and_show_print_what_the_file_holds(output: Path, stories: list[dict[str, Any]]) -> None:
    listed = newsfold("stories", "--output", output, "--json")
    assert [json.loads(line) for line in listed.out.splitlines()] == stories
    table = newsfold("stories", "--output", output, "--limit", "3")
    assert len([line for line in table.out.splitlines() if line.startswith("s_")]) == 3
    largest = max(stories, key=lambda story: story["size"])
    page = newsfold("show", largest["id"], "--output", output, "--text")
    assert largest["headline"] in page.out
    assert all(one["url"] in page.out for one in largest["articles"])
    assert json.loads(newsfold("show", largest["id"], "--output", output, "--json").out) == largest


def test_the_same_stories_when_the_feeds_come_in_two_runs(tmp_path: Path, stories: list[dict[str, Any]]) -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "configs/quickstart").iterdir())
    assert newsfold("run", *files[:6], "--output", tmp_path, "--quiet").out == ""
    before = {
        frozenset(one["id"] for one in story["articles"]): story["id"] for story in lines(tmp_path / "stories.jsonl")
    }
    assert newsfold("run", *files[6:], "--output", tmp_path).code == 0
    after = {
        frozenset(one["id"] for one in story["articles"]): story["id"] for story in lines(tmp_path / "stories.jsonl")
    }
    assert set(after) == {frozenset(one["id"] for one in story["articles"]) for story in stories}
    assert set(before.values()) <= set(after.values())
    for members, identity in before.items():
        assert next(grown for grown in after if members <= grown) in {g for g, i in after.items() if i == identity}


def test_every_bundle_twice_gives_the_same_stories(tmp_path: Path, stories: list[dict[str, Any]]) -> None:
    done = newsfold("run", "configs/quickstart", "--output", tmp_path, "--direct_runner_bundle_repeat=1")
    assert done.code == 0, done.err
    found = {frozenset(one["id"] for one in story["articles"]) for story in lines(tmp_path / "stories.jsonl")}
    assert found == {frozenset(one["id"] for one in story["articles"]) for story in stories}


def test_parquet_holds_the_same_tables(tmp_path: Path, stories: list[dict[str, Any]]) -> None:
    done = newsfold("run", "configs/quickstart", "--output", tmp_path, "--format", "parquet")
    assert done.code == 0, done.err
    assert str(tmp_path / "stories.parquet") in done.out
    assert not (tmp_path / "stories.jsonl").exists()
    found = parquet.read_table(tmp_path / "stories.parquet").to_pylist()
    seen = ("first_seen", "last_updated")
    assert [{k: v for k, v in story.items() if k not in (*seen, "articles")} for story in found] == [
        {k: v for k, v in story.items() if k not in (*seen, "articles")} for story in stories
    ]
    run = runs(tmp_path)[0]
    assert len(parquet.read_table(run / "rejected.parquet")) == len(EXPECTED["rejected"])
    assert set(parquet.read_table(run / "changes.parquet")["kind"].to_pylist()) == {"new"}
