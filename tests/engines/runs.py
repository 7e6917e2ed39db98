"""The same run on one engine or another, at one time, so that the stores can be compared."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.stores import content
from tests.command import ROOT, Outcome

NOW = 1_794_000_000
"""The time of all runs."""


def begun(inputs: Sequence[str | Path], output: Path, options: Sequence[str]) -> "subprocess.Popen[str]":
    """Begins `newsfold run`."""
    words = ["run", *map(str, inputs), f"--output={output}", "--quiet", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.process", str(NOW), "", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=dict(os.environ),
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]", seconds: float = 240) -> Outcome:
    """Waits for the end of a run."""
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out, err)


def differing_tables(one: str, other: str) -> list[str]:
    """The tables in which two stores differ, run history aside, by their addresses."""
    left, right = content(one), content(other)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))
