"""Tests reading files of labelled articles, valid and invalid."""

import gzip
import json
from pathlib import Path

import pytest

from pipeline.errors import NothingReadError
from pipeline.evaluate.gold import Gold, read_gold

ROW = b'{"id": "a", "label": "x", "title": "One", "text": "Two"}\n'


def test_titles_or_the_beginning_of_texts(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "label": 1, "title": "A\n title", "text": "not this"},
        {"id": "b", "label": "x", "text": "word " * 100},
        {"id": "c", "label": "x"},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("\ufeff" + "\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    first, second, third = read_gold(path)
    assert first == Gold("7", "1", "A title")
    assert len(second.title) == 100
    assert second.title.endswith("word…")
    assert third.title == ""


def test_gzip_is_recognised_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(gzip.compress(ROW))
    assert read_gold(path) == [Gold("a", "x", "One")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no labelled articles"),
        (b" \n\n", "no labelled articles"),
        (ROW + b"{", "line 2: not JSON"),
        (b"\xff\xfe\x00", "line 1: not JSON"),
        (b"[]", "line 1: must be an object"),
        (b'{"id": "a", "title": "t"}', "line 1: must have a 'label'"),
        (b'{"id": "", "label": "x"}', "line 1: must have a 'id'"),
        (b'{"id": "a", "label": [1]}', "line 1: must have a 'label'"),
        (b'{"id": true, "label": "x"}', "line 1: must have a 'id'"),
        (ROW + b"\n" + ROW, "line 3: the id 'a' is on line 1 too"),
        (gzip.compress(ROW, mtime=0)[:20], "not a whole gzip file"),
        (b"\x1f\x8bnonsense", "not a whole gzip file"),
    ],
)
def test_bad_files_are_one_line(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(NothingReadError) as error:
        read_gold(path)
    assert why in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_file_says_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.jsonl"):
        with pytest.raises(NothingReadError, match=str(path)):
            read_gold(path)
