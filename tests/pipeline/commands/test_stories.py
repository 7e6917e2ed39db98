"""The commands that show stories and runs, as a person and as a pipe sees them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.commands.tables.terminal import safe_json
from pipeline.inspect import labels
from tests.support.command import lines, newsfold

ESCAPE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def stories(samples: Path) -> list[dict[str, Any]]:
    return lines(samples / "stories.jsonl")


@pytest.fixture(scope="module")
def largest(stories: list[dict[str, Any]]) -> dict[str, Any]:
    return max(stories, key=lambda story: len(story["links"]))


def test_stories_takes_filters_and_gives_records(samples: Path, stories: list[dict[str, Any]]) -> None:
    done = newsfold("stories", "-o", samples, "--min-size", "2", "--sort", "newest", "--json")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert found == sorted((one for one in stories if one["size"] > 1), key=lambda one: one["last_published"])[::-1]
    table = newsfold("stories", "-o", samples, "--query", "lantern footbridge", "--since", "2026-11-01").out
    assert "Footbridge gives way" in table
    assert table.count("s_") == 1
    assert newsfold("stories", "-o", samples, "--source", "nobody").out.endswith("no story is like that\n")


def test_piped_columns_keep_their_places(samples: Path) -> None:
    rows = newsfold("stories", "-o", samples).out.splitlines()
    place = rows[0].index("headline")
    assert all(row[place - 1] == " " != row[place] for row in rows)
    assert all(row.startswith("s_") for row in rows[1:])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["stories", "--since", "never"], "'never' is not a time"),
        (["stories", "--sort", "odd"], "cannot sort by 'odd'"),
        (["show", "s_zzzzzzzz"], "no story 's_zzzzzzzz'"),
        (["why", "a_zzzzzzzz"], "no article 'a_zzzzzzzz'"),
        (["runs", "diff", "last", "never"], "no run 'never'"),
        (["label", "a", "b", "perhaps"], "answer yes or no"),
    ],
)
def test_wrong_use_is_one_line(samples: Path, words: list[str], message: str) -> None:
    done = newsfold(*words, "-o", samples)
    assert (done.code, done.err.count("\n")) == (1, 1), done.err
    assert message in done.err


def test_show_has_the_links_and_the_time(samples: Path, largest: dict[str, Any]) -> None:
    page = newsfold("show", largest["id"][:9], "-o", samples).out
    assert all(article["id"] in page and article["url"] in page for article in largest["articles"])
    assert all(f"{link['score']:.2f}" in page for link in largest["links"])
    assert "█" in page


def test_why_two_and_why_one(samples: Path, largest: dict[str, Any]) -> None:
    link = largest["links"][0]
    page = newsfold("why", link["a"], link["b"], "-o", samples).out
    assert "They" in page
    assert "shared term" in page
    evidence = json.loads(newsfold("why", link["a"], link["b"], "-o", samples, "--json").out)
    assert evidence["path"] == [link]
    one = json.loads(newsfold("why", link["a"], "-o", samples, "--json").out)
    page = newsfold("why", link["a"], "-o", samples).out
    assert one["title"] in page
    assert all(" ".join(stretch.split()) in page for stretch in one["removed"])


def test_runs_and_their_difference(samples: Path) -> None:
    runs = [json.loads(line) for line in newsfold("runs", "-o", samples, "--json").out.splitlines()]
    table = newsfold("runs", "-o", samples).out
    assert all(run["id"] in table for run in runs)
    page = newsfold("runs", "show", "last", "-o", samples).out
    assert all(stage in page for stage in runs[0]["manifest"]["stage_seconds"])
    different = newsfold("runs", "diff", "last~1", "last", "-o", samples).out
    assert "counts.recognise.new" in different
    assert newsfold("runs", "diff", "last", "last", "-o", samples).out == "no difference\n"


def test_labels_are_kept_apart_and_the_last_counts(tmp_path: Path, samples: Path, largest: dict[str, Any]) -> None:
    store = f"sqlite:///{samples / 'newsfold.db'}"
    before = (samples / "newsfold.db").read_bytes()
    a, b = largest["links"][0]["a"], largest["links"][0]["b"]
    for pair, answer in (((a, b), "no"), ((b, a), "yes")):
        done = newsfold("label", *pair, answer, "--store", store, "-o", tmp_path)
        assert done.code == 0, done.err
    (label,) = labels.read(tmp_path / "labels.jsonl")
    assert {label.a, label.b} == {a, b}
    assert label.together
    assert len(lines(tmp_path / "labels.jsonl")) == 2
    assert (samples / "newsfold.db").read_bytes() == before
    assert newsfold("label", a, a, "yes", "--store", store, "-o", tmp_path).code == 1
    assert labels.read(tmp_path / "absent.jsonl") == []


def test_nothing_that_a_terminal_acts_on_reaches_it(hostile: tuple[Path, str]) -> None:
    output, story = hostile
    articles = [one["id"] for one in json.loads(newsfold("show", story, "-o", output, "--json").out)["articles"]]
    for words in (
        ["stories"], ["stories", "--json"], ["show", story], ["show", story, "--text"], ["show", story, "--json"],
        ["why", *articles[:2]], ["why", *articles[:2], "--json"], ["why", articles[0]], ["why", articles[0], "--json"],
        ["runs"], ["runs", "show", "last"], ["runs", "--json"], ["feeds"],
    ):  # fmt: skip
        done = newsfold(*words, "-o", output)
        assert done.code == 0, done.err
        assert done.out
        assert not ESCAPE.search(done.out), words


def test_safe_json_is_the_same_json() -> None:
    record = json.dumps({"a": "b\x9b2J\u202e", "c": "é"}, ensure_ascii=False).encode()
    assert json.loads(safe_json(record)) == json.loads(record)
    assert not ESCAPE.search(safe_json(record).decode())
    assert safe_json(b'{"a":"plain"}') == b'{"a":"plain"}'
