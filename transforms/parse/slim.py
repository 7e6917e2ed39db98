"""A feed without what newsfold does not look at: feedparser takes its time for every element that it sees.

Requirements: feedparser must find the same ids, links, titles, texts, dates and names of outlets as in the whole feed.
Theory of operation: lxml parses a well-formed feed in a hundredth of the time, elements of entries that say nothing of
these are taken out, and feedparser reads what remains: half as many elements make it nearly twice as fast. A feed that
is not well-formed or that declares entities is left as it is: feedparser knows best what may be meant.
"""

import re
from typing import Any

_DROPPED = frozenset(
    {
        *("author", "category", "comments", "enclosure"),  # RSS
        *(f"{{http://www.w3.org/2005/Atom}}{name}" for name in ("author", "category", "contributor", "rights")),
        *(f"{{http://purl.org/dc/elements/1.1/}}{name}" for name in ("creator", "subject", "rights", "type", "format")),
    }
)
"""Elements of an entry, by namespace and name."""

_DROPPED_NAMESPACES = (
    "{http://search.yahoo.com/mrss",  # with and without the slash at its end; its captions pass for texts
    "{http://purl.org/rss/1.0/modules/slash/}",
    "{http://wellformedweb.org/CommentAPI/}",
    "{http://purl.org/syndication/thread/1.0}",
    "{http://www.georss.org/georss}",
    "{http://www.w3.org/2003/01/geo/wgs84_pos#}",
    "{com-wordpress:feed-additions:1}",
)
_KEPT = ("{http://search.yahoo.com/mrss/}title", "{http://search.yahoo.com/mrss}title")
"""Stands in for a missing title."""

_ENTRIES = ("item", "{http://purl.org/rss/1.0/}item", "{http://www.w3.org/2005/Atom}entry")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?(?!utf-?8\b)", re.IGNORECASE)


def slim(content: bytes, content_type: str) -> bytes:
    """Returns a feed without the elements of its entries that no `Item` takes anything from, in UTF-8.

    Args:
        content: of a feed.
        content_type: of the response: a charset in it counts before what the feed declares.
    """
    if b"<!DOCTYPE" in content or _CHARSET.search(content_type):
        return content
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return content
    for entry in list(root.iter(*_ENTRIES)):
        for element in list(entry):
            if _is_dropped(element.tag):
                entry.remove(element)
            elif element.text and not len(element) and "&" in element.text and "]]>" not in element.text:
                element.text = etree.CDATA(element.text)  # comes to feedparser in one piece
    slimmed: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return slimmed


def _is_dropped(tag: Any) -> bool:
    if not isinstance(tag, str) or tag in _KEPT:
        return False
    return tag in _DROPPED or tag.startswith(_DROPPED_NAMESPACES)
