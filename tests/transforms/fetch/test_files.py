"""Tests reading files."""

import gzip
import hashlib
from pathlib import Path

import pytest

from transforms.fetch import files
from transforms.fetch.files import read_file
from transforms.fetch.kinds import ROWS, TEXT
from transforms.rejects import RejectError

ROW = b'{"id": "%d", "title": "row"}\n'


def rows_of(path: Path, *, max_bytes: int = 1 << 20) -> list[tuple[int, bytes]]:
    found = []
    for document in read_file(path, max_bytes=max_bytes, now=5):
        assert document.kind == ROWS
        for number, line in enumerate(document.content.split(b"\n"), document.first_line):
            if line:
                found.append((number, line + b"\n"))
    return found


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("slice_bytes", [1, 64, 1000, 1 << 20])
def test_rows_come_in_slices_that_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool, slice_bytes: int
) -> None:
    monkeypatch.setattr(files, "SLICE_BYTES", slice_bytes)
    monkeypatch.setattr(files, "_PEEK", 50)
    content = b"".join(ROW % number for number in range(40))
    path = tmp_path / "rows"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert rows_of(path) == [(number + 1, ROW % number) for number in range(40)]


def test_a_last_line_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    path.write_bytes(ROW % 1 + (ROW % 2).rstrip())
    assert [number for number, _ in rows_of(path)] == [1, 2]


def test_a_whole_document(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(gzip.compress(b"Unpacked before it is read."))
    (document,) = read_file(path, max_bytes=100, now=5)
    assert document.content == b"Unpacked before it is read."
    assert (document.kind, document.location, document.feed, document.fetched_at) == (TEXT, str(path), str(path), 5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x" * 101, "too_large"),
        (gzip.compress(b"x" * 10_000_000, mtime=0), "too_large"),
        (gzip.compress(b"abc" * 100, mtime=0)[:-9], "unreadable"),
        (b"\x1f\x8bnot really", "unreadable"),
        (b"", "empty"),
        (b'{"id": "' + b"x" * 9_000_000, "too_large"),
    ],
    ids=["large", "bomb", "cut off", "no gzip", "empty", "long line"],
)
def test_rejected(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    with pytest.raises(RejectError) as error:
        list(read_file(path, max_bytes=100, now=5))
    assert error.value.reason == reason


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(RejectError) as error:
        list(read_file(tmp_path / "absent", max_bytes=100, now=5))
    assert error.value.reason == "not_found"


def test_slices_stay_small_and_a_long_line_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SLICE_BYTES", 1000)
    monkeypatch.setattr(files, "_PEEK", 50)
    long = b'{"title": "' + b"x" * 5000 + b'"}\n'
    path = tmp_path / "rows"
    path.write_bytes(ROW % 1 * 200 + long + ROW % 2 * 200)
    contents = [document.content for document in read_file(path, max_bytes=1 << 20, now=5)]
    assert b"".join(contents) == path.read_bytes()
    assert all(content.endswith(b"\n") for content in contents)
    assert sum(len(content) > 1000 for content in contents) == 1


def test_what_was_read_before_a_file_breaks_off_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SLICE_BYTES", 1000)
    monkeypatch.setattr(files, "_PEEK", 50)
    noise = b"".join(
        b'{"title": "%s"}\n' % hashlib.sha256(b"%d" % number).hexdigest().encode() for number in range(500)
    )
    path = tmp_path / "rows.gz"
    path.write_bytes(gzip.compress(noise)[:-2000])
    documents = read_file(path, max_bytes=1 << 20, now=5)
    assert noise.startswith(next(documents).content)
    with pytest.raises(RejectError, match="unreadable"):
        list(documents)


def test_a_limit_below_the_first_look(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(gzip.compress(b"<rss>" + b" " * 5_000_000))
    with pytest.raises(RejectError, match="too_large"):
        list(read_file(path, max_bytes=1024, now=5))
