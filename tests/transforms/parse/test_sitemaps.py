"""Tests parsing news sitemaps."""

import pytest

from transforms.fetch.kinds import SITEMAP, recognise
from transforms.parse.entries import Parsed
from transforms.parse.sitemaps import parse_sitemap
from transforms.records import Document
from transforms.rejects import RejectError

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def page(number: int, *, news: bool = True) -> str:
    tags = (
        "<news:news><news:publication><news:name>Courier</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>2026-11-0{number}T08:00:00Z</news:publication_date>"
        f"<news:title>Harbour wall &amp; pier, part {number}</news:title></news:news>"
    )
    return f"<url><!-- one --><loc> https://courier.example/{number} </loc>{tags if news else ''}</url>"


def parsed(content: str, max_entries: int = 10) -> Parsed:
    raw = content.encode()
    assert recognise(raw, "https://courier.example/news.xml", "") == SITEMAP
    location = "https://courier.example/news.xml"
    return parse_sitemap(Document(location, location, SITEMAP, raw, "", 1, 9), max_entries=max_entries)


def test_the_articles_of_a_sitemap() -> None:
    found = parsed(f"<?xml version='1.0'?><urlset {SPACES}>{page(1)}{page(2, news=False)}{page(3)}</urlset>")
    assert [item.url for item in found.items] == ["https://courier.example/3", "https://courier.example/1"]
    item = found.items[1]
    assert (item.title, item.published, item.source, item.language) == (
        "Harbour wall & pier, part 1", "2026-11-01T08:00:00Z", "Courier", "en",
    )  # fmt: skip
    assert (item.body, item.kind, found.title) == ("", SITEMAP, "Courier")


def test_the_newest_are_taken() -> None:
    found = parsed(f"<urlset {SPACES}>{page(1)}{page(3)}{page(2)}</urlset>", max_entries=2)
    assert ([item.url[-1] for item in found.items], found.truncated) == (["3", "2"], 1)


def test_a_truncated_sitemap_yields_what_it_holds() -> None:
    assert len(parsed(f"<urlset {SPACES}>{page(1)}{page(2)}<url><loc>https://cou").items) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"<urlset {SPACES}>{page(1, news=False)}</urlset>", "not_a_feed: a sitemap without news"),
        (
            f"<sitemapindex {SPACES}><sitemap><loc>https://courier.example/a.xml</loc></sitemap></sitemapindex>",
            "an index of sitemaps: name one of them, such as https://courier.example/a.xml",
        ),
    ],
)
def test_what_is_no_feed(content: str, message: str) -> None:
    with pytest.raises(RejectError, match=message):
        parsed(content)


def test_no_entity_is_followed() -> None:
    bomb = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>"
    content = f"<?xml version='1.0'?>{bomb}<urlset {SPACES}>{page(1).replace('Harbour', '&b;')}</urlset>"
    assert parsed(content).items[0].title == "wall & pier, part 1"
