"""Tests abbreviated and mistyped ids, runs, and the differences between them."""

import orjson
import pytest

from pipeline.inspect import reading
from pipeline.inspect.reading import UnknownIdError
from pipeline.store.sql_store import SqlStore


def a_story(store: SqlStore) -> dict[str, object]:
    stories: list[dict[str, object]] = [orjson.loads(record) for record in store.active_records()]
    return max(stories, key=lambda story: story["size"])  # type: ignore[arg-type, return-value]


def test_an_id_may_be_shortened_while_unique(store: SqlStore) -> None:
    story = str(a_story(store)["id"])
    assert reading.resolve_story(store, story) == story
    assert reading.resolve_story(store, story[:8]) == story
    with pytest.raises(UnknownIdError, match="beginning of several"):
        reading.resolve_story(store, "s_")


@pytest.mark.parametrize("change", [lambda one: one[:-1] + "!", lambda one: one[:2] + "!" + one[3:]])
def test_the_nearest_id_is_named(store: SqlStore, change: object) -> None:
    story = str(a_story(store)["id"])
    with pytest.raises(UnknownIdError, match=f"did you mean {story}"):
        reading.resolve_story(store, change(story))  # type: ignore[operator]


@pytest.mark.parametrize("given", ["", "%", "_", "s_%", "\0", "'; DROP TABLE stories; --", "x" * 10_000])
def test_no_id_is_a_pattern(store: SqlStore, given: str) -> None:
    with pytest.raises(UnknownIdError):
        reading.resolve_story(store, given)


def test_an_article_is_known_by_its_url_too(store: SqlStore) -> None:
    article = a_story(store)["articles"][0]  # type: ignore[index]
    assert reading.resolve_article(store, article["url"]) == article["id"]
    found = reading.article(store, article["id"])
    assert (found.title, found.source, found.url) == (article["title"], article["source"], article["url"])


def test_runs_are_known_by_their_place(store: SqlStore) -> None:
    runs = reading.runs(store)
    assert len(runs) == 2
    assert reading.run(store, "last") == runs[0]
    assert reading.run(store, "last~1") == runs[1]
    assert reading.run(store, runs[1].id[:-2]) == runs[1]
    for absent in ("last~2", "last~x", "none"):
        with pytest.raises(UnknownIdError):
            reading.run(store, absent)


def test_a_run_differs_from_itself_in_nothing(store: SqlStore) -> None:
    newer, older = reading.runs(store)
    assert reading.difference(newer, newer) == []
    found = {one.what: one for one in reading.difference(older, newer)}
    assert found["inputs"].a != found["inputs"].b
    assert found["counts.recognise.new"].a == older.counted("recognise", "new")
    assert not any(what.startswith("config") for what in found)


def test_the_funnel_adds_up(store: SqlStore) -> None:
    steps = reading.funnel(reading.run(store, "last"))
    assert [step.stage for step in steps][:3] == ["fetch", "parse", "clean"]
    for step in steps:
        if step.stage not in ("fetch", "parse"):
            assert step.came == step.left + step.rejected + step.dropped, step


def test_kinds_of_changes_are_those_of_the_lines(store: SqlStore) -> None:
    run = reading.run(store, "last")
    assert reading.changes_by_kind(store, run) == reading.changes_by_kind(store, run._replace(manifest={}))
    assert sum(reading.changes_by_kind(store, run).values()) == run.changes


def test_copies_stand_under_what_they_copy() -> None:
    articles = [{"id": "a", "copy_of": None}, {"id": "b", "copy_of": "z"}, {"id": "c", "copy_of": "a"}]
    articles += [{"id": "d", "copy_of": "c"}, {"id": "e", "copy_of": "a"}]
    found = [(article["id"], depth) for article, depth in reading.nested({"articles": articles})]
    assert found == [("a", 0), ("c", 1), ("d", 2), ("e", 1), ("b", 0)]
