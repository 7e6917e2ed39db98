"""A loop of runs: at every tick one, each in a process of its own, never two at once."""

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

# A run's memory and whatever it breaks end with its process. A fork is cheap: this one never imports Beam.
_PROCESSES = multiprocessing.get_context("fork")


class Outcome(NamedTuple):
    """How one run ended."""

    code: int
    """As of the command `newsfold run`; negative for a signal."""
    message: str
    """What it did, or why it failed, in one line."""
    run: str = ""
    """Its id, where it got so far."""
    hopeless: bool = False
    """Whether it can never succeed as it was asked for."""


def seconds_of(duration: str) -> float:
    """A duration such as 90s, 15m, 1.5h or 1d in seconds.

    Raises:
        UsageError: it is none, or not above 0.
    """
    found = _DURATION.fullmatch(duration)
    if not found or not float(found[1]):
        raise UsageError(f"{duration!r} is no duration: 90s, 15m, 1h and 1d are some")
    return float(found[1]) * _UNITS[found[2]]


def ticks(schedule: str, start: float) -> Callable[[float], float]:
    """A function from a moment to the first tick after it, in seconds since 1970.

    Args:
        schedule: a duration between two ticks, or a cron expression of five fields in UTC.
        start: from which durations count.

    Raises:
        UsageError: it is neither.
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
        raise UsageError(f"{schedule!r} is no cron expression that ever comes true: {error}") from error
    return cron


def jitter(tick: float, following: float) -> float:
    """Seconds to wait beyond a tick, so that not all the world asks at the full hour: up to a tenth of the interval."""
    return random.uniform(0, min(_JITTER * (following - tick), _LONGEST_JITTER_SECONDS))  # noqa: S311


class _Status:
    """What supervisors read: one JSON object, replaced whole at every change."""

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

    def tell(self, state: str, **others: Any) -> None:
        self._content |= {"state": state, "updated": _iso(time.time()), **others}
        with replacing(self._path) as file:
            file.write(orjson.dumps(self._content, option=orjson.OPT_INDENT_2) + b"\n")

    def tell_outcome(self, outcome: Outcome, started: float) -> None:
        finished = _iso(time.time())
        last = {
            "run": outcome.run,
            "started": _iso(started),
            "finished": finished,
            "code": outcome.code,
            "message": outcome.message,
        }
        if outcome.code:
            self.tell("waiting", last_run=last, failures_in_a_row=self._content["failures_in_a_row"] + 1)
        else:
            self.tell("waiting", last_run=last, failures_in_a_row=0, last_success=finished)


class _Stop:
    """Asked once, the loop ends after the run that is under way; asked twice, that run ends at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.kill_run: Callable[[], None] | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        if self.asked.is_set() and self.kill_run is not None:
            self.kill_run()
        self.asked.set()


def run_every(schedule: str, work: Callable[[], Outcome], output: OutputFolder) -> int:
    """Runs again and again until SIGTERM or SIGINT.

    The first run begins at once under a duration, at the first tick under a cron expression. Ticks that pass while
    a run is under way are left out. A run that fails is tried again at the next tick; one killed at any moment harms
    nothing, which is why the second signal may.

    Args:
        schedule: as of `ticks`.
        work: one run, called in a process of its own.
        output: takes the status.

    Returns:
        0 when it was asked to end; the code of a run without hope; that of a shell, 128 and the signal, when the last
        run was killed.

    Raises:
        UsageError: the schedule is none.
        OSError: the status cannot be written.
    """
    start = time.time()
    after = ticks(schedule, start)
    make_folder(output.path)
    stop, status = _Stop(), _Status(output.status, schedule)
    due = start if " " not in schedule.strip() else after(start)
    while True:
        status.tell("waiting", next_run=_iso(due))
        if stop.asked.wait(max(0.0, due - time.time())):
            code = 0
            break
        started = time.time()
        status.tell("running", next_run=None)
        outcome = _in_process(work, stop)
        status.tell_outcome(outcome, started)
        fields = {"run": outcome.run, "code": outcome.code, "seconds": round(time.time() - started, 3)}
        _LOG.log(logging.ERROR if outcome.code else logging.INFO, outcome.message, extra=fields)
        if outcome.hopeless or (stop.asked.is_set() and outcome.code < 0):
            code = outcome.code if outcome.code > 0 else 128 - outcome.code
            break
        tick = after(time.time())
        due = tick + jitter(tick, after(tick))
    status.tell("stopped", next_run=None)
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
    """The life of a run's process: signals are the loop's concern, though they reach every process of a group."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    sender.send(work())


def _iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
