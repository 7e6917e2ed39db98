"""Groups labelled articles by a run of newsfold, and says where its stories differ from the events."""

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
"""Groups that are shown on either side."""


class Share(NamedTuple):
    """The articles of a group that are in one group of the other side."""

    name: str
    titles: Sequence[str]
    """Of all of them, as they stand in the file."""


class Disagreement(NamedTuple):
    """A group whose articles are in several groups of the other side."""

    name: str
    size: int
    loss: float
    """What it takes from the sum of the BCubed precision, or of the recall, over all articles."""
    shares: Sequence[Share]
    """The largest first."""


class Judgement(NamedTuple):
    """How good the grouping of a file is."""

    scores: Scores
    articles: int
    stories: int
    events: int
    missing: int
    """Articles that no story holds: rejected, or united with another of the same address."""
    mixed: Sequence[Disagreement]
    """Stories of several events, the worst first."""
    torn: Sequence[Disagreement]
    """Events in several stories, the worst first."""


def judge(path: Path, gold: Sequence[Gold], config: Config) -> Judgement:
    """Groups a file into a store of its own by `pipeline.runs.batch`, and compares the stories with the labels.

    Args:
        path: the file.
        gold: its rows.
        config: of the run.
    """
    with TemporaryDirectory() as folder:
        output = OutputFolder(Path(folder))
        run(RunRequest(output, [str(path)], config=config))
        records = [orjson.loads(line) for line in output.stories("json").read_bytes().splitlines()]
    return compare_stories(gold, records)


def compare_stories(gold: Sequence[Gold], records: Sequence[Mapping[str, Any]]) -> Judgement:
    """Compares stories with labels; an article that no story holds counts as a story of its own.

    Args:
        gold: labelled articles, one at least.
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
    """The groups that the other side sees as several, by what they cost.

    Args:
        groups: the group of each article.
        others: its group on the other side.
        titles: its title.
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
