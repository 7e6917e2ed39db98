"""A loop of runs: ticks, signals, failures, what supervisors read."""

import json
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.commands.logs import JsonFormatter
from pipeline.errors import UsageError
from pipeline.runs.schedule import jitter, seconds_of, ticks
from tests.support.command import PROCESS, ROOT, newsfold, newsfold_process

NOON = 1_793_016_000
"""2026-10-26, 12:00 UTC, a Monday."""


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("1.5h", 5400), ("2d", 172_800)])
def test_durations(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "15 m", "1w"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError, match="no duration"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("schedule", "moments"),
    [
        ("15m", [900, 1800, 2700]),
        ("*/20 * * * *", [1200, 2400, 3600]),
        ("30 6 * * TUE", [66_600, 66_600 + 7 * 86_400]),
    ],
)
def test_ticks(schedule: str, moments: list[int]) -> None:
    after, found = ticks(schedule, NOON), [float(NOON)]
    for _ in moments:
        found.append(after(found[-1]))
    assert [moment - NOON for moment in found[1:]] == moments


@given(st.floats(0, 1e6), st.sampled_from(["7s", "15m", "*/7 * * * *", "5 * * * *"]))
def test_the_next_tick_lies_ahead_and_none_between(passed: float, schedule: str) -> None:
    after = ticks(schedule, NOON)
    tick = after(NOON + passed)
    assert tick > NOON + passed
    assert after(tick - 0.5) == tick
    assert 0 <= jitter(tick, after(tick)) <= min(60, (after(tick) - tick) / 10)


@pytest.mark.parametrize("schedule", ["every day", "61 * * * *", "0 0 31 2 *", "15"])
def test_what_is_no_schedule(schedule: str, tmp_path: Path) -> None:
    outcome = newsfold("run", "--output", tmp_path, "--every", schedule)
    assert outcome.code == 1
    assert outcome.err.startswith("newsfold: --every: ")
    assert len(outcome.err.splitlines()) == 1


def loop(output: Path, work: str, *words: str) -> subprocess.Popen[str]:
    """`newsfold run --every .5s` with some code in place of each run."""
    code = f"""
import os, sys, time
from pipeline.commands import main as cli
from pipeline.commands import run as command
from pipeline.errors import NewsfoldError
from types import SimpleNamespace

def run(*_, **__):
    number = len(os.listdir({str(output.parent)!r} + "/begun"))
    open(f"{output.parent}/begun/{{number}}", "w").close()
    {work}
    return SimpleNamespace(run=f"run-{{number}}", seconds=1, counts={{"parse": {{"out": 1}}}})

command._run = run
cli.main()
"""
    (output.parent / "begun").mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", code, "run", "--every", "0.5s", "--log-format", "json", "--output", output, *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def status(output: Path) -> dict[str, Any]:
    path = output / "status.json"
    return json.loads(path.read_text()) if path.exists() else {"state": "", "last_run": None, "failures_in_a_row": 0}


def begun(folder: Path) -> int:
    return len(list((folder / "begun").iterdir()))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    _, logged = process.communicate(timeout=240)
    return [json.loads(line) for line in logged.splitlines() if line.startswith("{")]


def test_runs_until_it_is_asked_to_end(tmp_path: Path) -> None:
    output = tmp_path / "output"
    process = loop(output, "pass")
    until(lambda: begun(tmp_path) >= 3)
    process.send_signal(signal.SIGTERM)
    logged = ended(process)
    assert process.returncode == 0
    last = status(output)
    assert (last["state"], last["failures_in_a_row"], last["next_run"]) == ("stopped", 0, None)
    assert last["last_run"]["run"].startswith("run-")
    assert last["last_success"] == last["last_run"]["finished"]
    assert [(line["level"], line["run"]) for line in logged][:2] == [("INFO", "run-0"), ("INFO", "run-1")]


def test_a_failed_run_is_tried_again_at_the_next_tick(tmp_path: Path) -> None:
    output = tmp_path / "output"
    work = {
        0: 'raise NewsfoldError("the disk is full")',
        1: "os.kill(os.getpid(), 9)",
        2: "raise KeyError",
    }
    process = loop(output, "; ".join(f"exec({code!r} if number == {at} else 'pass')" for at, code in work.items()))
    until(lambda: begun(tmp_path) >= 3)
    until(lambda: bool(status(output).get("last_success")))
    process.send_signal(signal.SIGTERM)
    logged = ended(process)
    messages = [(line["level"], line["message"]) for line in logged[:3]]
    assert messages == [
        ("ERROR", "the disk is full"),
        ("ERROR", "the run's process ended with SIGKILL"),
        ("ERROR", "the run's process ended with code 1"),
    ]
    assert status(output)["failures_in_a_row"] == 0


def test_the_run_under_way_is_finished_first(tmp_path: Path) -> None:
    output = tmp_path / "output"
    process = loop(output, "time.sleep(2)")
    until(lambda: status(output)["state"] == "running" and begun(tmp_path) > 0)
    process.send_signal(signal.SIGTERM)
    ended(process)
    assert process.returncode == 0
    assert status(output)["last_run"]["code"] == 0
    assert begun(tmp_path) == 1


def test_asked_twice_it_ends_at_once(tmp_path: Path) -> None:
    output = tmp_path / "output"
    process = loop(output, "time.sleep(600)")
    until(lambda: status(output)["state"] == "running" and begun(tmp_path) > 0)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    ended(process)
    assert process.returncode == 128 + signal.SIGKILL
    assert status(output)["state"] == "stopped"


def test_an_unknown_option_ends_the_loop(tmp_path: Path) -> None:
    outcome = newsfold_process("run", "--output", tmp_path / "output", "--every", "1h", "--outptu", "x")
    assert outcome.code == 1
    assert "unknown option --outptu" in outcome.err


@pytest.mark.slow
def test_real_runs_in_a_loop(tmp_path: Path) -> None:
    output = tmp_path / "output"
    words = ["run", str(ROOT / "configs/quickstart"), "--output", str(output), "--every", "1s", "--log-format", "json"]
    process = subprocess.Popen(
        [*PROCESS, *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: (output / "runs").exists() and len(list((output / "runs").iterdir())) >= 2)
    process.send_signal(signal.SIGINT)
    logged = ended(process)
    assert process.returncode == 0
    assert logged[0]["message"].startswith("20 new articles")
    assert logged[1]["message"].startswith("nothing is new")


def test_a_line_of_the_log_is_an_object() -> None:
    record = logging.makeLogRecord({"name": "a", "levelname": "INFO", "msg": "%s done", "args": ("all",), "run": "r"})
    record.created, record.msecs = NOON + 0.25, 250
    assert json.loads(JsonFormatter().format(record)) == {
        "time": "2026-10-26T12:00:00.250Z",
        "level": "INFO",
        "logger": "a",
        "message": "all done",
        "run": "r",
    }
