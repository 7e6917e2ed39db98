"""Tests the scores of groupings, against worked examples and against the judge of the shared material."""

import importlib.util
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.scores import Rates, compare, sizes

groupings = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 5), min_size=n, max_size=n) for _ in range(2)])
)


def test_bagga_and_baldwins_example() -> None:
    # Their second response: 1-5 and 6-12 where 1-5, 6-7 and 8-12 are true.
    gold = [1] * 5 + [2] * 2 + [3] * 5
    found = [1] * 5 + [2] * 7
    scores = compare(gold, found)
    assert scores.b3.recall == 1
    assert scores.b3.precision == pytest.approx((5 + 4 / 7 + 25 / 7) / 12)
    assert scores.pairwise == Rates.of((10 + 1 + 10) / (10 + 21), 1.0)


def test_hubert_and_arabies_index_of_a_small_table() -> None:
    # Contingency 2 0 / 1 2 / 0 1: 2 shared pairs, 4 and 6 in the groups, 15 in all.
    scores = compare([1, 1, 2, 2, 2, 3], [1, 1, 1, 2, 2, 2])
    assert scores.ari == pytest.approx((2 - 4 * 6 / 15) / (5 - 4 * 6 / 15))


def test_singletons_count_like_all_others() -> None:
    assert compare(["a", "b", "c"], ["x", "y", "z"]).b3 == Rates(1, 1, 1)
    together = compare(["a", "b", "c"], ["x", "x", "x"])
    assert together.b3.precision == pytest.approx(1 / 3)
    assert together.pairwise == Rates(0, 1, 0)
    assert together.ari == 0


def test_sizes_of_groups() -> None:
    assert sizes(["a", "b", "a", "a"]).tolist() == [3, 1, 3, 3]


@pytest.mark.parametrize(("gold", "found"), [([], []), ([1], []), ([1, 2], [1])])
def test_unequal_or_no_articles_are_refused(gold: list[int], found: list[int]) -> None:
    with pytest.raises(ValueError, match="gold labels"):
        compare(gold, found)


@given(groupings)
def test_bounds_symmetry_and_names_of_groups(pair: tuple[list[int], list[int]]) -> None:
    gold, found = pair
    scores, turned = compare(gold, found), compare(found, gold)
    assert 0 < scores.b3.precision <= 1
    assert 0 < scores.b3.recall <= 1
    assert scores.b3.precision == pytest.approx(turned.b3.recall)
    assert scores.pairwise.f1 == pytest.approx(turned.pairwise.f1)
    assert scores.ari == pytest.approx(turned.ari)
    assert -1 <= scores.ari <= 1
    assert compare([f"event {one}" for one in gold], found) == scores
    same = compare(gold, gold)
    assert (same.b3.f1, same.pairwise.f1, same.ari) == (1, 1, 1)


def test_the_judge_of_the_shared_material_agrees(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data.parent / "tools/score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    chance = random.Random(5)
    for n, groups in ((1, 1), (2, 2), (40, 3), (500, 60), (500, 499)):
        gold, found = ([str(chance.randrange(groups)) for _ in range(n)] for _ in range(2))
        (tmp_path / "gold.jsonl").write_text(
            "".join(json.dumps({"id": row, "label": label}) + "\n" for row, label in enumerate(gold))
        )
        stories = {story: [{"id": row} for row in range(n) if found[row] == story] for story in found}
        (tmp_path / "stories.jsonl").write_text(
            "".join(json.dumps({"articles": articles}) + "\n" for articles in stories.values())
        )
        judged = judge.score(tmp_path / "gold.jsonl", tmp_path / "stories.jsonl")
        scores = compare(gold, found)
        assert judged["b3"] == pytest.approx(scores.b3, abs=1e-4)
        assert judged["pairwise"] == pytest.approx(scores.pairwise, abs=1e-4)
        assert judged["ari"] == pytest.approx(scores.ari, abs=1e-4)
