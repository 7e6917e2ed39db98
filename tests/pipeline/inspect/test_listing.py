"""Tests filters, orders and counts of stories."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from pipeline.inspect import listing
from pipeline.inspect.index import opened_index
from pipeline.inspect.listing import Filter, WrongFilterError
from pipeline.outputs.folder import OutputFolder
from pipeline.store.sql_store import SqlStore

NOW = 1_800_000_000.0


@pytest.fixture
def index(samples: Path, store: SqlStore) -> Iterator[sqlite3.Connection]:
    with opened_index(OutputFolder(samples).index, store, words=True) as opened:
        yield opened


def records(store: SqlStore) -> list[dict[str, object]]:
    return [orjson.loads(record) for record in store.active_records()]


def ids(index: sqlite3.Connection, chosen: Filter) -> list[str]:
    return [line.id for line in listing.list_stories(index, listing.checked(index, chosen), NOW)]


def test_all_of_them_by_default_the_largest_first(index: sqlite3.Connection, store: SqlStore) -> None:
    lines = listing.list_stories(index, Filter(), NOW)
    assert {line.id for line in lines} == {record["id"] for record in records(store)}
    assert [line.size for line in lines] == sorted((line.size for line in lines), reverse=True)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (Filter(language="de"), lambda story: story["language"] == "de"),
        (Filter(min_size=2), lambda story: story["size"] >= 2),
        (Filter(source="valley post"), lambda story: any(one["source"] == "Valley Post" for one in story["articles"])),
        (Filter(since="2026-11-06"), lambda story: story["last_published"] >= "2026-11-06"),
        (Filter(since="2026-11-06T12:00+01:00"), lambda story: story["last_published"] >= "2026-11-06T11:00"),
        (Filter(query='"lantern festival, 14"'), lambda story: "lantern festival, 14" in story["headline"]),
        (Filter(source="Nobody's Post"), lambda story: False),
        (Filter(state="closed"), lambda story: False),
    ],
    ids=lambda value: str(value) if isinstance(value, Filter) else "",
)
def test_filters(index: sqlite3.Connection, store: SqlStore, chosen: Filter, kept: object) -> None:
    expected = {record["id"] for record in records(store) if kept(record)}  # type: ignore[operator]
    assert set(ids(index, chosen)) == expected
    assert listing.count_stories(index, listing.checked(index, chosen), NOW) == len(expected)


@pytest.mark.parametrize("sort", [name for name in listing.SORTS if name != "relevance"])
def test_every_order_holds_the_same(index: sqlite3.Connection, sort: str) -> None:
    assert sorted(ids(index, Filter(sort=sort))) == sorted(ids(index, Filter()))
    assert ids(index, Filter(sort=sort, query="the")) == [
        one for one in ids(index, Filter(sort=sort)) if one in ids(index, Filter(query="the"))
    ]


def test_pages_join_to_the_whole(index: sqlite3.Connection) -> None:
    pages = [listing.list_stories(index, Filter(), NOW, 4, low) for low in range(0, 40, 4)]
    assert [line for page in pages for line in page] == listing.list_stories(index, Filter(), NOW)


def test_counts_are_those_of_the_filters_that_they_lead_to(index: sqlite3.Connection) -> None:
    for chosen in (Filter(), Filter(query="the"), Filter(min_size=2)):
        for one in listing.languages(index, chosen, NOW):
            assert listing.count_stories(index, chosen._replace(language=one.value), NOW) == one.stories
        for one in listing.sources(index, chosen, NOW, 100):
            assert listing.count_stories(index, chosen._replace(source=one.value), NOW) == one.stories


@pytest.mark.parametrize(
    "chosen", [Filter(sort="shine"), Filter(sort="relevance"), Filter(state="odd"), Filter(since="yesterday")]
)
def test_filters_that_mean_nothing(index: sqlite3.Connection, chosen: Filter) -> None:
    with pytest.raises(WrongFilterError):
        listing.list_stories(index, listing.checked(index, chosen), NOW)


def test_times_ago() -> None:
    assert listing.instant("24h", 86_400.0) == "1970-01-01T00:00:00Z"
    assert listing.instant("2w", 15 * 86_400.0) == "1970-01-02T00:00:00Z"


def test_coverage_and_outlets_add_up(index: sqlite3.Connection) -> None:
    total = listing.totals(index)
    bars = listing.coverage(index, "2026-01-01T00:00:00Z")
    assert sum(bar.originals + bar.copies for bar in bars) == total["articles"]
    assert sum(bar.copies for bar in bars) == total["copies"] > 0
    outlets = listing.outlets(index)
    assert sum(one.articles for one in outlets) == total["articles"]
    assert len(outlets) == total["sources"]
    assert all(listing.outlets(index, one.source) == [one] for one in outlets)
    assert len(bars) == len({bar.time for bar in bars})
