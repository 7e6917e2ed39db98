"""The graph as it is built: stable labels, coders that any runner has, small functions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam import coders
from apache_beam.coders import RowCoder
from apache_beam.internal import pickler
from apache_beam.pipeline import PipelineVisitor

from pipeline.config import Config
from pipeline.runs import graph
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.samples import completing, fetching
from transforms import records
from transforms.coders import RECORDS

LABELS = Path(__file__).parents[2] / "data/labels.json"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> list[beam.pipeline.AppliedPTransform]:
    pipeline = beam.Pipeline(runner="FnApiRunner")
    locations = pipeline | "Locations" >> beam.Create(["a"], reshuffle=False).with_output_types(str)
    folder = tmp_path_factory.mktemp("stores")
    fetched = locations | "Fetch" >> fetching(folder)
    store = SqlStoreFactory("sqlite://", "r")
    graph.build(fetched, store=store, config=Config(), complete=completing(folder))
    found: list[beam.pipeline.AppliedPTransform] = []

    class Collect(PipelineVisitor):
        def visit_transform(self, node: beam.pipeline.AppliedPTransform) -> None:
            found.append(node)

    pipeline.visit(Collect())
    return found


def test_labels_are_stable(applied: list[beam.pipeline.AppliedPTransform]) -> None:
    """State and metrics hang on them: a change is a line in the changelog. NEWSFOLD_ACCEPT=1 writes them anew."""
    labels = [node.full_label for node in applied if not node.full_label.startswith("Locations/")]
    if os.environ.get("NEWSFOLD_ACCEPT"):
        LABELS.write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    assert labels == json.loads(LABELS.read_text(encoding="utf-8"))


def test_no_element_is_pickled(applied: list[beam.pipeline.AppliedPTransform]) -> None:
    for node in applied:
        for output in node.outputs.values():
            coder = coders.registry.get_coder(output.element_type)
            names = {type(part).__name__ for part in (coder, *getattr(coder, "_coders", ()))}
            assert not any("Pickle" in name or "FastPrimitives" in name for name in names), (node.full_label, names)


def test_functions_are_small(applied: list[beam.pipeline.AppliedPTransform]) -> None:
    for node in applied:
        function = getattr(node.transform, "fn", None)
        if function is not None and not node.full_label.startswith("Locations/"):
            assert len(pickler.dumps(function)) < 2000, node.full_label


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_nothing_inside_a_row_is_pickled(record: type) -> None:
    """A runner in Java reads rows field by field: at a pickle it takes what follows for a length."""
    coder = coders.registry.get_coder(record)
    assert isinstance(coder, RowCoder)
    assert "logical_type" not in str(coder.schema)


def test_a_worker_of_its_own_makes_the_same_record() -> None:
    """Methods and properties included: a plain tuple of the same fields has none."""
    document = records.Document("https://example.org/feed", "feed", "rss", b"", "", 1, 0)
    coder = coders.registry.get_coder(records.Document)
    assert isinstance(coder, RowCoder)
    script = (
        "import sys, transforms.coders; from apache_beam.coders import RowCoder; "
        "print(RowCoder.from_payload(bytes.fromhex(sys.argv[1])).decode(bytes.fromhex(sys.argv[2])).address)"
    )
    words = [coder.schema.SerializeToString().hex(), coder.encode(document).hex()]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "https://example.org/feed"


@pytest.mark.parametrize("name", "Request Poll Document Item Article Recognised Window AtBlock Committed".split())
def test_records_have_row_coders(name: str) -> None:
    assert isinstance(coders.registry.get_coder(getattr(records, name)), coders.RowCoder)
