"""Reads articles whose events are known: article rows, each with a label."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from pipeline.errors import NothingReadError

_TITLE = 100
"""Most characters of a title, or of a text in its place."""


class Gold(NamedTuple):
    """One labelled article."""

    id: str
    label: str
    """The event that it reports."""
    title: str
    """The title, or the beginning of the text."""


def read_gold(path: Path) -> list[Gold]:
    """Reads the labelled articles of a JSON Lines file, plain or gzip.

    Each row has an `id` and a `label` in addition to the fields of an article row.

    Raises:
        NothingReadError: the file cannot be read or has no row, a line is not a JSON object, an id or a label is
            missing, or an id occurs twice.
    """
    found: list[Gold] = []
    lines: dict[str, int] = {}
    for number, line in _lines(path):
        row = _row(path, number, line)
        identity, label = (_name(path, number, row, field) for field in ("id", "label"))
        if identity in lines:
            raise NothingReadError(f"{path}, line {number}: the id {identity!r} is on line {lines[identity]} too")
        lines[identity] = number
        opening = " ".join(str(row.get("title") or row.get("text") or "").split())
        found.append(Gold(identity, label, opening if len(opening) <= _TITLE else opening[: _TITLE - 1] + "…"))
    if not found:
        raise NothingReadError(f"{path}: no labelled articles in it")
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except OSError as error:
        raise NothingReadError(f"{path}: {error.strerror or 'not a whole gzip file'}") from error
    except (EOFError, zlib.error) as error:
        raise NothingReadError(f"{path}: not a whole gzip file") from error
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line


def _row(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NothingReadError(f"{path}, line {number}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise NothingReadError(f"{path}, line {number}: must be an object with id, label, title, text")
    return row


def _name(path: Path, number: int, row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise NothingReadError(f"{path}, line {number}: must have a {field!r}, a text or a whole number")
    return str(value)
