"""The command `newsfold evaluate`: the quality of stories, by labelled articles and by manually judged pairs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from pipeline.commands.common import (
    OUTPUT,
    ConfigOption,
    OutputOption,
    StoreOption,
    err,
    opened_store,
    out,
)
from pipeline.config import load
from pipeline.errors import NothingReadError, UsageError
from pipeline.outputs.folder import OutputFolder

if TYPE_CHECKING:
    from pipeline.evaluate.judge import Judgement
    from pipeline.evaluate.pairs import PairJudgement

app = typer.Typer()


@app.command()
def evaluate(
    gold: Annotated[
        Path | None,
        typer.Argument(
            metavar="[GOLD.jsonl]",
            help="Article JSON Lines, plain or gzip, in which every row has an id and a label.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    config: ConfigOption = None,
    sweep: Annotated[
        str,
        typer.Option(
            "--sweep",
            metavar="KEY=VALUES",
            help="Try values of a configuration key: stories.threshold=.1:.3:.02, or a list with commas.",
        ),
    ] = "",
    chart: Annotated[Path | None, typer.Option("--chart", metavar="FILE.svg", help="Draw the sweep.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Score stories: those clustered from GOLD, and the current ones by the labels of newsfold label."""
    from pipeline.evaluate.chart import draw_sweep
    from pipeline.evaluate.gold import read_gold
    from pipeline.evaluate.sweep import parse_sweep, value_of

    if gold is None and (config or sweep):
        raise UsageError(
            "labels judge the current stories: --config and --sweep need GOLD.jsonl, which is clustered again"
        )
    configuration = load(config)
    trial = parse_sweep(sweep, configuration) if sweep else None
    if chart is not None and trial is None:
        raise UsageError("--chart draws a sweep: name a key with --sweep too")
    pairs = _by_labels(output, store) if trial is None else None
    if gold is None:
        if pairs is None:
            raise NothingReadError(f"no labels in {output}: newsfold label makes them; or name GOLD.jsonl")
        _show_pairs(pairs, json=json)
        return
    labelled = read_gold(gold)

    from pipeline.commands.tables.evaluation import judgement_page, sweep_table
    from pipeline.evaluate.judge import judge

    if trial is None:
        found = judge(gold, labelled, configuration)
        if json:
            by_hand = {"labels": pairs.record()} if pairs else {}
            _print_json({"gold": str(gold), "config": configuration.model_dump(), **as_json(found), **by_hand})
            return
        out.print(judgement_page(found))
        if pairs:
            out.print()
            _show_pairs(pairs, json=False)
        return
    tried: list[tuple[object, Judgement]] = []
    with err.status("") as status:
        for value, changed in trial.tried:
            status.update(f"{trial.key} = {value}, {len(tried) + 1} of {len(trial.tried)}")
            tried.append((value, judge(gold, labelled, changed)))
    current = value_of(configuration, trial.key)
    if chart is not None:
        draw_sweep(chart, trial.key, tried, current)
    if json:
        points = [{"value": value, **_figures(one)} for value, one in tried]
        _print_json({"gold": str(gold), "config": configuration.model_dump(), "sweep": trial.key, "tried": points})
    else:
        out.print(sweep_table(trial.key, tried, current))
        if chart is not None:
            out.print(f"chart: {chart}")


def _by_labels(output: Path, store: str) -> "PairJudgement | None":
    """Scores the stories by the labels of an output folder; returns None if it has none."""
    from pipeline.evaluate.pairs import judge_labels
    from pipeline.inspect import labels

    kept = labels.read(OutputFolder(output).labels)
    if not kept:
        return None
    with opened_store(output, store) as opened:
        return judge_labels(opened, kept)


def _show_pairs(pairs: "PairJudgement", *, json: bool) -> None:
    from pipeline.commands.tables.evaluation import pairs_page

    if json:
        _print_json({"labels": pairs.record()})
    else:
        out.print(pairs_page(pairs))


def as_json(judgement: "Judgement") -> dict[str, Any]:
    """Returns a judgement as a JSON object."""
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
