from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import recall
from benchmarks.material import EditedCopy, edited_copies
from benchmarks.recall import SIBLINGS, UNMADE, Pairs, Tally, all_pairs, by_similarity, groups_of, kinds_of
from pipeline.config import Config
from tests.benchmarks.rows import invented
from transforms.match.copies import SHORT
from transforms.records.ragged import Ragged, offsets_of

pytestmark = pytest.mark.slow


def ragged(sets: list[set[int]]) -> Ragged:
    values = [value for one in sets for value in sorted(one)]
    return Ragged(np.array(values, dtype=np.uint32), offsets_of(np.array([len(one) for one in sets], dtype=np.int64)))


def pairs(*ends: tuple[int, int]) -> Pairs:
    left, right = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    return Pairs(left, right, np.ones(len(ends)), np.ones(len(ends)))


@given(st.lists(st.sets(st.integers(0, 40), max_size=30), max_size=12), st.sampled_from([0.3, 0.5, 0.9]))
def test_the_join_finds_what_comparing_each_with_each_finds(sets: list[set[int]], similarity: float) -> None:
    found = all_pairs(ragged(sets), similarity=similarity, containment=0.8)
    wanted = {}
    for (left, a), (right, b) in combinations(enumerate(sets), 2):
        if not a & b:
            continue
        jaccard, containment = len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))
        alike = jaccard >= similarity or containment >= 0.8
        if a == b if min(len(a), len(b)) < SHORT else alike:
            wanted[left, right] = (jaccard, containment)
    ends = zip(found.left.tolist(), found.right.tolist(), strict=True)
    measures = zip(found.jaccard.tolist(), found.containment.tolist(), strict=True)
    assert dict(zip(ends, measures, strict=True)) == wanted


def test_a_pair_is_named_after_what_made_it() -> None:
    made = {name: EditedCopy({"id": name}, of, edit) for name, of, edit in [("c1", "r1", "cut"), ("c2", "r1", "lead")]}
    ids = ["r0", "r1", "c1", "c2"]
    kinds = kinds_of(pairs((1, 2), (1, 3), (2, 3), (0, 1), (0, 2)), ids, made)
    assert kinds == ["cut", "lead", SIBLINGS, UNMADE, UNMADE]


def test_groups_are_connected_pairs() -> None:
    groups = groups_of(pairs((0, 2), (2, 4)), 5).tolist()
    assert groups[0] == groups[2] == groups[4]
    assert len(set(groups)) == 3


def test_every_pair_falls_into_one_range_of_similarity() -> None:
    true = pairs(*((0, right) for right in range(1, 8)))._replace(
        jaccard=np.array([0.05, 0.39, 0.5, 0.59, 0.6, 0.9, 1.0])
    )
    ranges = dict(by_similarity(true, np.array([False] + [True] * 6), Config()))
    assert sum(one.true for one in ranges.values()) == 7
    assert ranges["0.00 to 0.10, contained"] == Tally(1, 0, 0)
    assert ranges["0.50 to 0.60"] == Tally(2, 2, 0)
    assert ranges["0.90 to 1.00"] == Tally(2, 2, 0)


def test_all_copies_of_invented_articles_are_found() -> None:
    rows = invented(30, words=400)
    part = recall.judge(rows, edited_copies(rows, 36, 3), Config())
    assert part.figures["overall"]["recall"] == part.figures["overall"]["precision"] == 1
    assert part.figures["kinds"]["added lead"]["true"] == 4
    assert part.figures["articles"] == 66
    assert all(check.met for check in part.checks)


def test_links_that_are_lost_or_wrong_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = invented(10)
    links_of = recall.copy_links

    def worse(matched: object) -> Pairs:
        links = Pairs(*(column[1:] for column in links_of(matched)))  # type: ignore[arg-type]
        return Pairs(*(np.append(column, value) for column, value in zip(links, (0, 1, 0.5, 0.5), strict=True)))

    monkeypatch.setattr(recall, "copy_links", worse)
    part = recall.judge(rows, edited_copies(rows, 9, 3), Config())
    overall = part.figures["overall"]
    assert overall["found"] == overall["true"] - 1
    assert part.figures["wrong_links"] == 1
    assert not any(check.met for check in part.checks if check.what in ("recall", "precision"))


def test_a_row_that_newsfold_would_reject_is_an_error() -> None:
    with pytest.raises(ValueError, match="invalid_row"):
        recall.read_articles([{"id": "empty", "title": "", "text": ""}])
