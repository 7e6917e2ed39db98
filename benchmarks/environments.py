"""Installs the packages that the benchmarks compare with, separately from newsfold's own."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import SkippedError

_SECONDS = 900


def environment(folder: Path, packages: Sequence[str]) -> Path:
    """Creates a virtual environment with packages if it is missing.

    Args:
        folder: of the environment.
        packages: requirements as for pip.

    Returns:
        The interpreter of the environment.

    Raises:
        SkippedError: they cannot be installed, because there is no network or no release for this Python.
    """
    python = folder / "bin" / "python"
    _once(
        folder,
        packages,
        [[sys.executable, "-m", "venv", "--clear", str(folder)], [str(python), *_INSTALL, *packages]],
    )
    return python


def libraries(folder: Path, packages: Sequence[str]) -> None:
    """Makes packages without dependencies importable in this process, and installs them into a folder if missing.

    Raises:
        SkippedError: they cannot be installed.
    """
    _once(folder, packages, [[sys.executable, *_INSTALL, "--no-deps", "--upgrade", "--target", str(folder), *packages]])
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def _once(folder: Path, packages: Sequence[str], commands: Sequence[Sequence[str]]) -> None:
    installed = folder / "installed.txt"
    wanted = "\n".join(packages) + "\n"
    if installed.is_file() and installed.read_text(encoding="utf-8") == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise SkippedError(f"{', '.join(packages)}: not installed within {_SECONDS} s") from error
        if done.returncode:
            messages = done.stderr.strip().splitlines() or ["no reason given"]
            reason = next((line for line in reversed(messages) if line.startswith("ERROR")), messages[-1])
            raise SkippedError(f"{', '.join(packages)}: cannot be installed here: {reason}")
    installed.write_text(wanted, encoding="utf-8")
