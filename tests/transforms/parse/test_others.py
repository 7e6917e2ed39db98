"""Tests parsing JSON Feed, rows, pages and texts."""

import json
from typing import Any

import pytest

from transforms.fetch.kinds import JSON_FEED, PAGE, ROWS, TEXT
from transforms.parse.jsonfeed import parse_json_feed
from transforms.parse.pages import parse_page, parse_text, read_page
from transforms.parse.rows import parse_rows
from transforms.records import Document, Item, Rejected
from transforms.rejects import RejectError


def document(kind: str, content: Any, location: str = "inbox/file", first_line: int = 1) -> Document:
    raw = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    return Document(location, location, kind, raw, "", first_line, 9)


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Daily",
        "language": "en",
        "home_page_url": "https://d.example/",
        "items": [
            {"id": 7, "url": "/a", "title": "A", "content_html": "<p>x</p>", "date_published": "2026-11-05T17:02:00Z"},
            {"id": "8", "external_url": "https://e.example/b", "content_text": "a < b", "date_modified": "2026-11-06"},
            "no object",
        ],
    }
    first, second = parse_json_feed(document(JSON_FEED, feed), max_entries=5).items
    assert (first.id, first.url, first.base, first.body_type) == ("7", "/a", "https://d.example/", "html")
    assert (second.url, second.body, second.body_type, second.updated) == (
        "https://e.example/b",
        "a < b",
        "text",
        "2026-11-06",
    )
    assert parse_json_feed(document(JSON_FEED, feed), max_entries=1).truncated == 1


@pytest.mark.parametrize(
    ("content", "reason"), [('{"items": [', "malformed"), ('{"items": 5}', "not_a_feed"), ("[]", "not_a_feed")]
)
def test_broken_json_feeds(content: str, reason: str) -> None:
    with pytest.raises(RejectError) as error:
        parse_json_feed(document(JSON_FEED, content), max_entries=5)
    assert error.value.reason == reason


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


PAGE_HTML = """<!DOCTYPE html><html lang="en"><head><title>Second ship for Holm | Evening</title>
<link rel="canonical" href="https://e.example/holm"><meta property="og:site_name" content="Evening">
<meta property="article:published_time" content="2026-11-06T17:30:00+00:00"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Second ship for Holm</h1>
<p>From January two ships will sail the night route between the capital and Holm, the line said on Friday evening.</p>
<p>Demand has doubled since the railway began to sell through tickets, and the managing director expects more of it.</p>
</article><footer>All rights reserved</footer></body></html>"""


def test_a_page() -> None:
    item = parse_page(document(PAGE, PAGE_HTML))
    assert item.title == "Second ship for Holm"
    assert item.body.startswith("From January")
    assert "Sport" not in item.body
    assert "rights" not in item.body
    assert (item.url, item.source, item.published) == ("https://e.example/holm", "Evening", "2026-11-06T17:30:00+00:00")


@pytest.mark.parametrize("content", ["<html><body></body></html>", "<html>"])
def test_a_page_without_an_article(content: str) -> None:
    with pytest.raises(RejectError):
        parse_page(document(PAGE, content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_in_any_encoding(encoding: str) -> None:
    item = parse_text(document(TEXT, "Café “zum Hafen” eröffnet".encode(encoding)))
    assert (item.body, item.body_type, item.id) == ("Café “zum Hafen” eröffnet", "extracted", "inbox/file")


def test_a_letter_about_a_row_that_is_still_wrong_is_not_wrapped_again() -> None:
    letter = {"stage": "parse", "reason": "invalid_row", "location": "old.jsonl:7", "detail": "x", "payload": "{}"}
    twice = letter | {"location": "rejected.jsonl:1", "payload": json.dumps(letter)}
    for written in (letter, twice):
        (rejected,) = parse_rows(document(ROWS, json.dumps(written), location="rejected.jsonl"))
        assert isinstance(rejected, Rejected)
        assert (rejected.location, rejected.payload) == ("old.jsonl:7", "{}")


def test_pages_of_the_same_name_are_different() -> None:
    pages = [parse_page(document(PAGE, PAGE_HTML, location=f"{folder}/index.html")) for folder in "ab"]
    assert pages[0].id != pages[1].id


def test_a_page_from_an_address_stands_there() -> None:
    address = "https://e.example/2026/holm"
    item = parse_page(document(PAGE, PAGE_HTML.replace("canonical", "nothing"), location=address))
    assert (item.id, item.base) == ("", address)
    assert item.url == address


def test_the_author_of_a_page() -> None:
    page = PAGE_HTML.replace("<meta ", '<meta name="author" content="Marta Oddleif"><meta ', 1)
    item = parse_page(document(PAGE, page))
    assert item.author == "Marta Oddleif"


def test_a_failure_of_the_extractor_is_the_page_s(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", fail)
    with pytest.raises(RejectError, match="malformed: trafilatura fails with RecursionError"):
        parse_page(document(PAGE, PAGE_HTML))


def test_a_json_feed_marks_links_that_several_entries_share() -> None:
    entries = [{"id": number, "url": "/live", "title": f"Minute {number}"} for number in range(2)]
    parsed = parse_json_feed(document(JSON_FEED, {"items": entries, "feed_url": "https://d.example/f"}), max_entries=5)
    assert [(item.shared_url, item.base) for item in parsed.items] == [(True, "https://d.example/f")] * 2


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("<link rel='Canonical' href=' /a '>", "/a"),
        ("<link rel='shortlink canonical' href='/a'><link rel='canonical' href='/a'>", "/a"),
        ("<link rel='canonical' href='/a'><link rel='canonical' href='/b'>", ""),
        ("<link rel='alternate' href='/a'><link href='/b'>", ""),
        ("<link rel='canonical'>", ""),
    ],
)
def test_the_canonical_link_of_a_page(head: str, canonical: str) -> None:
    content = f"<html><head><title>A title</title>{head}</head><body><p>The ferry ran aground.</p></body></html>"
    assert read_page(document(PAGE, content)).canonical == canonical
