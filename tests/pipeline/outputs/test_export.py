"""Files are replaced whole, and stay."""

import os
from pathlib import Path

import pytest

from pipeline.outputs.replace import discard_partials, make_folder, replacing


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    for content in (b"one\ntwo\n", b"three\n"):
        with replacing(path) as file:
            file.write(content)
            assert not path.exists() or path.read_bytes() == b"one\ntwo\n"
    assert path.read_bytes() == b"three\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    path.write_bytes(b"one\n")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert path.read_bytes() == b"one\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_rename_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First the content, then the name: fsync of the file before the rename, of its folder after it."""
    synced: list[tuple[str, bool]] = []

    def fsync(descriptor: int) -> None:
        synced.append((str(Path(f"/proc/self/fd/{descriptor}").readlink()), (folder / "a").exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    folder = tmp_path / "runs" / "one"
    make_folder(folder)
    assert [name for name, _ in synced] == [str(tmp_path), str(tmp_path / "runs")]
    synced.clear()
    with replacing(folder / "a") as file:
        file.write(b"one")
    assert synced == [(str(folder / ".a.partial"), False), (str(folder), True)]


def test_what_a_dead_process_left_is_discarded(tmp_path: Path) -> None:
    for name in (".a.jsonl.partial", "a.jsonl", ".other"):
        (tmp_path / name).touch()
    discard_partials(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other", "a.jsonl"]
