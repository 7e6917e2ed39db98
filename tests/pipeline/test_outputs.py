"""Files are replaced whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.outputs.json_lines import replace_lines
from pipeline.store.lock import LockedError, run_lock


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    replace_lines(path, [b"one", b"two"])
    replace_lines(path, [b"three"])
    assert path.read_bytes() == b"three\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    replace_lines(path, [b"one"])

    def failing() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_lines(path, failing())
    assert path.read_bytes() == b"one\n"
    assert list(tmp_path.iterdir()) == [path]


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    with run_lock(tmp_path / "lock"), pytest.raises(LockedError), run_lock(tmp_path / "lock"):
        pass
    with run_lock(tmp_path / "lock"):
        pass
