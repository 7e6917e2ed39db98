"""Inputs are recognised by content."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.fetch.kinds import FEED, JSON_FEED, KINDS, OPML, PAGE, ROWS, TEXT, recognise
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


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "empty"), (b" \n\0", "empty"), (b"\x89PNG\r\n\x1a\n\0\0", "not_recognised")]
)
def test_rejected(content: bytes, reason: str) -> None:
    with pytest.raises(RejectError) as error:
        recognise(content, "input", "")
    assert error.value.reason == reason


@given(st.binary(max_size=200))
def test_any_bytes_are_of_a_kind_or_rejected(content: bytes) -> None:
    with contextlib.suppress(RejectError):
        assert recognise(content, "input", "") in KINDS
