"""Parses article pages and extracted texts, which hold one item each."""

from typing import Any, NamedTuple
from urllib.parse import urljoin

from transforms.records import Document, Item
from transforms.rejects import RejectError

_STAMPS = "//meta[@property='article:published_time' or @itemprop='datePublished']/@content"
"""XPath of the publication times in the metadata of a page."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


class Page(NamedTuple):
    """The contents of an article page."""

    item: Item
    canonical: str
    """Target of its rel=canonical link, as found; '' without one, or with several that disagree."""


def parse_page(document: Document) -> Item:
    """Extracts the article from an HTML page; see `read_page`."""
    return read_page(document).item


def read_page(document: Document) -> Page:
    """Extracts the article from an HTML page with trafilatura, which has the best F1 on article-extraction-benchmark.

    Args:
        document: of kind 'page'.

    Raises:
        RejectError: 'malformed' when no element can be read, 'no_text' when the page holds no article.
    """
    from trafilatura import bare_extraction, load_html

    tree = load_html(document.content)
    if tree is None:
        raise RejectError("malformed", "no HTML element")
    stamps = tree.xpath(_STAMPS)
    canonical = _canonical(tree)
    try:
        page = bare_extraction(
            tree,
            url=document.address or None,
            favor_precision=True,
            include_comments=False,
            deduplicate=False,
            with_metadata=True,
        )
    except Exception as error:  # trafilatura has no exception class of its own for pages that it cannot handle
        raise RejectError("malformed", f"trafilatura fails with {type(error).__name__}") from error
    if page is None or isinstance(page, dict) or not (page.text or page.title):
        raise RejectError("no_text", "no article in the page")
    item = _only_item(
        document,
        url=page.url or document.address,
        title=page.title or "",
        # trafilatura repeats the heading of the page as the first line of the text.
        body=(page.text or "").removeprefix(f"{page.title}\n"),
        body_type="text",
        # trafilatura returns only the day; the metadata of the page may hold the time of that day.
        published=next((stamp for stamp in stamps if page.date and stamp.startswith(page.date)), page.date or ""),
        # Of 181 pages 4 declare another language than they are written in, so the language is detected from the text.
        language="",
        source=page.sitename or "",
        author=(page.author or "").replace("; ", ", "),
    )
    return Page(item, canonical)


def _canonical(tree: Any) -> str:
    found = {
        link.get("href", "").strip()
        for link in tree.iterfind(".//head/link")
        if "canonical" in link.get("rel", "").lower().split()
    }
    return found.pop() if len(found) == 1 else ""


def advertised_feed(content: bytes, address: str) -> str:
    """Returns the address of the first feed that a page links to (RSS autodiscovery), '' without one.

    Args:
        content: the page.
        address: URL of the page, which resolves a relative link.
    """
    from selectolax.lexbor import LexborHTMLParser

    for link in LexborHTMLParser(content).css("link[rel~=alternate][href]"):
        if (link.attributes.get("type") or "").strip().lower() in _FEED_TYPES:
            return urljoin(address, (link.attributes.get("href") or "").strip())
    return ""


def parse_text(document: Document) -> Item:
    """Wraps a text as a crawler delivers it into an item; cleaning removes the debris of its page."""
    return _only_item(document, body=_decode(document.content), body_type="extracted")


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _only_item(document: Document, **fields: str) -> Item:
    values = {"url": "", "title": "", "published": "", "language": "", "source": "", "author": ""} | fields
    return Item(
        kind=document.kind,
        feed=document.feed,
        base=document.address,
        # The name alone is not enough: the saved pages of a site are often all called index.html.
        id="" if document.address else document.location,
        updated="",
        shared_url=False,
        fetched_at=document.fetched_at,
        **values,
    )
