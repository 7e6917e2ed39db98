"""Counters of the stages, as reported by Beam's runners."""

from collections.abc import Iterator, Sequence
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult

from pipeline.runs.request import Counts
from transforms.counts import MICROSECONDS
from transforms.fetch.http import without_credentials

_ENGINE = "beam"
"""Namespace of the runner's own metrics."""


def own_metrics(metrics: list[Any]) -> Iterator[Any]:
    """Returns the metrics of newsfold's stages, without those that portable runners add."""
    return (metric for metric in metrics if metric.key.metric.namespace != _ENGINE)


def counts_of(result: PipelineResult) -> Counts:
    """Returns all counters of the stages, in alphabetical order."""
    counts: dict[str, dict[str, int]] = {}
    for metric in own_metrics(result.metrics().query()["counters"]):
        stage = counts.setdefault(metric.key.metric.namespace, {})
        stage[metric.key.metric.name] = stage.get(metric.key.metric.name, 0) + metric.result
    return {stage: dict(sorted(names.items())) for stage, names in sorted(counts.items())}


def graph_record(inputs: Sequence[str], options: PipelineOptions, counts: Counts) -> dict[str, Any]:
    """Returns the fields of manifest.json that describe a run of the graph: inputs, runner, counts and times.

    Args:
        inputs: inputs as given by the user.
        options: Beam's options.
        counts: counters of the stages, including their microseconds.
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
