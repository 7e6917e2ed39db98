"""Tests the transform ParseDocuments on invented and on real documents."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from tests.support.samples import fetching
from transforms.parse.parse_documents import ParseDocuments
from transforms.records import Document, Item, Rejected

RSS = "<rss version='2.0'><channel>" + "<item><title>A</title></item>" * 3 + "</channel></rss>"


def summary(item: Item) -> tuple[str, str, str]:
    return item.kind, item.title, item.body


def refusal(rejected: Rejected) -> tuple[str, str, str, str]:
    return rejected.stage, rejected.reason, rejected.location, rejected.payload


def counts_of(pipeline: beam.Pipeline) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    assert isinstance(pipeline, TestPipeline)
    for metric in pipeline.result.metrics().query(MetricsFilter())["counters"]:
        counts.setdefault(metric.key.metric.namespace, Counter())[metric.key.metric.name] += metric.result
    return counts


def rejected_of(counts: Counter[str]) -> int:
    return sum(amount for name, amount in counts.items() if name.startswith("rejected_"))


def test_documents_become_items_or_dead_letters() -> None:
    documents = [
        Document("u", "feed", kind, content.encode(), "", 1, 5)
        for kind, content in (
            ("feed", RSS),
            ("feed", "<catalog/>"),
            ("jsonfeed", '{"items": [{"title": "B"}]}'),
            ("rows", '{"title": "C"}\n[]'),
            ("text", "D"),
            ("page", "<html>"),
            ("opml", "<opml/>"),
        )
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        parsed = (
            pipeline
            | "Documents" >> beam.Create(documents).with_output_types(Document)
            | "Parse" >> ParseDocuments(max_entries=2)
        )
        assert_that(
            parsed.items | "Summaries" >> beam.Map(summary),
            equal_to([("feed", "A", "")] * 2 + [("jsonfeed", "B", ""), ("rows", "C", ""), ("text", "", "D")]),
            label="Items",
        )
        assert_that(
            parsed.rejected | "Refusals" >> beam.Map(refusal),
            equal_to(
                [
                    ("parse", "not_a_feed", "feed", ""),
                    ("parse", "invalid_row", "u:2", "[]"),
                    ("parse", "no_text", "feed", ""),
                    ("parse", "not_a_feed", "feed", ""),
                ]
            ),
            label="Rejected",
        )
    counts = counts_of(pipeline)
    assert (counts["parse"]["in"], counts["parse"]["out"], rejected_of(counts["parse"])) == (7, 4, 3)
    assert (counts["parse"]["items"], counts["parse"]["truncated"]) == (5, 1)
    assert (counts["rows"]["in"], counts["rows"]["out"], rejected_of(counts["rows"])) == (2, 1, 1)


def test_a_limit_that_takes_nothing() -> None:
    with pytest.raises(ValueError, match="max_entries must be at least 1"):
        ParseDocuments(max_entries=0)


def read_all(paths: Sequence[Path], folder: Path) -> tuple[list[Item], dict[str, Counter[str]]]:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        fetched = (
            pipeline
            | "Locations" >> beam.Create([str(path) for path in paths]).with_output_types(str)
            | "Fetch" >> fetching(folder)
        )
        parsed = fetched.documents | "Parse" >> ParseDocuments(max_entries=1000)
        _ = (
            parsed.items
            | "Lines" >> beam.Map(json.dumps)
            | "Write" >> beam.io.WriteToText(str(folder / "items"), shard_name_template="")
        )
    items = [Item(*json.loads(line)) for line in (folder / "items").read_text(encoding="utf-8").splitlines()]
    return items, counts_of(pipeline)


def test_real_feeds(shared_data: Path, tmp_path: Path) -> None:
    paths = [path for path in sorted((shared_data / "feeds").rglob("*")) if path.is_file()]
    items, counts = read_all(paths, tmp_path)
    assert counts["fetch"]["in"] == len(paths) == counts["fetch"]["out"] + rejected_of(counts["fetch"])
    assert counts["parse"]["in"] == counts["fetch"]["out"] == counts["parse"]["out"] + rejected_of(counts["parse"])
    assert rejected_of(counts["fetch"]) + rejected_of(counts["parse"]) <= 10
    per_file = Counter(Path(item.feed).name for item in items)
    expected = {
        "real-cnn.rss": 69,
        "real-korean-times.rss": 195,
        "encoding_ISO-8859-1.xml": 40,
        "encoding_WINDOWS-1251.xml": 50,
        "no_encoding_ISO-8859-1.xml": 10,
        "rdf_UTF8.xml": 60,
        "urdu_UTF8.xml": 26,
        "large_atom.xml": 25,
        "jsonfeed_example_1.json": 2,
    }
    assert {name: per_file[name] for name in expected} == expected
    captured = [item for item in items if Path(item.feed).name in expected]
    assert (
        sum(bool(item.title) and item.url.startswith("http") for item in captured) == len(captured) - 1
    )  # one is empty
    assert sum(bool(item.body) for item in captured) > 0.9 * len(captured)  # some entries have only a title
    assert not any("\ufffd" in item.title + item.body for item in captured)


def test_real_pages(shared_data: Path, tmp_path: Path) -> None:
    paths = sorted((shared_data / "pages").rglob("*.html.gz"))[::6]
    items, counts = read_all(paths, tmp_path)
    assert (counts["parse"]["in"], counts["parse"]["out"], len(items)) == (len(paths), len(paths), len(paths))
    assert sum(len(item.body) > 200 for item in items) > 0.95 * len(items)


def test_the_seed_is_one_text(shared_data: Path, tmp_path: Path) -> None:
    ((item,), _) = read_all(sorted((shared_data.parent / "seeds").glob("*.txt")), tmp_path)
    assert (item.kind, item.body_type) == ("text", "extracted")
