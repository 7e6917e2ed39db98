"""JSON Lines files, replaced whole and only when their content differs."""

import os
from collections.abc import Iterable
from pathlib import Path


def replace_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Writes one line each; a reader sees the former file or the new one, never a part.

    Raises:
        OSError: the folder is missing, full or not writable; the former file stays.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines(line + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
