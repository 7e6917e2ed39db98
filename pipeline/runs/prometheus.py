"""Prometheus metrics of a stream."""

from collections.abc import Iterator
from typing import Any

from apache_beam.runners.runner import PipelineResult
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from pipeline.runs.counters import own_metrics
from transforms.counts import MICROSECONDS

_LABELLED = {
    "rejected_": ("rejected", "reason"),
    "dropped_": ("dropped", "reason"),
    "rule_": ("rules_applied", "rule"),
    "parse_warning_": ("parse_warnings", "warning"),
}
"""Metric family and label by prefix of the counter's name; the rest of the name is the value of the label."""
_IN_AND_OUT = {"in": "received", "out": "passed_on"}
_MILLISECONDS = "milliseconds"


class PipelineMetrics(Collector):
    """Collector of Beam's counters and distributions, queried at every scrape.

    `newsfold_received_total{stage}` and `newsfold_passed_on_total{stage}` count the elements that entered and left a
    stage, `newsfold_rejected_total{stage,reason}` and `newsfold_dropped_total{stage,reason}` the difference;
    `newsfold_rules_applied_total{stage,rule}` counts applied cleaning rules, and
    `newsfold_parse_warnings_total{stage,warning}` parse warnings. Every other counter is exported as
    `newsfold_<name>_total{stage}`. Times are in seconds: `newsfold_stage_seconds_total{stage}`, and for each
    distribution a summary `newsfold_<stage>_<name>`, such as `newsfold_commit_seconds` and
    `newsfold_commit_lag_seconds`.
    """

    def __init__(self, result: PipelineResult) -> None:
        self._result = result

    def collect(self) -> Iterator[Metric]:
        """Yields all metric families."""
        vars(self._result)["_metrics"] = None  # Beam's portable result caches its first response forever
        found = self._result.metrics().query()
        families: dict[str, CounterMetricFamily] = {}
        for metric in own_metrics(found["counters"]):
            family, labels, amount = _counter(metric.key.metric.namespace, metric.key.metric.name, metric.result)
            if family not in families:
                families[family] = CounterMetricFamily(f"newsfold_{family}", _help(family), labels=list(labels))
            families[family].add_metric(list(labels.values()), amount)
        yield from families.values()
        for metric in own_metrics(found["distributions"]):
            name, total = metric.key.metric.name, metric.result.sum
            if name.endswith(_MILLISECONDS):
                name, total = name.removesuffix(_MILLISECONDS) + "seconds", total / 1000
            summary = SummaryMetricFamily(
                f"newsfold_{metric.key.metric.namespace}_{name}", "Distribution of all windows."
            )
            summary.add_metric([], metric.result.count, total)
            yield summary


def _counter(stage: str, name: str, amount: float) -> tuple[str, dict[str, str], float]:
    """Maps a Beam counter to its metric family, labels and value."""
    if name == MICROSECONDS:
        return "stage_seconds", {"stage": stage}, amount / 1e6
    for prefix, (family, label) in _LABELLED.items():
        if name.startswith(prefix):
            return family, {"stage": stage, label: name.removeprefix(prefix)}, amount
    return _IN_AND_OUT.get(name, name), {"stage": stage}, amount


def _help(family: str) -> str:
    return "Time that the stages took." if family == "stage_seconds" else f"Counted by the stages: {family}."


def serve_metrics(result: PipelineResult, port: int) -> Any:
    """Serves the metrics of a running pipeline on the loopback interface; returns the server.

    Raises:
        OSError: the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(PipelineMetrics(result))
    server, _ = start_http_server(port, addr="127.0.0.1", registry=registry)
    return server
