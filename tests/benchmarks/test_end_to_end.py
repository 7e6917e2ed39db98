import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import end_to_end
from benchmarks.end_to_end import Contestant, newsfold, race, write_inputs
from benchmarks.material import edited_copies, read_rows
from benchmarks.processes import CommandError, watch
from benchmarks.report import SkippedError
from pipeline.config import Config
from tests.benchmarks.rows import invented

pytestmark = pytest.mark.slow


class Process:
    """Stands in for a process of psutil with a hundred bytes and half a second, and a child with ten and a quarter."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def children(self, recursive: bool) -> list["Process"]:
        return [Process(1)] if recursive and self.pid != 1 else []

    def memory_full_info(self) -> SimpleNamespace:
        return SimpleNamespace(pss=10 if self.pid == 1 else 100, uss=0)

    def cpu_times(self) -> SimpleNamespace:
        return SimpleNamespace(user=0.2 if self.pid == 1 else 0.4, system=0.05 if self.pid == 1 else 0.1)


PSUTIL: Any = SimpleNamespace(Process=Process, NoSuchProcess=ProcessLookupError, AccessDenied=PermissionError)


def sleeper(name: str, seconds: float, target: float | None = None) -> Contestant:
    def command(folder: Path) -> list[str]:
        code = f"import sys, time; time.sleep({seconds}); open(sys.argv[1], 'w').write('{name}')"
        return [sys.executable, "-c", code, str(folder / "out")]

    return Contestant(name, command, lambda folder: len((folder / "out").read_text(encoding="utf-8")), target)


def test_a_command_is_timed_with_the_memory_of_its_children(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import time; time.sleep(.3); print('done')"]
    usage = watch(words, folder=tmp_path, log=tmp_path / "log", environment={}, psutil=PSUTIL)
    assert 0.3 <= usage.seconds < 10
    assert usage.cpu_seconds == 0.75
    assert usage.peak_bytes == 110
    assert (tmp_path / "log").read_text(encoding="utf-8") == "done\n"


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    with pytest.raises(CommandError, match="ended with 1: no such thing"):
        watch(words, folder=tmp_path, log=tmp_path / "log", environment={}, psutil=PSUTIL)


def test_contestants_take_turns_in_fresh_folders(tmp_path: Path) -> None:
    races = race([sleeper("a", 0), sleeper("bbb", 0.4, target=2.0)], tmp_path, 2, PSUTIL)
    assert [one.kept for one in races] == [1, 3]
    assert [len(one.usages) for one in races] == [2, 2]
    part = end_to_end._report(races, 10, 1.0, 2, [])
    assert part.figures["contestants"]["bbb"]["times_newsfold"] > 1
    assert [check.least for check in part.checks] == [2.0]


def test_newsfold_runs_whole_and_keeps_the_originals(tmp_path: Path) -> None:
    rows = invented(9)
    every = [*rows, *(copy.row for copy in edited_copies(rows, 4, 3) if copy.edit != "words 30 %")]
    inputs = write_inputs(every, tmp_path)
    contestant = newsfold(inputs, Config(), [], tmp_path / "newsfold.yaml")
    (own,) = race([contestant], tmp_path, 1, PSUTIL)
    assert own.kept in (9, 10)  # a fifth of a text's words edited may or may not leave it a copy
    assert {"clean", "sketch", "match", "fold", "write"} <= own.manifest["stage_seconds"].keys()
    assert own.usages[0].peak_bytes > 0


def test_all_contestants_read_the_same_texts(tmp_path: Path) -> None:
    rows = invented(5)
    inputs = write_inputs(rows, tmp_path)
    texts = {row["id"]: row["text"] for row in read_rows(inputs.texts)}
    assert texts == {row["id"]: f"{row['title']}\n{row['text']}" for row in read_rows(inputs.rows)}
    parts = [row for path in sorted(inputs.parts.iterdir()) for row in read_rows(path)]
    assert {row["id"]: row["text"] for row in parts} == texts
    assert len(list(inputs.parts.iterdir())) == end_to_end.WORKERS


def test_a_peer_that_cannot_be_installed_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise SkippedError("no network")

    monkeypatch.setattr(end_to_end, "environment", missing)
    monkeypatch.setattr(end_to_end, "psutil_in", lambda _: PSUTIL)
    monkeypatch.setattr(end_to_end, "newsfold", lambda *_: sleeper("newsfold", 0))
    part = end_to_end.judge(invented(2), Config(), tmp_path, 1, [])
    assert list(part.figures["contestants"]) == ["newsfold"]
    assert part.notes == ["left out: no network"] * 2
    assert json.dumps(part.as_json())
