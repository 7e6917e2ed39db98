"""Reading a file: plain or gzip, bounded, article rows in slices."""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from transforms.fetch.kinds import ROWS, recognise
from transforms.records import Document
from transforms.rejects import RejectError

SLICE_BYTES = 4 * 2**20
"""Article rows are cut at line ends into slices of about this size: a unit of work that fits every worker."""
_GZIP = b"\x1f\x8b"
_PEEK = 64 * 1024


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_file(path: Path, *, max_bytes: int, now: int) -> Iterator[Document]:
    """Reads one file; article JSON Lines of any size come as several documents, all else as one.

    Args:
        path: the file, gzip or plain by its first bytes.
        max_bytes: limit after decompression for what cannot be cut, and for one line of rows.
        now: becomes `fetched_at`.

    Raises:
        RejectError: 'not_found', 'unreadable', 'empty', 'too_large' or 'not_recognised'; slices that were read
            before the error stand.
    """
    location = str(path)
    try:
        with path.open("rb") as raw:
            start = raw.read(2)
            raw.seek(0)
            stream: _Readable = gzip.GzipFile(fileobj=raw) if start == _GZIP else raw
            head = stream.read(_PEEK)
            kind = recognise(head, location, "")
            if kind == ROWS:
                yield from _slices(location, head, stream, max_bytes, now)
                return
            content = head + stream.read(max_bytes + 1 - len(head))
    except FileNotFoundError as error:
        raise RejectError("not_found", "no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise RejectError("unreadable", str(error)) from error
    if len(content) > max_bytes:
        raise RejectError("too_large", f"more than {max_bytes} bytes")
    yield Document(location, location, kind, content, "", 1, now)


def _slices(location: str, head: bytes, stream: _Readable, max_bytes: int, now: int) -> Iterator[Document]:
    line = 1
    pending = io.BytesIO()
    pending.write(head)
    while chunk := stream.read(SLICE_BYTES):
        pending.write(chunk)
        if pending.tell() < SLICE_BYTES:
            continue
        content, _, rest = pending.getvalue().rpartition(b"\n")
        if content:
            yield Document(location, location, ROWS, content, "", line, now)
            line += content.count(b"\n") + 1
        if len(rest) > max_bytes:
            raise RejectError("too_large", f"line {line} has more than {max_bytes} bytes")
        pending = io.BytesIO()
        pending.write(rest)
    if pending.tell():
        yield Document(location, location, ROWS, pending.getvalue(), "", line, now)
