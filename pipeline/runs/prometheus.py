"""What a stream counts, as Prometheus reads it."""

from collections.abc import Iterator
from typing import Any

from apache_beam.runners.runner import PipelineResult
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from pipeline.runs.batch import ENGINE
from transforms.counts import MICROSECONDS


class PipelineMetrics(Collector):
    """Beam's counters and distributions, read anew at every scrape.

    `newsfold_<name>_total{stage}` for `in`, `out` and their like, `newsfold_rejected_total{stage,reason}` and
    `newsfold_dropped_total{stage,reason}`, `newsfold_stage_seconds_total{stage}`; distributions as summaries.
    """

    def __init__(self, result: PipelineResult) -> None:
        self._result = result

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        vars(self._result)["_metrics"] = None  # Beam's portable result keeps its first answer for good
        found = self._result.metrics().query()
        counters = CounterMetricFamily("newsfold_articles", "What the stages counted.", labels=["stage", "name"])
        seconds = CounterMetricFamily("newsfold_stage_seconds", "Time that the stages took.", labels=["stage"])
        for metric in _own(found["counters"]):
            stage, name = metric.key.metric.namespace, metric.key.metric.name
            if name == MICROSECONDS:
                seconds.add_metric([stage], metric.result / 1e6)
            else:
                counters.add_metric([stage, name], metric.result)
        yield counters
        yield seconds
        for metric in _own(found["distributions"]):
            name = f"newsfold_{metric.key.metric.namespace}_{metric.key.metric.name}"
            summary = SummaryMetricFamily(name, "Distribution of all windows.")
            summary.add_metric([], metric.result.count, metric.result.sum)
            yield summary


def _own(metrics: list[Any]) -> list[Any]:
    return [metric for metric in metrics if metric.key.metric.namespace != ENGINE]


def serve_metrics(result: PipelineResult, port: int) -> Any:
    """Serves the metrics of a running pipeline on the loopback interface; returns the server.

    Raises:
        OSError: the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(PipelineMetrics(result))
    server, _ = start_http_server(port, addr="127.0.0.1", registry=registry)
    return server
