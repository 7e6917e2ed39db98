"""Files that appear whole and stay: written beside, then renamed, each step made durable before the next."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path` when the block ends without an error.

    A reader sees the former file or the new one, never a part; after the block the new one outlives a loss of power.

    Raises:
        OSError: the folder is missing, full or not writable; the former file stays.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if error.filename in (None, str(partial)):
            error.filename = str(path)  # the name that a person knows
        raise
    finally:
        partial.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it, durably; one that exists is left as it is."""
    if not path.exists():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        _sync_folder(path.parent)


def discard_partials(folder: Path) -> None:
    """Removes what a process that died in `replacing` left in a folder."""
    for partial in folder.glob(".*.partial"):
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable: a rename is only that of its folder (fsync(2))."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # what file systems without such a thing say
            raise
    finally:
        os.close(descriptor)
