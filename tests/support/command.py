"""The command as a person runs it: within this process, or in one of its own where that is what is tested."""

import gc
import io
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from pipeline.commands.main import main

ROOT = Path(__file__).resolve().parents[2]
PROCESS = (sys.executable, "-c", "from pipeline.commands.main import main; main()")
"""The start of the command line of a `newsfold` in a process of its own."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LOGGERS = (None, "pipeline", "transforms")


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def newsfold(*words: str | Path, folder: Path = ROOT) -> Outcome:
    """Runs `newsfold WORDS...` in a folder, within this process: a process of its own takes five times as long."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    code = 0
    with pytest.MonkeyPatch.context() as patch, _process_state():
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["newsfold", *map(str, words)])
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        patch.setattr(os, "_exit", _exit_of(os.getpid(), os._exit))
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    out, err = (stream.buffer.getvalue().decode() for stream in streams)
    return Outcome(code, out, err)


def newsfold_process(*words: str | Path, folder: Path = ROOT) -> Outcome:
    """Runs `newsfold WORDS...` in a folder, in a process of its own."""
    done = subprocess.run(
        [*PROCESS, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def _exit_of(process: int, at_once: Callable[[int], NoReturn]) -> Callable[[int], NoReturn]:
    """An `os._exit` that ends the command in this process, and any process that was forked of it at once."""

    def leave(code: int) -> NoReturn:
        if os.getpid() == process:
            raise SystemExit(code)
        at_once(code)

    return leave


@contextmanager
def _process_state() -> Iterator[None]:
    """Restores what a command sets for its whole process: loggers, signal handlers, the garbage collector."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    handlers, logging.root.handlers = logging.root.handlers, []
    disabled, thresholds = logging.root.manager.disable, gc.get_threshold()
    on_signal = [signal.getsignal(number) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(_SIGNALS, on_signal, strict=True):
            signal.signal(number, handler)
        gc.set_threshold(*thresholds)
        logging.disable(disabled)
        logging.root.handlers = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def lines(path: Path) -> list[dict[str, Any]]:
    """A JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def runs(output: Path) -> list[Path]:
    """The folders of all runs, in order of their time."""
    return sorted((output / "runs").iterdir(), key=lambda folder: (folder / "manifest.json").stat().st_mtime_ns)
