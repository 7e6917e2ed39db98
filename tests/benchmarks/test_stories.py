"""Tests the material and the judges of the stories benchmark; its long runs are too long for a test."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks import stories_adversarial, stories_order, stories_quality
from benchmarks.material import read_rows
from benchmarks.stories_cost import blocks_of, retold
from benchmarks.stories_order import Lasting, batches, lasting
from benchmarks.stories_runs import State, states
from pipeline.config import Config
from tests.benchmarks.rows import invented

pytestmark = pytest.mark.slow


def test_invented_articles_are_seeded_and_as_many_as_promised() -> None:
    rows = stories_adversarial.articles()
    assert rows == stories_adversarial.articles()
    assert rows != stories_adversarial.articles(1)
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["title"] and len(row["text"].split()) > 10 for row in rows)
    counts = Counter(row["label"].partition(" ")[0] for row in rows)
    assert counts == {"horoscope": 150, "weather": 150, "obituary": 200, "football": 96, "fire": 16}
    events = Counter(label.partition(" ")[0] for label in {row["label"] for row in rows})
    assert events == {"horoscope": 12, "weather": 150, "obituary": 200, "football": 16, "fire": 2}


def test_towns_are_distinct() -> None:
    assert len(set(stories_adversarial.towns(150))) == 150


def test_look_alike_fires_in_one_town_stay_two_stories_and_forms_stay_apart() -> None:
    rows = [row for row in stories_adversarial.articles() if row["label"].startswith(("fire", "weather", "horoscope"))]
    part = stories_adversarial.judge(rows, [], Config())
    for kind in ("fire", "weather", "horoscope"):
        assert part.figures[kind]["b3"]["precision"] == 1
        assert part.figures[kind]["b3"]["recall"] >= 0.8


def test_retold_articles_are_seeded_and_undated() -> None:
    corpus = [row | {"text": ". ".join(row["text"].split()) + "."} for row in invented(8, 20)]
    rows = list(retold(corpus, 30, 3))
    assert rows == list(retold(corpus, 30, 3))
    assert len({row["url"] for row in rows}) == 30
    assert "published" not in rows[0]
    assert rows[0]["text"] == corpus[0]["text"]
    own = [word for word in rows[1]["text"].split() if word.startswith("w0x")]
    assert 10 <= len(own) < 20
    assert sum(len(block.articles) for block in blocks_of(rows)) == 30


def test_batches_hold_each_row_once_in_a_seeded_order() -> None:
    rows = invented(23)
    dealt = batches(rows, 4, 1)
    assert [len(batch) for batch in dealt] == [5, 6, 6, 6]
    assert sorted(row["id"] for batch in dealt for row in batch) == sorted(row["id"] for row in rows)
    assert dealt == batches(rows, 4, 1)
    assert dealt != batches(rows, 4, 2)


def state(stories: dict[str, str], merged: dict[str, list[str]], *changes: dict[str, Any]) -> State:
    lines = [
        {"id": story, "merged_from": merged.get(story, []), "articles": [{"id": one} for one in articles]}
        for story, articles in stories.items()
    ]
    return State(lines, list(changes), {})


def test_what_a_run_does_to_ids() -> None:
    label_of = dict(zip("abcdefgh", "xxxyyyzz", strict=True))
    merged: dict[str, Any] = {"kind": "merged", "merged_from": ["s3"]}
    found = [
        state({"s1": "abd", "s2": "ef", "s3": "g"}, {}),
        state({"s1": "ab", "s2": "efg", "s4": "d"}, {"s2": ["s3"]}, merged, {"kind": "split"}),
        state({"s1": "dh", "s2": "ef", "s3": "gab"}, {}),
    ]
    first, second = lasting(found, label_of)
    assert first == Lasting(3, emptied=0, reused=0, left=0, turned=0, merged=1, split=1, churn=first.churn)
    assert first.churn == pytest.approx(1 / 6)
    assert (second.emptied, second.reused, second.left, second.turned) == (1, 1, 1, 1)


def test_runs_over_batches_tell_what_changed(tmp_path: Path) -> None:
    rows = invented(6)
    first, second = states([rows[:4], rows[4:]], Config(), tmp_path)
    assert sorted(first.story_of()) == ["r0", "r1", "r2", "r3"]
    assert first.story_of().items() <= second.story_of().items()
    assert [change["kind"] for change in second.changes] == ["new", "new"]
    assert {"match", "fold"} <= first.seconds.keys()


def test_order_of_labelled_articles(shared_data: Path) -> None:
    """A short form of `--only order`: a fifth of the events, in one run and in ten."""
    rows = read_rows(shared_data / "clusters/ecbplus.jsonl")
    few = [row for row in rows if int(row["label"].partition("_")[0]) <= 9]
    order, stability = stories_order.judge(few, (1, 10), 1, Config())
    assert all(check.met for check in (*order.checks, *stability.checks))
    assert order.figures["f1"]["10/0"] >= 0.9


def test_pairs_are_judged_by_the_stories_they_are_in(shared_data: Path) -> None:
    """A short form of `--only quality`."""
    found = stories_quality.judge_pairs(shared_data / "pairs/tg_pairs_en.json", Config())
    assert len(found.verdicts) == 35
    assert found.accuracy >= 0.75
    assert len(found.failing) == round(35 * (1 - found.accuracy))
