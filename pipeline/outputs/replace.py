"""Atomic, durable replacement of files: write a temporary file, sync it, rename it, sync the folder."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Opens a temporary file that replaces `path` when the block ends without an error.

    A reader sees the old file or the new one, never a part; after the block the new one survives a loss of power.

    Raises:
        OSError: the folder is missing, full or not writable; the old file stays.
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
        if error.errno and error.filename in (None, str(partial)):
            error.filename = str(path)  # report the final name, not the temporary one
        raise
    finally:
        partial.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Creates a folder and its missing parents durably; does nothing if it exists."""
    if not path.exists():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        _sync_folder(path.parent)


def discard_partials(folder: Path) -> None:
    """Removes the temporary files of processes that died in `replacing` from a folder."""
    for partial in folder.glob(".*.partial"):
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Syncs a folder: fsync(2) of a file alone does not make its directory entry durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # raised by file systems that cannot sync folders
            raise
    finally:
        os.close(descriptor)
