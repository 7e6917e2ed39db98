"""Measures a whole command: how long it takes, and the peak memory of it and all its children together."""

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
    """The resources that a command used."""

    seconds: float
    cpu_seconds: float
    """Of its process tree, up to the last sample of each process; other work on the machine disturbs it less."""
    peak_bytes: int
    """Of its process tree; pages that processes share are counted once if the system reports them."""


class CommandError(Exception):
    """Raised for a command that failed, with the end of its output."""


def psutil_in(cache: Path) -> Any:
    """Returns the module psutil, after installing it under a cache folder if it is missing.

    Raises:
        SkippedError: it cannot be installed.
    """
    libraries(cache / "psutil", [PSUTIL])
    return import_module("psutil")


def watch(command: Sequence[str], *, folder: Path, log: Path, environment: Mapping[str, str], psutil: Any) -> Usage:
    """Runs a command to its end and samples its process tree.

    Args:
        command: program and arguments.
        folder: working directory.
        log: file that takes its output.
        environment: all environment variables.
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
                peak = max(peak, _sample(root, spent, psutil))
        seconds = time.perf_counter() - started
    if process.returncode:
        output_end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise CommandError(f"{' '.join(command[:4])} ... ended with {process.returncode}: {output_end}")
    return Usage(seconds, sum(spent.values()) / 1000, peak)


def _sample(root: Any, spent: Counter[int], psutil: Any) -> int:
    """Returns the memory of a process tree in bytes, and stores the CPU milliseconds of each process in `spent`."""
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
