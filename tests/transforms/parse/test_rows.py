"""Tests parsing JSON Lines of articles and of dead letters."""

import json

from tests.transforms.parse.samples import document
from transforms.fetch.kinds import ROWS
from transforms.parse.rows import parse_rows
from transforms.records import Item, Rejected


def test_rows() -> None:
    lines = [
        '{"id": 5, "title": "A", "text": "x", "published": 1700000000, "source": "S", "language": "en", "more": [1]}',
        "",
        "not json",
        "[1]",
        '{"id": "6", "url": "https://a.example/"}',
        '{"title": {"en": "x"}}',
        '{"text": "only a text"}',
    ]
    found = list(parse_rows(document(ROWS, "\n".join(lines), first_line=10)))
    items = [one for one in found if isinstance(one, Item)]
    rejected = [one for one in found if isinstance(one, Rejected)]
    assert [(item.id, item.published) for item in items] == [("5", "1700000000"), ("", "")]
    assert [one.location for one in rejected] == [f"inbox/file:{number}" for number in (12, 13, 14, 15)]
    assert {one.reason for one in rejected} == {"invalid_row"}
    assert [one.payload for one in rejected] == lines[2:6]


def test_dead_letters_are_replaced_by_their_rows() -> None:
    letter = {"stage": "parse", "reason": "invalid_row", "location": "f:1", "detail": ""}
    lines = [json.dumps(letter | {"payload": '{"title": "A"}'}), json.dumps(letter | {"payload": ""})]
    (item,) = parse_rows(document(ROWS, "\n".join(lines)))
    assert isinstance(item, Item)
    assert item.title == "A"


def test_a_letter_about_a_row_that_is_still_wrong_is_not_wrapped_again() -> None:
    letter = {"stage": "parse", "reason": "invalid_row", "location": "old.jsonl:7", "detail": "x", "payload": "{}"}
    twice = letter | {"location": "rejected.jsonl:1", "payload": json.dumps(letter)}
    for written in (letter, twice):
        (rejected,) = parse_rows(document(ROWS, json.dumps(written), location="rejected.jsonl"))
        assert isinstance(rejected, Rejected)
        assert (rejected.location, rejected.payload) == ("old.jsonl:7", "{}")
