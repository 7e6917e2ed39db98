"""Measures how stories depend on the order of arrival and on the number of runs, and how stable their ids are."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.material import Row
from benchmarks.report import Check, Part, Table
from benchmarks.stories_runs import State, gold_of, states
from pipeline.config import Config
from pipeline.evaluate.judge import compare_stories
from pipeline.evaluate.scores import compare

RUNS = (1, 10, 100)
ORDERS = 3


class Lasting(NamedTuple):
    """The effect of one run on the ids that existed before it."""

    stories: int
    """Number of stories before the run."""
    emptied: int
    """Ids whose story has none of its former articles any more."""
    reused: int
    """Ids that had ended and belong to a story again."""
    left: int
    """Ids whose story has less than half of its former articles."""
    turned: int
    """Ids whose most frequent event has changed."""
    merged: int
    split: int
    churn: float
    """Share of the earlier articles that have another story id now, after following redirects."""


def batches(rows: Sequence[Row], runs: int, order: int) -> list[list[Row]]:
    """Shuffles rows with a seed and divides them among runs."""
    shuffled = list(rows)
    random.Random(order).shuffle(shuffled)  # noqa: S311
    edges = [len(rows) * place // runs for place in range(runs + 1)]
    return [shuffled[low:high] for low, high in pairwise(edges)]


def lasting(found: Sequence[State], label_of: dict[str, str]) -> Iterator[Lasting]:
    """Compares the ids before and after each run but the first.

    Args:
        found: the results of successive runs.
        label_of: the event of each article.

    Yields:
        The effect of each run.
    """
    ended: set[str] = set()
    for before, after in pairwise(found):
        held = {story["id"]: [one["id"] for one in story["articles"]] for story in before.stories}
        holds = {story["id"]: [one["id"] for one in story["articles"]] for story in after.stories}
        successor = {old: story["id"] for story in after.stories for old in story["merged_from"]}
        old_story, new_story = before.story_of(), after.story_of()
        kinds = Counter(change["kind"] for change in after.changes)
        both = held.keys() & holds.keys()
        yield Lasting(
            stories=len(held),
            emptied=sum(not set(held[one]) & set(holds[one]) for one in both),
            reused=len(ended & holds.keys()),
            left=sum(2 * len(set(held[one]) & set(holds[one])) < len(held[one]) for one in both),
            turned=sum(not _main(held[one], label_of) & _main(holds[one], label_of) for one in both),
            merged=sum(len(change["merged_from"]) for change in after.changes if change["kind"] == "merged"),
            split=kinds["split"],
            churn=mean(new_story[one] != successor.get(old, old) for one, old in old_story.items()),
        )
        ended |= held.keys() - holds.keys()


def _main(articles: Sequence[str], label_of: dict[str, str]) -> set[str]:
    """Returns the most frequent events of these articles."""
    counts = Counter(label_of[one] for one in articles)
    most = max(counts.values())
    return {label for label, count in counts.items() if count == most}


def judge(rows: Sequence[Row], runs: Sequence[int], orders: int, config: Config) -> tuple[Part, Part]:
    """Groups labelled rows with different numbers of runs and in different orders.

    Args:
        rows: labelled rows.
        runs: numbers of runs; for the last one the ids are compared after every run.
        orders: number of orders.
        config: of all runs.

    Returns:
        The part about the stories, and the part about the ids.
    """
    gold = gold_of(rows)
    label_of = {one.id: one.label for one in gold}
    last: dict[tuple[int, int], State] = {}
    watched: list[tuple[int, list[Lasting]]] = []
    for order in range(orders):
        for count in runs:
            with TemporaryDirectory() as folder:
                found = list(states(batches(rows, count, order), config, Path(folder)))
            last[count, order] = found[-1]
            if count == runs[-1]:
                watched.append((order, list(lasting(found, label_of))))
    scores = {place: compare_stories(gold, state.stories) for place, state in last.items()}
    groupings = {place: [state.story_of()[one.id] for one in gold] for place, state in last.items()}
    reference = groupings[runs[0], 0]
    likeness = {place: compare(reference, grouping).ari for place, grouping in groupings.items()}
    table = Table(
        "labelled articles by number of runs and order",
        ("runs", "order", "stories", "B3 F1", "difference from one run", "ARI with one run"),
        [
            (
                str(count),
                str(order),
                scores[count, order].stories,
                scores[count, order].scores.b3.f1,
                scores[count, order].scores.b3.f1 - scores[runs[0], order].scores.b3.f1,
                likeness[count, order],
            )
            for count in runs
            for order in range(orders)
        ],
    )
    furthest = max(
        abs(scores[count, order].scores.b3.f1 - scores[runs[0], order].scores.b3.f1)
        for count in runs
        for order in range(orders)
    )
    order_part = Part(
        [table],
        [Check(".015 less the largest difference of F1", 0.0, 0.015 - furthest)],
        {
            "f1": {f"{count}/{order}": one.scores.b3.f1 for (count, order), one in scores.items()},
            "ari": {f"{count}/{order}": one for (count, order), one in likeness.items()},
        },
    )
    ids = Table(
        f"ids over {runs[-1]} runs",
        (
            "order",
            "emptied",
            "reused",
            "left by most",
            "main event changed",
            "merged",
            "split",
            "mean churn per run",
            "most churn",
        ),
        [
            (
                str(order),
                sum(one.emptied for one in every),
                sum(one.reused for one in every),
                sum(one.left for one in every),
                sum(one.turned for one in every),
                sum(one.merged for one in every),
                sum(one.split for one in every),
                mean(one.churn for one in every),
                max(one.churn for one in every),
            )
            for order, every in watched
        ],
    )
    lost = sum(one.emptied + one.reused for _, every in watched for one in every)
    stability = Part(
        [ids],
        [Check("0 less the ids that were emptied or reused", 0.0, float(-lost))],
        {"ids": {str(order): [one._asdict() for one in every] for order, every in watched}},
        [
            "emptied: an id whose story has none of the articles it had before the run; reused: one that had ended.",
            "left by most: an id whose story has less than half of its former articles.",
            "main event changed: the most frequent label of an id's articles is another one.",
        ],
    )
    return order_part, stability
