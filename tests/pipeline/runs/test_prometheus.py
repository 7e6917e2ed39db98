"""What a pipeline counted, as Prometheus scrapes it."""

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.testing.test_pipeline import TestPipeline
from prometheus_client import CollectorRegistry, generate_latest

from pipeline.runs.prometheus import PipelineMetrics
from transforms.counts import MICROSECONDS, count


def _work(number: int) -> int:
    count("clean", "in")
    if number == 3:
        count("clean", "rejected_no_text")
    else:
        count("clean", "out")
    count("clean", "rule_byline")
    count("clean", MICROSECONDS, 500_000)
    count("parse", "parse_warning_malformed")
    count("unite", "in")
    count("unite", "dropped_repeated", 2)
    count("recognise", "new")
    Metrics.distribution("commit", "milliseconds").update(250 * number)
    Metrics.distribution("commit", "lag_milliseconds").update(1000)
    return number


def test_counters_are_families_with_labels_and_times_are_seconds() -> None:
    pipeline = TestPipeline(runner="FnApiRunner")
    _ = pipeline | beam.Create([1, 2, 3]) | beam.Map(_work)
    result = pipeline.run()
    result.wait_until_finish()
    registry = CollectorRegistry()
    registry.register(PipelineMetrics(result))
    scraped = generate_latest(registry).decode()
    found = {line for line in scraped.splitlines() if line.startswith("newsfold_") and "_created" not in line}
    assert found == {
        'newsfold_received_total{stage="clean"} 3.0',
        'newsfold_received_total{stage="unite"} 3.0',
        'newsfold_passed_on_total{stage="clean"} 2.0',
        'newsfold_rejected_total{reason="no_text",stage="clean"} 1.0',
        'newsfold_dropped_total{reason="repeated",stage="unite"} 6.0',
        'newsfold_rules_applied_total{rule="byline",stage="clean"} 3.0',
        'newsfold_parse_warnings_total{stage="parse",warning="malformed"} 3.0',
        'newsfold_new_total{stage="recognise"} 3.0',
        'newsfold_stage_seconds_total{stage="clean"} 1.5',
        "newsfold_commit_seconds_count 3.0",
        "newsfold_commit_seconds_sum 1.5",
        "newsfold_commit_lag_seconds_count 3.0",
        "newsfold_commit_lag_seconds_sum 3.0",
    }
    documented = PipelineMetrics.__doc__ or ""
    for family in ("received", "passed_on", "rejected", "dropped", "rules_applied", "parse_warnings", "stage_seconds"):
        assert f"newsfold_{family}_total{{stage" in documented
