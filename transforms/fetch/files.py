"""Reads a file, plain or gzip, within a size limit; article rows come in slices."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from transforms.fetch.kinds import ROWS, recognise
from transforms.records import Document
from transforms.rejects import RejectError

SLICE_BYTES = 4 * 2**20
"""Article rows are cut at line ends into slices of at most this many bytes, which fit into any worker; a longer line
is a slice of its own."""
GZIP = b"\x1f\x8b"
"""The first two bytes of every gzip file (RFC 1952, section 2.3.1)."""
_PEEK = 64 * 1024
"""Bytes from which the kind of a file is recognised."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_file(path: Path, *, max_bytes: int, now: int) -> Iterator[Document]:
    """Reads one file.

    A gzip file is inflated as it is read, and no further than the limit.

    Args:
        path: the file; its first bytes say whether it is gzip or plain.
        max_bytes: size limit after decompression of a whole document or a single row; a row may always be as long as
            `SLICE_BYTES`.
        now: time of reading in UTC epoch seconds, which becomes `fetched_at`.

    Yields:
        One document, or for article JSON Lines one per slice.

    Raises:
        RejectError: 'not_found', 'unreadable', 'empty', 'too_large' or 'not_recognised'; slices yielded before the
            error remain valid.
    """
    location = str(path)
    try:
        with path.open("rb") as raw:
            start = raw.read(2)
            raw.seek(0)
            stream: _Readable = gzip.GzipFile(fileobj=raw) if start == GZIP else raw
            head = stream.read(_PEEK)
            kind = recognise(head, location, "")
            if kind == ROWS:
                yield from _slices(location, head, stream, max_bytes, now)
                return
            content = head + stream.read(max(max_bytes + 1 - len(head), 0))
    except FileNotFoundError as error:
        raise RejectError("not_found", "no such file") from error
    except (OSError, EOFError, zlib.error) as error:
        raise RejectError("unreadable", str(error)) from error
    if len(content) > max_bytes:
        raise RejectError("too_large", f"more than {max_bytes} bytes")
    yield Document(location, location, kind, content, "", 1, now)


def _slices(location: str, head: bytes, stream: _Readable, max_bytes: int, now: int) -> Iterator[Document]:
    line = 1
    pending = bytearray(head)
    while chunk := stream.read(max(SLICE_BYTES - len(pending), _PEEK)):
        pending += chunk
        end = pending.rfind(b"\n") + 1
        if len(pending) >= SLICE_BYTES and end:
            content = bytes(pending[:end])
            yield Document(location, location, ROWS, content, "", line, now)
            line += content.count(b"\n")
            del pending[:end]
        if len(pending) > max(max_bytes, SLICE_BYTES):
            raise RejectError("too_large", f"line {line} has more than {max_bytes} bytes")
    if pending:
        yield Document(location, location, ROWS, bytes(pending), "", line, now)
