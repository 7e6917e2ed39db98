"""The command as a person runs it, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def newsfold(*words: str | Path, folder: Path = ROOT) -> Outcome:
    """Runs `newsfold WORDS...` in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.commands.main import main; main()", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def lines(path: Path) -> list[dict[str, Any]]:
    """A JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def runs(output: Path) -> list[Path]:
    """The folders of all runs, in order of their time."""
    return sorted((output / "runs").iterdir(), key=lambda folder: (folder / "manifest.json").stat().st_mtime_ns)
