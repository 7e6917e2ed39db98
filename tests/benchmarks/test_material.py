from pathlib import Path

import pytest

from benchmarks.material import EDITS, EditedCopy, edited_copies, read_rows, write_rows

pytestmark = pytest.mark.slow

ROWS = [
    {"id": f"r{row}", "url": f"https://a.example/{row}", "title": f"Title {row}", "source": "A", "published": day,
     "text": "\n\n".join(" ".join(f"w{row}x{part}x{word}" for word in range(100)) for part in range(4))}
    for row, day in enumerate(["2026-01-02", "", "9/6/17", "2026-03-04"])
]  # fmt: skip


def one_of(edit: str) -> tuple[EditedCopy, list[str], list[str]]:
    copy = next(copy for copy in edited_copies(ROWS, 2 * len(EDITS), 7) if copy.edit == edit)
    original = next(row for row in ROWS if row["id"] == copy.copy_of)
    return copy, original["text"].split(), copy.row["text"].split()


def test_the_same_seed_makes_the_same_copies_and_another_seed_others() -> None:
    assert edited_copies(ROWS, 30, 1) == edited_copies(ROWS, 30, 1)
    assert [copy.row["text"] for copy in edited_copies(ROWS, 30, 1)] != [
        copy.row["text"] for copy in edited_copies(ROWS, 30, 2)
    ]


def test_every_kind_takes_its_turn_and_every_copy_is_an_article_of_its_own() -> None:
    copies = edited_copies(ROWS, 5 * len(EDITS), 1)
    assert [copy.edit for copy in copies[: len(EDITS)]] == list(EDITS)
    for field in ("id", "url"):
        assert len({copy.row[field] for copy in copies} | {row[field] for row in ROWS}) == len(copies) + len(ROWS)
    assert all(set(copy.row) == set(ROWS[0]) for copy in copies)


def test_a_copy_appears_after_its_original() -> None:
    days = {row["id"]: row["published"] for row in ROWS}
    for copy in edited_copies(ROWS, 40, 1):
        before = days[copy.copy_of]
        assert copy.row["published"] > before if before.startswith("2026") else copy.row["published"] == before


@pytest.mark.parametrize(("edit", "share"), [(f"words {share} %", share / 100) for share in (5, 10, 20, 30)])
def test_word_edits_touch_that_share_of_the_words(edit: str, share: float) -> None:
    copy, before, after = one_of(edit)
    kept = len(set(before) & set(after))
    # One edit of five inserts and loses nothing.
    assert (1 - share) * len(before) <= kept <= (1 - share * 0.5) * len(before)
    assert copy.row["text"].count("\n\n") == 3


def test_cuts_keep_the_beginning() -> None:
    for edit, words in (("first half", 200), ("first two thirds", 267)):
        _, before, after = one_of(edit)
        assert after == before[:words]


def test_additions_keep_the_whole_text() -> None:
    _, before, after = one_of("added lead")
    assert after[-len(before) :] == before
    assert 30 <= len(after) - len(before) < 80
    _, before, after = one_of("added tail")
    assert after[: len(before)] == before
    assert 60 <= len(after) - len(before) < 160
    copy, before, after = one_of("agency prefix")
    assert after[-len(before) :] == before
    assert ") - " in copy.row["text"]


def test_rows_survive_a_file(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", ROWS)
    assert read_rows(tmp_path / "rows.jsonl") == ROWS
