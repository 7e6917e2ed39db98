"""The command `newsfold evaluate`: how good the grouping of labelled articles is, and with other configurations."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from pipeline.command import (
    NOTHING_READ,
    WRONG_USE,
    ConfigOption,
    FailureError,
    configured,
    err,
    out,
)
from pipeline.config import ConfigError

if TYPE_CHECKING:
    from pipeline.evaluate.judge import Judgement


def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD.jsonl", help="Article JSON Lines, plain or gzip, in which every row has an id and a label."
        ),
    ],
    config: ConfigOption = None,
    sweep: Annotated[
        str,
        typer.Option(
            "--sweep",
            metavar="KEY=VALUES",
            help="Try values of a configuration key: stories.threshold=.1:.3:.02, or a list with commas.",
        ),
    ] = "",
    chart: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE.svg", help="Draw the sweep; needs newsfold[report].")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Group articles whose events are known, and say how good the stories are."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    from pipeline.evaluate.chart import can_draw, draw_sweep
    from pipeline.evaluate.gold import GoldError, read_gold
    from pipeline.evaluate.sweep import parse_sweep, value_of

    configuration = configured(config)
    try:
        trial = parse_sweep(sweep, configuration) if sweep else None
    except ConfigError as error:
        raise FailureError(str(error), WRONG_USE) from error
    if chart is not None and trial is None:
        raise FailureError("--chart draws a sweep: name a key with --sweep too", WRONG_USE)
    if chart is not None and not can_draw():
        raise FailureError("--chart needs Altair and vl-convert: pip install 'newsfold[report]'", WRONG_USE)
    try:
        labelled = read_gold(gold)
    except GoldError as error:
        raise FailureError(str(error), NOTHING_READ) from error

    from pipeline.evaluate.judge import judge
    from pipeline.evaluate.tables import judgement_page, sweep_table

    if trial is None:
        found = judge(gold, labelled, configuration)
        if json:
            _print_json({"gold": str(gold), "config": configuration.model_dump(), **as_json(found)})
        else:
            out.print(judgement_page(found))
        return
    tried: list[tuple[object, Judgement]] = []
    with err.status("") as status:
        for value, changed in trial.tried:
            status.update(f"{trial.key} = {value}, {len(tried) + 1} of {len(trial.tried)}")
            tried.append((value, judge(gold, labelled, changed)))
    current = value_of(configuration, trial.key)
    if chart is not None:
        try:
            draw_sweep(chart, trial.key, tried, current)
        except OSError as error:
            raise FailureError(f"{chart}: {error.strerror}", WRONG_USE) from error
    if json:
        points = [{"value": value, **_figures(one)} for value, one in tried]
        _print_json({"gold": str(gold), "config": configuration.model_dump(), "sweep": trial.key, "tried": points})
    else:
        out.print(sweep_table(trial.key, tried, current))
        if chart is not None:
            out.print(f"chart: {chart}")


def as_json(judgement: "Judgement") -> dict[str, Any]:
    """All that a judgement says."""
    return {
        **_figures(judgement),
        **{
            side: [{**one._asdict(), "shares": [share._asdict() for share in one.shares]} for one in groups]
            for side, groups in (("mixed", judgement.mixed), ("torn", judgement.torn))
        },
    }


def _figures(judgement: "Judgement") -> dict[str, Any]:
    scores = judgement.scores
    return {
        "b3": scores.b3._asdict(),
        "pairwise": scores.pairwise._asdict(),
        "ari": scores.ari,
        "articles": judgement.articles,
        "stories": judgement.stories,
        "events": judgement.events,
        "missing": judgement.missing,
    }


def _print_json(content: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(content) + b"\n")
