"""A command as a whole: how long it takes, and the most memory that it and all its children hold at once."""

import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import libraries

PSUTIL = "psutil==7.2.2"
_SAMPLE_SECONDS = 0.1


class Usage(NamedTuple):
    """What a command took."""

    seconds: float
    cpu_seconds: float
    """Of its tree of processes, up to the last look at each; other work on the machine troubles it less."""
    peak_bytes: int
    """Of its tree of processes, pages that several share counted once where the system tells."""


class CommandError(Exception):
    """A command that failed; the end of what it said."""


def psutil_in(cache: Path) -> Any:
    """The module psutil, installed under a cache folder when it is missing.

    Raises:
        SkippedError: it cannot be installed.
    """
    libraries(cache / "psutil", [PSUTIL])
    return import_module("psutil")


def watch(command: Sequence[str], *, folder: Path, log: Path, environment: Mapping[str, str], psutil: Any) -> Usage:
    """Runs a command to its end.

    Args:
        command: program and arguments.
        folder: in which it runs.
        log: takes what it prints.
        environment: all of its variables.
        psutil: the module.

    Raises:
        CommandError: it ended with another code than 0.
    """
    peak, spent = 0, Counter[int]()
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
        root = psutil.Process(process.pid)
        while True:
            try:
                process.wait(_SAMPLE_SECONDS)
                break
            except subprocess.TimeoutExpired:
                peak = max(peak, _look(root, spent, psutil))
        seconds = time.perf_counter() - started
    if process.returncode:
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise CommandError(f"{' '.join(command[:4])} ... ended with {process.returncode}: {said}")
    return Usage(seconds, sum(spent.values()) / 1000, peak)


def _look(root: Any, spent: Counter[int], psutil: Any) -> int:
    """The memory of a tree of processes; `spent` takes the CPU milliseconds of each so far."""
    total = 0
    try:
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in tree:
        try:
            full, times = process.memory_full_info(), process.cpu_times()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        total += getattr(full, "pss", full.uss)
        spent[process.pid] = round(1000 * (times.user + times.system))
    return total
