"""Keeps people's judgements of whether two articles belong in one story; they never change the store."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from pipeline.errors import UsageError
from pipeline.inspect.reading import StoredArticle
from transforms.records.times import iso

ANSWERS = {"yes": True, "no": False}


class WrongLabelError(UsageError):
    """Raised for a pair that cannot be judged."""


class Label(NamedTuple):
    """One judgement, which is one line of the file."""

    a: str
    """Public id of an article, the smaller of the two."""
    b: str
    together: bool
    """Whether they belong in one story."""
    judged: str
    """RFC 3339."""
    stories: Sequence[str]
    """The stories that a and b were in at that time."""


def add(path: Path, a: StoredArticle, b: StoredArticle, answer: str, now: int) -> Label:
    """Appends a judgement to a file; the last one for a pair counts.

    Args:
        path: the file, created if missing.
        a: one article.
        b: another article.
        answer: one of `ANSWERS`.
        now: UTC epoch seconds.

    Raises:
        WrongLabelError: a and b are the same article.
    """
    if a.id == b.id:
        raise WrongLabelError("the two are one article: name two different ones")
    first, second = sorted((a, b), key=lambda one: one.id)
    label = Label(first.id, second.id, ANSWERS[answer], iso(now) or "", [first.story, second.story])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(orjson.dumps(label._asdict()) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return label


def read(path: Path) -> list[Label]:
    """Reads the last judgement of each pair, in the order in which they were made."""
    if not path.exists():
        return []
    found: dict[tuple[str, str], Label] = {}
    for line in path.read_bytes().splitlines():
        label = Label(**orjson.loads(line))
        found.pop((label.a, label.b), None)
        found[label.a, label.b] = label
    return list(found.values())
