"""Tests the transform FetchDocuments."""

from collections import Counter
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from pipeline.store.sql_store import SqlStoreFactory
from transforms.fetch import files
from transforms.fetch.fetch_documents import FetchDocuments
from transforms.fetch.health import Intervals
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Limits
from transforms.fetch.poll import FetchOptions
from transforms.records import Document, Rejected

LIMITS = Limits(connect_seconds=60, read_seconds=60, total_seconds=60, max_bytes=1000)


def summary(document: Document) -> tuple[str, str, int, bytes]:
    return Path(document.location).name, document.kind, document.first_line, document.content


def refusal(rejected: Rejected) -> tuple[str, str, str, str]:
    return rejected.stage, rejected.reason, rejected.location, rejected.payload


def test_each_location_is_read_or_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SLICE_BYTES", 30)
    monkeypatch.setattr(files, "_PEEK", 10)
    (tmp_path / "rows").write_bytes(b'{"title": "one"}\n{"title": "two"}\n')
    (tmp_path / "feed.txt").write_bytes(b"<rss/>")
    (tmp_path / "large.txt").write_bytes(b"x" * 1001)
    store = SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")
    with store() as opened:
        opened.create()
    locations = [*(str(tmp_path / name) for name in ("rows", "feed.txt", "large.txt", "absent")), "HTTP://u:pw@[/x"]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        fetched = (
            pipeline
            | "Locations" >> beam.Create(locations).with_output_types(str)
            | "Fetch"
            >> FetchDocuments(
                store=store,
                fetch_options=FetchOptions(
                    7, LIMITS, "newsfold/test", private_addresses=True, politeness=Politeness(2, 0)
                ),
                intervals=Intervals(3600, {}),
            )
        )
        assert_that(
            fetched.documents | "Summaries" >> beam.Map(summary),
            equal_to(
                [
                    ("rows", "rows", 1, b'{"title": "one"}\n'),
                    ("rows", "rows", 2, b'{"title": "two"}\n'),
                    ("feed.txt", "feed", 1, b"<rss/>"),
                ]
            ),
            label="Documents",
        )
        assert_that(
            fetched.rejected | "Refusals" >> beam.Map(refusal),
            equal_to(
                [
                    ("fetch", "too_large", str(tmp_path / "large.txt"), ""),
                    ("fetch", "not_found", str(tmp_path / "absent"), ""),
                    ("fetch", "network", "HTTP://[/x", ""),
                ]
            ),
            label="Rejected",
        )
    counts = Counter[str]()
    for metric in pipeline.result.metrics().query(MetricsFilter().with_namespace("fetch"))["counters"]:
        counts[metric.key.metric.name] += metric.result
    rejected = sum(amount for name, amount in counts.items() if name.startswith("rejected_"))
    assert (counts["in"], counts["out"], rejected, counts["documents"]) == (5, 2, 3, 3)
