"""Parses news sitemaps, which list the articles of the last two days with title and date.

https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from typing import Any

from transforms.parse.entries import Parsed, parsed
from transforms.records import Document, Item
from transforms.rejects import RejectError

_NAMED = 3
"""How many sitemaps of an index the message of a rejection names."""


def parse_sitemap(document: Document, *, max_entries: int) -> Parsed:
    """Parses a sitemap, a broken one up to the error: every page with the tags of a news article becomes an item.

    Args:
        document: of kind 'sitemap'.
        max_entries: how many pages are taken at most; the newest are.

    Raises:
        RejectError: 'malformed' when nothing can be read; 'not_a_feed' for an index of sitemaps, and for a sitemap
            without news.
    """
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(document.content, parser)
    if root is None:
        raise RejectError("malformed", "no XML element")
    if _name(root) == "sitemapindex":
        children = [_text(child, "loc") for child in root]
        raise RejectError(
            "not_a_feed", f"an index of sitemaps: name one of them, such as {', '.join(children[:_NAMED])}"
        )
    found = [_item(page, news, document) for page in root for news in page if _name(news) == "news"]
    if not found:
        raise RejectError("not_a_feed", "a sitemap without news")
    # Within one site, which writes one time zone, ISO 8601 dates can be compared as text.
    newest = sorted(found, key=lambda item: item.published, reverse=True)[:max_entries]
    return parsed(newest, truncated=len(found) - len(newest), title=newest[0].source)


def _item(page: Any, news: Any, document: Document) -> Item:
    publication = next((part for part in news if _name(part) == "publication"), None)
    return Item(
        kind=document.kind,
        feed=document.feed,
        base=document.address,
        id="",
        url=_text(page, "loc"),
        title=_text(news, "title"),
        body="",
        body_type="text",
        published=_text(news, "publication_date"),
        updated=_text(page, "lastmod"),
        language="" if publication is None else _text(publication, "language"),
        source="" if publication is None else _text(publication, "name"),
        shared_url=False,
        fetched_at=document.fetched_at,
    )


def _name(element: Any) -> str:
    """Returns the local name of an element; the address of the namespace differs from site to site."""
    return str(element.tag).rpartition("}")[2]


def _text(element: Any, name: str) -> str:
    return next((" ".join(str(part.xpath("string()")).split()) for part in element if _name(part) == name), "")
