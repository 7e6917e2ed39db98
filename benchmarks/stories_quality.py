"""Measures the quality of stories: of labelled articles alone and among thousands of others, and of judged pairs."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.material import Row
from benchmarks.report import Check, Part, Table
from benchmarks.stories_runs import State, gold_of, states
from pipeline.config import Config
from pipeline.evaluate.judge import Judgement, compare_stories
from pipeline.evaluate.pairs import PairJudgement, Verdict, score_pairs

_LARGEST = 20
_READABLE = 40
"""Largest size of a story of unlabelled articles that is plausible without inspection."""


def group(rows: Sequence[Row], config: Config) -> State:
    """Runs newsfold once over rows."""
    with TemporaryDirectory() as folder:
        (state,) = states([rows], config, Path(folder))
    return state


def figures(judgement: Judgement) -> dict[str, Any]:
    """Returns the figures of a judgement for JSON."""
    scores = judgement.scores
    return {
        "b3": scores.b3._asdict(),
        "pairwise": scores.pairwise._asdict(),
        "ari": scores.ari,
        "stories": judgement.stories,
        "events": judgement.events,
    }


def judge_sets(sets: dict[str, list[Row]], targets: dict[str, float], pairs: dict[str, Path], config: Config) -> Part:
    """Judges labelled sets, each in its own run, and pairs.

    Args:
        sets: labelled rows by name.
        targets: least BCubed F1 of each set.
        pairs: files of judged pairs by name.
        config: of the runs.
    """
    found = {name: compare_stories(gold_of(rows), group(rows, config).stories) for name, rows in sets.items()}
    table = Table(
        f"labelled sets, stories.threshold {config.stories.threshold}",
        ("set", "articles", "events", "stories", "B3 precision", "B3 recall", "B3 F1", "pairwise F1", "ARI"),
        [
            (name, one.articles, one.events, one.stories, *one.scores.b3, one.scores.pairwise.f1, one.scores.ari)
            for name, one in found.items()
        ],
    )
    judged = {name: judge_pairs(path, config) for name, path in pairs.items()}
    accuracies = Table(
        "pairs judged by people, all of one language in one run",
        ("language", "pairs", "same event", "precision", "recall", "F1", "accuracy"),
        [
            (name, len(one.verdicts), sum(pair.same for pair in one.verdicts), *one.rates, one.accuracy)
            for name, one in judged.items()
        ],
    )
    failing = Table(
        "pairs that fail",
        ("language", "should be", "one title", "the other"),
        [
            (name, "one story" if pair.same else "two", pair.titles[0][:60], pair.titles[1][:60])
            for name, one in judged.items()
            for pair in one.failing
        ],
    )
    checks = [Check(f"BCubed F1 of {name}", targets[name], one.scores.b3.f1) for name, one in found.items()]
    return Part(
        [table, accuracies, failing],
        checks,
        {
            "sets": {name: figures(one) for name, one in found.items()},
            "pairs": {name: one.accuracy for name, one in judged.items()},
        },
    )


def judge_pairs(path: Path, config: Config) -> PairJudgement:
    """Judges a file of pairs, whose articles are all grouped in one run."""
    pairs = json.loads(path.read_text(encoding="utf-8"))
    rows: dict[str, Row] = {}
    for pair in pairs:
        for side in ("first", "second"):
            url = pair[f"{side}_url"]
            rows[url] = {"id": url, "url": url, "title": pair[f"{side}_title"], "text": pair[f"{side}_text"]}
    story_of = group(list(rows.values()), config).story_of()
    verdicts = []
    for pair in pairs:
        urls, titles = ((pair[f"first_{name}"], pair[f"second_{name}"]) for name in ("url", "title"))
        same_story = story_of[urls[0]] == story_of[urls[1]]
        verdicts.append(Verdict(urls, titles, pair["quality"] == "OK", same_story))
    return score_pairs(verdicts)


def judge_noise(labelled: Sequence[Row], background: Sequence[Row], config: Config) -> Part:
    """Judges labelled articles alone and among others, whose dates are kept or removed."""
    gold = gold_of(labelled)
    alone = compare_stories(gold, group(labelled, config).stories)
    marked = {one.id for one in gold}
    rows: list[tuple[str, Judgement]] = [("alone", alone)]
    tables, checks, sizes = [], [], {}
    for name, others in (("dated", background), ("undated", [{**row, "published": ""} for row in background])):
        state = group([*labelled, *others], config)
        found = compare_stories(gold, state.stories)
        rows.append((f"among {len(others):,}, {name}", found))
        largest = sorted(
            (story for story in state.stories if not any(one["id"] in marked for one in story["articles"])),
            key=lambda story: (-story["size"], story["id"]),
        )[:_LARGEST]
        sizes[name] = [story["size"] for story in largest]
        tables.append(
            Table(
                f"largest stories of the {name} background",
                ("headline", "articles", "sources", "first", "last", "keywords"),
                [
                    (
                        story["headline"][:70],
                        story["size"],
                        story["source_count"],
                        (story["first_published"] or "")[:10],
                        (story["last_published"] or "")[:10],
                        " ".join(story["keywords"][:5]),
                    )
                    for story in largest
                ],
            )
        )
        loss = alone.scores.b3.f1 - found.scores.b3.f1
        checks.append(Check(f".02 less the loss of F1, {name}", 0.0, 0.02 - loss))
    table = Table(
        f"{len(labelled):,} labelled articles",
        ("where", "stories", "B3 precision", "B3 recall", "B3 F1"),
        [(name, one.stories, *one.scores.b3) for name, one in rows],
    )
    checks.append(Check(f"{_READABLE} less the largest story, dated", 0.0, float(_READABLE - sizes["dated"][0])))
    return Part([table, *tables], checks, {"sets": {name: figures(one) for name, one in rows}, "largest": sizes})
