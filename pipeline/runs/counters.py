"""What the stages count, as Beam's engines report it."""

from collections.abc import Iterator, Sequence
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult

from pipeline.runs.request import Counts
from transforms.counts import MICROSECONDS
from transforms.fetch.http import without_credentials

_ENGINE = "beam"
"""Namespace of the engine's own metrics."""


def own_metrics(metrics: list[Any]) -> Iterator[Any]:
    """The metrics of newsfold's stages; portable engines add metrics of their own."""
    return (metric for metric in metrics if metric.key.metric.namespace != _ENGINE)


def counts_of(result: PipelineResult) -> Counts:
    """All counters of the stages, in alphabetical order."""
    counts: dict[str, dict[str, int]] = {}
    for metric in own_metrics(result.metrics().query()["counters"]):
        stage = counts.setdefault(metric.key.metric.namespace, {})
        stage[metric.key.metric.name] = stage.get(metric.key.metric.name, 0) + metric.result
    return {stage: dict(sorted(names.items())) for stage, names in sorted(counts.items())}


def graph_record(inputs: Sequence[str], options: PipelineOptions, counts: Counts) -> dict[str, Any]:
    """What manifest.json says of a graph that ran: what it read, where, and what its stages counted.

    Args:
        inputs: as a person named them.
        options: Beam's.
        counts: of the stages, among them their microseconds.
    """
    return {
        "inputs": [without_credentials(given) for given in inputs],
        "runner": options.view_as(StandardOptions).runner,
        "counts": {
            stage: {name: amount for name, amount in names.items() if name != MICROSECONDS}
            for stage, names in counts.items()
        },
        "stage_seconds": {
            stage: round(names[MICROSECONDS] / 1e6, 3) for stage, names in counts.items() if MICROSECONDS in names
        },
    }
