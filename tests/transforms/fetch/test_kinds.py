"""Tests that inputs are recognised by content."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fetch.kinds import FEED, JSON_FEED, KINDS, OPML, PAGE, ROWS, TEXT, is_url, recognise
from transforms.rejects import RejectError

RSS = "<rss version='2.0'><channel/></rss>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (RSS, FEED),
        ("\n\n  " + RSS, FEED),
        ("\ufeff<?xml version='1.0'?><!-- a licence --><!DOCTYPE rss [<!ENTITY a 'b'>]>" + RSS, FEED),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", FEED),
        ("<a:feed xmlns:a='http://www.w3.org/2005/Atom'/>", FEED),
        ("<rdf:RDF/>", FEED),
        ("<CHANNEL HREF='x'/>", FEED),
        ("<catalog/>", FEED),
        ("garbage before " + RSS, FEED),
        ("<opml version='2.0'><body/></opml>", OPML),
        ("<!DOCTYPE html><html><body>x</body></html>", PAGE),
        ("<!-- saved --><HTML><p>x", PAGE),
        ("<div><p>A fragment</p></div>", PAGE),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', JSON_FEED),
        ('{\n "title": "x",\n "version": "https://jsonfeed.org/version/1",\n "items": [', JSON_FEED),
        ('{"id": 1, "title": "x"}\n{"id": 2, "title": "y"}', ROWS),
        ('{"id": 1, "title": "cut off', ROWS),
        ("The ferry ran aground.\nNobody was hurt.", TEXT),
        ("Prices < 5 crowns & falling", TEXT),
        ("Überfall in Köln", TEXT),
        ("Notes with a stray \x08 left by an extractor, as it happens in long texts of this kind.", TEXT),
        ("[1] A footnote comes first", TEXT),
        ("<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'>" + RSS, FEED),
        ("<br />\n<b>Warning</b>: division by zero" + RSS, FEED),
        ("<html><head><!-- <rdf:RDF><License/></rdf:RDF> --></head><body>x</body></html>", PAGE),
        ("<!doctype html><my-app></my-app>", PAGE),
        ("<!doctype html>\nplain", PAGE),
        ("<!--" + "x" * 9000 + "-->" + RSS, FEED),
        ('{"version": "https:\\/\\/jsonfeed.org\\/version\\/1.1", "title": "cut off', JSON_FEED),
        ('{"version": "1", "items": [{"id": 1}]}', JSON_FEED),
        ('{\n  "name": "a JSON document that is neither"\n}', JSON_FEED),
        ('{"title": "On \\"version\\": \\"https://jsonfeed.org/version/1\\" and so on", "text": "cut', ROWS),
    ],
)
def test_kinds(content: str, kind: str) -> None:
    assert recognise(content.encode(), "input.txt", "") == kind


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp037"])
def test_feeds_in_other_encodings(encoding: str) -> None:
    content = f"<?xml version='1.0' encoding='{encoding}'?>{RSS}".encode(encoding)
    assert recognise(content, "feed.txt", "") == FEED


def test_what_bytes_leave_open_the_name_decides() -> None:
    assert recognise(b"no tag at all", "feed.xml", "") == FEED
    assert recognise(b"no tag at all", "https://a.example/feed", "application/rss+xml") == FEED
    assert recognise(b"no tag at all", "saved.html.gz", "") == PAGE
    assert recognise(b"no tag at all", "https://a.example/story.php?id=1", "text/plain; charset=utf-8") == TEXT


@pytest.mark.parametrize("name", ["a/b.txt", "b.TXT.gz", "b.text", "b.md", "0a1b2c", "https://a.example/b.txt?c=d.e"])
def test_text_that_its_name_calls_an_article(name: str) -> None:
    assert recognise(b"no tag at all", name, "") == TEXT


@pytest.mark.parametrize("name", ["a.py", "table.csv", "a/LICENSE", "LICENSE.txt", "README.md", "a.json", "a.log.gz"])
def test_text_that_its_name_calls_something_else(name: str) -> None:
    with pytest.raises(RejectError, match="not_recognised"):
        recognise(b"no tag at all", name, "")


@pytest.mark.parametrize(
    ("location", "is_it"),
    [("http://a", True), ("HTTPS://a", True), ("httpx://a", False), ("a/http://b", False), ("ftp://a", False)],
)
def test_addresses(location: str, is_it: bool) -> None:
    assert is_url(location) == is_it


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (b"\xef\xbb\xbf ", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not_recognised"),
        (b"%PDF-1.7\n%\xe2\xe3", "not_recognised"),
        (bytes(range(1, 256)) * 4, "not_recognised"),
        (b'[{"title": "rows must not stand in an array"}]', "not_recognised"),
        ('{"title": "x"}'.encode("utf-16"), "not_recognised"),
    ],
)
def test_rejected(content: bytes, reason: str) -> None:
    with pytest.raises(RejectError) as error:
        recognise(content, "input", "")
    assert error.value.reason == reason


@given(st.binary(max_size=200))
def test_any_bytes_are_of_a_kind_or_rejected(content: bytes) -> None:
    with contextlib.suppress(RejectError):
        assert recognise(content, "input", "") in KINDS
