"""Parses article JSON Lines: `id, url, title, text, published, source, language`; `title` or `text` is required."""

from collections.abc import Iterator

import orjson

from transforms.records import Document, Item, Rejected
from transforms.rejects import RejectError

STAGE = "parse"


def parse_rows(document: Document) -> Iterator[Item | Rejected]:
    """Parses each line.

    A line of newsfold's own rejected.jsonl stands for the row in its payload, which is rejected again without being
    wrapped twice. Without a payload it stands for a location; that is an input of its own, and yields nothing here.

    Args:
        document: of kind 'rows', a whole file or a slice of one.

    Yields:
        The item of each line, or a `Rejected` that holds a line which is not an article.
    """
    for number, line in enumerate(document.content.split(b"\n"), document.first_line):
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not line:
            continue
        location = f"{document.location}:{number}"
        try:
            row = _row(line)
            while is_dead_letter(row):
                location, line = _field(row, "location"), _field(row, "payload").encode()
                row = _row(line) if line else {}
            if line:
                yield _item(row, document)
        except RejectError as error:
            yield error.rejected(STAGE, location, line.decode("utf-8", "replace"))


def is_dead_letter(row: dict[str, object]) -> bool:
    """Tells whether a row is a line of newsfold's own rejected.jsonl."""
    return "payload" in row and {"stage", "reason", "location"} <= row.keys()


def _row(line: bytes) -> dict[str, object]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RejectError("invalid_row", str(error)) from error
    if not isinstance(row, dict):
        raise RejectError("invalid_row", "not a JSON object")
    return row


def _item(row: dict[str, object], document: Document) -> Item:
    fields = {name: _field(row, name) for name in ("id", "url", "title", "text", "published", "source", "language")}
    if not fields["title"] and not fields["text"]:
        raise RejectError("invalid_row", "neither title nor text")
    return Item(
        kind=document.kind,
        feed=document.feed,
        base="",
        id=fields["id"],
        url=fields["url"],
        title=fields["title"],
        body=fields["text"],
        body_type="text",
        published=fields["published"],
        updated="",
        language=fields["language"],
        source=fields["source"],
        shared_url=False,
        fetched_at=document.fetched_at,
    )


def _field(row: dict[str, object], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise RejectError("invalid_row", f"{name} must be text or a number")
