"""Tests our items against the expectations in feedparser's own test feeds.

Each of its files states in a comment what a parser must find. The expectations of the title, link, id, dates and number
of entries are compared; an `Item` has no field for the others.
"""

import ast
import calendar
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from transforms.clean.dates import read_date
from transforms.clean.text import one_line
from transforms.clean.urls import resolve
from transforms.fetch.kinds import recognise
from transforms.parse.document import parse_document
from transforms.records import Document, Item
from transforms.rejects import RejectError

NOW = 1_793_000_000
_EXPECT = re.compile(rb"Expect:\s*(.+)")
_HEADER = re.compile(rb"Header:\s*([\w-]+):\s*(.+)")
_FIELDS = {
    "title": "title", "link": "url", "id": "id", "guid": "id", "published": "published", "updated": "updated",
    "created": "published", "published_parsed": "published", "updated_parsed": "updated", "created_parsed": "published",
    "title_detail": "title", "date": "updated", "date_parsed": "updated", "pubDate": "published",
    "modified": "updated", "modified_parsed": "updated", "issued": "published", "issued_parsed": "published",
}  # fmt: skip
LEAST_SHARE = 0.95
"""191 of 200 expectations hold. Two ids are resolved as addresses; seven titles hold elements that cleaning keeps as
text."""


class Expectation(NamedTuple):
    """One comparison that a file states."""

    file: str
    entry: int
    field: str
    """feedparser's name of the field; '' for the number of entries."""
    value: Any


def expectations(path: Path) -> Iterator[Expectation]:
    """Yields what a file expects of its entries in the fields of an `Item`; only literals are evaluated."""
    found = _EXPECT.search(path.read_bytes())
    if not found:
        return
    try:
        tree = ast.parse(found[1].decode("utf-8", "replace").strip(), mode="eval").body
    except SyntaxError:
        return
    for term in tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]:
        if isinstance(term, ast.Compare) and len(term.ops) == 1 and isinstance(term.ops[0], ast.Eq):
            try:
                value = ast.literal_eval(term.comparators[0])
            except ValueError:
                continue
            yield from (Expectation(path.name, entry, field, value) for entry, field in _subject(term.left))


def _subject(node: ast.expr) -> Iterator[tuple[int, str]]:
    text = ast.unparse(node)
    match = re.fullmatch(r"entries\[(\d+)\]\['(\w+)'\](\['value'\])?", text)
    if text == "len(entries)":
        yield 0, ""
    elif match and match[2] in _FIELDS and bool(match[3]) == (match[2] == "title_detail"):
        yield int(match[1]), match[2]


def items_of(path: Path) -> list[Item]:
    content = path.read_bytes()
    try:
        kind = recognise(content, str(path), "")
    except RejectError:
        return []
    headers = {name.lower().decode(): value.strip().decode() for name, value in _HEADER.findall(content)}
    location = headers.get("content-location", "http://127.0.0.1:8097/feed.xml")
    content_type = headers.get("content-type", "application/xml")
    document = Document(location, str(path), kind, content, content_type, 1, NOW)
    return list(parse_document(document, max_entries=1000).items)


def verdict(expected: Expectation, items: list[Item]) -> str:
    """Returns '' if the expectation holds, else why it does not."""
    if not expected.field:
        return "" if len(items) == expected.value else "count"
    if expected.entry >= len(items):
        return "no such entry"
    item = items[expected.entry]
    value = getattr(item, _FIELDS[expected.field])
    if expected.field == "link":
        value = resolve(item.base, value)
    if expected.field.endswith("_parsed"):
        if not isinstance(expected.value, tuple):
            return "" if not expected.value and not value else "date"
        return "" if read_date(value, NOW)[0] == calendar.timegm(expected.value) else "date"
    if expected.field.startswith("title"):
        # What markup a title may hold is not decided here: cleaning takes all of it.
        return "" if one_line(value) == one_line(expected.value) else "title"
    return "" if value == expected.value else expected.field


def test_what_feedparser_expects(shared_data: Path) -> None:
    reasons = Counter[str]()
    failures = []
    for path in sorted((shared_data / "feeds/feedparser").rglob("*.xml")):
        found = list(expectations(path))
        items = items_of(path) if found else []
        for expected in found:
            why = verdict(expected, items)
            reasons[why] += 1
            if why:
                failures.append((why, expected, items[expected.entry] if len(items) > expected.entry else None))
    share = reasons[""] / reasons.total()
    for why, expected, item in failures:
        print(why, expected, item and (item.title, item.url, item.id, item.published, item.updated))
    print(f"{reasons['']} of {reasons.total()} hold ({share:.3f}); the rest by reason: {reasons}")
    assert share >= LEAST_SHARE
