"""OPML lists of feeds (http://opml.org/spec2.opml)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml import DefusedXmlException


class Outline(NamedTuple):
    """One feed of an OPML list."""

    address: str
    """URL or path as written in the list; may be relative, may contain credentials."""
    title: str
    folder: tuple[str, ...]
    """Titles of the enclosing outlines, outermost first."""


def read_opml(content: bytes) -> list[Outline]:
    """Parses the feeds of a list in document order, nested to any depth.

    Names of elements and attributes are case-insensitive, since real lists vary.

    Raises:
        ValueError: the list cannot be parsed, or it contains an entity declaration.
    """
    try:
        root = defusedxml.ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException, LookupError) as error:
        raise ValueError(str(error)) from error
    return list(_outlines(root))


def _outlines(root: ElementTree.Element) -> Iterator[Outline]:
    pending: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(root, ())]
    while pending:
        element, folder = pending.pop()
        attributes = {name.lower(): " ".join(value.split()) for name, value in element.items()}
        title = attributes.get("title") or attributes.get("text") or ""
        if element.tag.lower().endswith("outline"):
            if address := attributes.get("xmlurl"):
                yield Outline(address, title, folder)
            elif title:
                folder = (*folder, title)
        pending += [(child, folder) for child in reversed(element) if isinstance(child.tag, str)]


def write_opml(feeds: Iterable[Outline]) -> bytes:
    """Formats feeds as OPML 2.0 in UTF-8, which every feed reader can import."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Feeds of newsfold"
    folders: dict[tuple[str, ...], ElementTree.Element] = {(): ElementTree.SubElement(root, "body")}
    for feed in feeds:
        for depth in range(1, len(feed.folder) + 1):
            folder = feed.folder[:depth]
            if folder not in folders:
                folders[folder] = ElementTree.SubElement(
                    folders[folder[:-1]], "outline", text=folder[-1], title=folder[-1]
                )
        title = feed.title or feed.address
        ElementTree.SubElement(
            folders[feed.folder], "outline", type="rss", text=title, title=title, xmlUrl=feed.address
        )
    ElementTree.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root) + b"\n"
