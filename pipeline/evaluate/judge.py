"""Runs newsfold over labelled articles, and compares its stories with the events."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson

from pipeline.config import Config
from pipeline.evaluate.gold import Gold
from pipeline.evaluate.scores import Scores, compare
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest

WORST = 10
"""Most groups that are shown of stories, and of events."""


class Share(NamedTuple):
    """The articles of a group that are in one group of the other grouping."""

    name: str
    titles: Sequence[str]
    """The titles of all of them, in the order of the file."""


class Disagreement(NamedTuple):
    """A group whose articles are in several groups of the other grouping."""

    name: str
    size: int
    loss: float
    """Its loss in the sum of BCubed precision, or of recall, over all articles."""
    shares: Sequence[Share]
    """The largest first."""


class Judgement(NamedTuple):
    """The quality of the stories of a file."""

    scores: Scores
    articles: int
    stories: int
    events: int
    missing: int
    """Articles in no story: rejected, or united with another of the same address."""
    mixed: Sequence[Disagreement]
    """Stories with several events, the worst first."""
    torn: Sequence[Disagreement]
    """Events in several stories, the worst first."""


def judge(path: Path, gold: Sequence[Gold], config: Config) -> Judgement:
    """Runs newsfold over a file with a new store, and compares the stories with the labels.

    Args:
        path: the file.
        gold: its labelled articles.
        config: of the run.
    """
    with TemporaryDirectory() as folder:
        output = OutputFolder(Path(folder))
        run(RunRequest(output, [str(path)], config=config))
        records = [orjson.loads(line) for line in output.stories("json").read_bytes().splitlines()]
    return compare_stories(gold, records)


def compare_stories(gold: Sequence[Gold], records: Sequence[Mapping[str, Any]]) -> Judgement:
    """Compares stories with labels; an article in no story counts as a story of its own.

    Args:
        gold: labelled articles, at least one.
        records: lines of stories.jsonl.
    """
    story_of = {article["id"]: story["id"] for story in records for article in story["articles"]}
    found = [story_of.get(one.id, f"missing {one.id}") for one in gold]
    labels, titles = [one.label for one in gold], [one.title for one in gold]
    return Judgement(
        scores=compare(labels, found),
        articles=len(gold),
        stories=len(set(found)),
        events=len(set(labels)),
        missing=sum(one.id not in story_of for one in gold),
        mixed=disagreements(found, labels, titles)[:WORST],
        torn=disagreements(labels, found, titles)[:WORST],
    )


def disagreements(groups: Sequence[str], others: Sequence[str], titles: Sequence[str]) -> list[Disagreement]:
    """Finds the groups that are several groups in the other grouping.

    Args:
        groups: the group of each article.
        others: the group of each article in the other grouping.
        titles: the title of each article.

    Returns:
        The groups in descending order of loss.
    """
    shares: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for group, other, title in zip(groups, others, titles, strict=True):
        shares[group][other].append(title)
    found = []
    for group, parts in shares.items():
        if len(parts) > 1:
            size = sum(map(len, parts.values()))
            ordered = sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
            loss = size - sum(len(part) ** 2 for part in parts.values()) / size
            found.append(Disagreement(group, size, loss, [Share(*part) for part in ordered]))
    return sorted(found, key=lambda one: (-one.loss, one.name))
