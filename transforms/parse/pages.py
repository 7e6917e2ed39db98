"""Article pages and extracted texts: one item each."""

from typing import Any, NamedTuple
from urllib.parse import urljoin

from transforms.records import Document, Item
from transforms.rejects import RejectError

_STAMPS = "//meta[@property='article:published_time' or @itemprop='datePublished']/@content"


_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")


class Page(NamedTuple):
    """What an HTML page holds."""

    item: Item
    canonical: str
    """Where its rel=canonical points, as found; '' without one, or with several that disagree."""


def parse_page(document: Document) -> Item:
    """Finds the article in an HTML page; see `read_page`."""
    return read_page(document).item


def read_page(document: Document) -> Page:
    """Finds the article in an HTML page by trafilatura, which has the best F1 on article-extraction-benchmark.

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
    except Exception as error:  # of many types: trafilatura has none of its own for a page that it cannot take
        raise RejectError("malformed", f"trafilatura fails with {type(error).__name__}") from error
    if page is None or isinstance(page, dict) or not (page.text or page.title):
        raise RejectError("no_text", "no article in the page")
    item = _only_item(
        document,
        url=page.url or document.address,
        title=page.title or "",
        # The heading of the page comes as the first line of the text too.
        body=(page.text or "").removeprefix(f"{page.title}\n"),
        body_type="text",
        # trafilatura gives the day alone; the page may name the time of that day.
        published=next((stamp for stamp in stamps if page.date and stamp.startswith(page.date)), page.date or ""),
        # Of 181 pages 4 declare another language than they are written in: the text is the better witness.
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
    """The first feed that a page names in a link element, '' without one (RSS autodiscovery).

    Args:
        content: of the page.
        address: of the page, which the link may be relative to.
    """
    from selectolax.lexbor import LexborHTMLParser

    for link in LexborHTMLParser(content).css("link[rel~=alternate][href]"):
        if (link.attributes.get("type") or "").strip().lower() in _FEED_TYPES:
            return urljoin(address, (link.attributes.get("href") or "").strip())
    return ""


def parse_text(document: Document) -> Item:
    """Takes a text as a crawler delivers it; its debris is for the cleaning to find."""
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
        # Not only the file's name: a site's saved pages are often all called index.html.
        id="" if document.address else document.location,
        updated="",
        shared_url=False,
        fetched_at=document.fetched_at,
        **values,
    )
