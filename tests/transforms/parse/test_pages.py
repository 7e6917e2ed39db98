"""Tests parsing pages and texts."""

import pytest

from tests.transforms.parse.samples import document
from transforms.fetch.kinds import PAGE, TEXT
from transforms.parse.pages import parse_page, parse_text, read_page
from transforms.rejects import RejectError

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
