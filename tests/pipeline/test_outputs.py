"""Files are replaced whole."""

from pathlib import Path

import pytest

from pipeline.outputs.replace import replacing
from pipeline.store.lock import LockedError, run_lock


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


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    with run_lock(tmp_path / "lock"), pytest.raises(LockedError), run_lock(tmp_path / "lock"):
        pass
    with run_lock(tmp_path / "lock"):
        pass
