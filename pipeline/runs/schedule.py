"""Scheduled runs: one at every tick, each in its own process, never two at the same time."""

import logging
import math
import multiprocessing
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from pipeline.errors import UsageError
from pipeline.outputs.folder import OutputFolder
from pipeline.outputs.replace import make_folder, replacing

_LOG = logging.getLogger(__name__)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")

_JITTER = 0.1
_LONGEST_JITTER_SECONDS = 60

# A process per run contains leaks and crashes. Forking is cheap because the parent never imports Beam.
_PROCESSES = multiprocessing.get_context("fork")


class Outcome(NamedTuple):
    """Outcome of one run."""

    code: int
    """Exit code of `newsfold run`; negative for a signal."""
    message: str
    """Summary or error message, in one line."""
    run: str = ""
    """Id of the run, '' if it failed before it got one."""
    hopeless: bool = False
    """True if no run with the same arguments can succeed."""


def seconds_of(duration: str) -> float:
    """Parses a duration such as 90s, 15m, 1.5h or 1d into seconds.

    Raises:
        UsageError: the duration is invalid or 0.
    """
    found = _DURATION.fullmatch(duration)
    if not found or not float(found[1]):
        raise UsageError(f"{duration!r} is no duration: 90s, 15m, 1h and 1d are some")
    return float(found[1]) * _UNITS[found[2]]


def ticks(schedule: str, start: float) -> Callable[[float], float]:
    """Returns a function from a time to the first tick after it, both in UTC epoch seconds.

    Args:
        schedule: duration between two ticks, or a cron expression of five fields in UTC.
        start: time from which durations are counted, in UTC epoch seconds.

    Raises:
        UsageError: the schedule is neither.
    """
    if " " not in schedule.strip():
        interval = seconds_of(schedule)

        def after(moment: float) -> float:
            return start + (math.floor((moment - start) / interval) + 1) * interval

        return after

    from cronsim import CronSim, CronSimError

    def cron(moment: float) -> float:
        return next(CronSim(schedule, datetime.fromtimestamp(moment, timezone.utc))).timestamp()

    try:
        cron(start)
    except (CronSimError, StopIteration) as error:
        raise UsageError(f"{schedule!r} is no cron expression that ever matches: {error}") from error
    return cron


def jitter(tick: float, following: float) -> float:
    """Returns a random delay of a tick in seconds, so that not everyone polls on the hour.

    It is at most a tenth of the interval, and at most a minute.
    """
    return random.uniform(0, min(_JITTER * (following - tick), _LONGEST_JITTER_SECONDS))  # noqa: S311


class _Status:
    """Status file for supervisors: one JSON object, replaced atomically at every change."""

    def __init__(self, path: Path, schedule: str) -> None:
        self._path = path
        self._content: dict[str, Any] = {
            "schema": 1,
            "pid": os.getpid(),
            "every": schedule,
            "state": "waiting",
            "updated": None,
            "last_run": None,
            "last_success": None,
            "next_run": None,
            "failures_in_a_row": 0,
        }

    def update(self, state: str, **others: Any) -> None:
        self._content |= {"state": state, "updated": _iso(time.time()), **others}
        with replacing(self._path) as file:
            file.write(orjson.dumps(self._content, option=orjson.OPT_INDENT_2) + b"\n")

    def record(self, outcome: Outcome, started: float) -> None:
        finished = _iso(time.time())
        last = {
            "run": outcome.run,
            "started": _iso(started),
            "finished": finished,
            "code": outcome.code,
            "message": outcome.message,
        }
        if outcome.code:
            self.update("waiting", last_run=last, failures_in_a_row=self._content["failures_in_a_row"] + 1)
        else:
            self.update("waiting", last_run=last, failures_in_a_row=0, last_success=finished)


class _Stop:
    """Signal handler: the first signal ends the loop after the current run, the second kills that run."""

    def __init__(self) -> None:
        self.requested = threading.Event()
        self.kill_run: Callable[[], None] | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._handle)

    def _handle(self, *_: object) -> None:
        if self.requested.is_set() and self.kill_run is not None:
            self.kill_run()
        self.requested.set()


def run_every(schedule: str, work: Callable[[], Outcome], output: OutputFolder) -> int:
    """Runs repeatedly until SIGTERM or SIGINT.

    With a duration the first run begins immediately, with a cron expression at the first tick. Ticks that pass during a
    run are skipped. A failed run is retried at the next tick. A second signal kills the current run, which is safe at
    any moment.

    Args:
        schedule: duration or cron expression; see `ticks`.
        work: performs one run; called in a separate process.
        output: folder of the status file.

    Returns:
        0 after a signal; the exit code of a run that can never succeed; 128 plus the signal number, as a shell does, if
        the last run was killed.

    Raises:
        UsageError: the schedule is invalid.
        OSError: the status cannot be written.
    """
    start = time.time()
    after = ticks(schedule, start)
    make_folder(output.path)
    stop, status = _Stop(), _Status(output.status, schedule)
    due = start if " " not in schedule.strip() else after(start)
    while True:
        status.update("waiting", next_run=_iso(due))
        if stop.requested.wait(max(0.0, due - time.time())):
            code = 0
            break
        started = time.time()
        status.update("running", next_run=None)
        outcome = _in_process(work, stop)
        status.record(outcome, started)
        fields = {"run": outcome.run, "code": outcome.code, "seconds": round(time.time() - started, 3)}
        _LOG.log(logging.ERROR if outcome.code else logging.INFO, outcome.message, extra=fields)
        if outcome.hopeless or (stop.requested.is_set() and outcome.code < 0):
            code = outcome.code if outcome.code > 0 else 128 - outcome.code
            break
        tick = after(time.time())
        due = tick + jitter(tick, after(tick))
    status.update("stopped", next_run=None)
    return code


def _in_process(work: Callable[[], Outcome], stop: _Stop) -> Outcome:
    receiver, sender = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_work, args=(work, sender), name="newsfold run")
    process.start()
    sender.close()
    stop.kill_run = process.kill
    with receiver:
        try:
            outcome: Outcome | None = receiver.recv()
        except EOFError:
            outcome = None
    process.join()
    stop.kill_run = None
    code = process.exitcode or 0
    return outcome or Outcome(code or 1, f"the run's process ended with {_ending(code)}")


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _work(work: Callable[[], Outcome], sender: Connection) -> None:
    """Runs in the child process and sends the outcome; ignores signals to the process group, which the loop handles."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    sender.send(work())


def _iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
