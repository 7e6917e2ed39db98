from pathlib import Path

import pytest

from benchmarks.identity import EDITED, ELSEWHERE, NEW, SEEN, UPDATED, expected, judge, pairs_of, whole
from benchmarks.material import Row, read_rows
from pipeline.config import Config
from tests.benchmarks.rows import invented

pytestmark = pytest.mark.slow

BASE = invented(4, words=30)


def item(day: int, source: str, label: int, **fields: str) -> Row:
    row = {**BASE[label], "ts": f"2026-02-{day:02d}T08:00:00Z", "source": source, "label": f"g{label}", **fields}
    return {**row, "id": f"{day}/{source}/{fields.get('url', row['url'])}"}


ITEMS = [
    item(8, "A", 0),
    item(8, "A", 1),
    item(9, "A", 0),
    item(9, "A", 1, text=BASE[1]["text"] + " and a correction"),
    item(9, "B", 0, text="the same address in few words"),
    item(10, "A", 0, url="https://a.example/moved"),
]


def test_what_items_are_by_their_labels() -> None:
    assert list(expected(ITEMS).values()) == [NEW, NEW, SEEN, EDITED, ELSEWHERE, SEEN]


def test_an_earlier_text_that_comes_back_is_an_edit() -> None:
    items = [item(day, "A", 0, text=text) for day, text in ((8, "one"), (9, "two"), (10, "one"))]
    assert list(expected(items).values()) == [NEW, EDITED, EDITED]


def test_pairs_and_whole_identities() -> None:
    assert pairs_of({"x": 1, "y": 1, "z": 1, "w": 2}) == {("x", "y"), ("x", "z"), ("y", "z")}
    assert whole({"x": "g", "y": "g", "z": "h"}, {"x": 1, "y": 1, "z": 2}) == 2
    assert whole({"x": "g", "y": "g", "z": "h"}, {"x": 1, "y": 3, "z": 2}) == 1


def test_newsfold_over_three_days_of_invented_items() -> None:
    figures = judge(ITEMS, Config()).figures
    assert figures["outcomes"] == {
        f"{EDITED} -> {UPDATED}": 1,
        f"{ELSEWHERE} -> {SEEN}": 1,
        f"{NEW} -> {NEW}": 2,
        f"{SEEN} -> {NEW}": 1,
        f"{SEEN} -> {SEEN}": 1,
    }
    assert (figures["identities"], figures["articles"], figures["whole_identities"]) == (2, 3, 1)
    assert (figures["separated"], figures["separated_in_one_story"]) == (1, 1)
    assert len(figures["disagreements"]) == 2


@pytest.fixture(scope="module")
def recrawled(shared_data: Path) -> dict[str, object]:
    items = read_rows(shared_data / "items" / "recrawled_items.jsonl")
    return dict(judge(items, Config()).figures)


def test_no_two_real_articles_are_taken_for_one(recrawled: dict[str, object]) -> None:
    assert recrawled["pair_precision"] == 1


def test_real_articles_are_recognised_when_they_come_again(recrawled: dict[str, object]) -> None:
    assert recrawled["identities"] == 356
    assert recrawled["whole_identities"] >= 352  # type: ignore[operator]
    assert recrawled["separated_in_one_story"] == recrawled["separated"]


def test_every_real_edit_is_a_new_version_and_hardly_anything_else(recrawled: dict[str, object]) -> None:
    outcomes: dict[str, int] = recrawled["outcomes"]  # type: ignore[assignment]
    assert {kind: count for kind, count in outcomes.items() if kind.startswith(EDITED)} == {
        f"{EDITED} -> {UPDATED}": 12
    }
    assert outcomes.get(f"{SEEN} -> {UPDATED}", 0) <= 1
