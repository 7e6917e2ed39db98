"""Exports of stories for feed readers and spreadsheets: RSS, JSON Feed, JSON Lines, CSV."""

import csv
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from markupsafe import Markup

from pipeline.inspect import listing
from pipeline.inspect.listing import Filter
from pipeline.web.api import Problem
from pipeline.web.inspector import Inspector
from pipeline.web.query import Chosen
from pipeline.web.site import CurrentSite
from pipeline.web.text import shown, web_address, when

_ITEMS = 50
_BATCH = 500
_COLUMNS = (
    "id", "state", "headline", "summary", "language", "size", "source_count", "first_published", "last_published",
    "last_updated", "keywords", "representative",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])

Record = Mapping[str, Any]


def content(story: Record) -> str:
    """Renders a story as HTML for a feed reader: its summary and its articles."""
    items = Markup("").join(
        Markup("<li>{}{}: {}, {}</li>").format(
            "copy: " if one["copy_of"] else "", shown(one["source"], 100), _link(one), when(one["published"])
        )
        for one in story["articles"][:30]
    )
    return str(Markup("<p>{}</p><ul>{}</ul>").format(shown(story["summary"], 1000), items))


def _link(article: Record) -> Markup:
    title, address = shown(article["title"] or "without a title"), web_address(article["url"])
    if not address:
        return Markup("{}").format(title)
    return Markup('<a href="{}">{}</a>').format(address, title)


def rss(stories: Sequence[Record], home: str, address: str) -> bytes:
    """Renders stories as RSS 2.0 (https://www.rssboard.org/rss-specification).

    Args:
        stories: records of the stories.
        home: URL of the list of stories, with a trailing slash.
        address: URL of this feed.
    """
    root = ElementTree.Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = ElementTree.SubElement(root, "channel")
    for name, value in (("title", "newsfold"), ("link", home), ("description", "News folded into stories")):
        ElementTree.SubElement(channel, name).text = value
    ElementTree.SubElement(channel, "atom:link", {"href": address, "rel": "self", "type": "application/rss+xml"})
    for story in stories:
        item = ElementTree.SubElement(channel, "item")
        for name, value in (
            ("title", shown(story["headline"])),
            ("link", f"{home}stories/{story['id']}"),
            ("description", content(story)),
            ("pubDate", format_datetime(datetime.fromisoformat(story["last_updated"].replace("Z", "+00:00")))),
        ):
            ElementTree.SubElement(item, name).text = value.translate(_NOT_XML)
        ElementTree.SubElement(item, "guid", {"isPermaLink": "false"}).text = story["id"]
        for keyword in story["keywords"]:
            ElementTree.SubElement(item, "category").text = shown(keyword, 60).translate(_NOT_XML)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(stories: Sequence[Record], home: str, address: str) -> bytes:
    """Renders stories as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/); takes the arguments of `rss`."""
    items = [
        {
            "id": story["id"],
            "url": f"{home}stories/{story['id']}",
            "title": shown(story["headline"]),
            "content_html": content(story),
            "summary": shown(story["summary"], 1000),
            "date_published": story["first_published"] or story["first_seen"],
            "date_modified": story["last_updated"],
            "tags": [shown(keyword, 60) for keyword in story["keywords"]],
            "language": story["language"],
        }
        for story in stories
    ]
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1", "title": "newsfold", "home_page_url": home,
            "feed_url": address, "description": "News folded into stories", "items": items,
        }
    )  # fmt: skip


def as_csv(stories: Sequence[Record], *, header: bool) -> str:
    """Formats stories as CSV rows; an apostrophe before a formula makes it text."""
    file = io.StringIO()
    writer = csv.writer(file)
    if header:
        writer.writerow(_COLUMNS)
    for story in stories:
        values = [", ".join(story[name]) if name == "keywords" else story[name] for name in _COLUMNS]
        writer.writerow(
            ["'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value for value in values]
        )
    return file.getvalue()


routes = APIRouter(responses={400: {"model": Problem, "description": "A parameter is invalid"}})


def _newest(inspector: Inspector, request: Request, chosen: Filter) -> tuple[list[Any], str, str]:
    chosen = chosen if chosen.sort else chosen._replace(sort="updated")
    with inspector.reading() as sources:
        chosen = listing.checked(sources.stories, chosen)
        lines = listing.list_stories(sources.stories, chosen, time.time(), _ITEMS)
        records = listing.records_of(sources.store, [line.number for line in lines])
    return [orjson.loads(record) for record in records], str(request.base_url), str(request.url)


@routes.get("/feed.xml", response_class=Response, responses={200: {"content": {"application/rss+xml": {}}}})
def as_rss(request: Request, site: CurrentSite, chosen: Chosen) -> Response:
    """Get the most recently changed stories as RSS."""
    return Response(rss(*_newest(site.inspector, request, chosen)), media_type="application/rss+xml")


@routes.get("/feed.json", response_class=Response, responses={200: {"content": {"application/feed+json": {}}}})
def as_json_feed(request: Request, site: CurrentSite, chosen: Chosen) -> Response:
    """Get the most recently changed stories as JSON Feed."""
    return Response(json_feed(*_newest(site.inspector, request, chosen)), media_type="application/feed+json")


def _parts(inspector: Inspector, chosen: Filter, form: str) -> Iterator[bytes]:
    with inspector.reading() as sources:
        numbers = [line.number for line in listing.list_stories(sources.stories, chosen, time.time())]
        for low in range(0, max(len(numbers), 1), _BATCH):
            records = listing.records_of(sources.store, numbers[low : low + _BATCH])
            if form == "csv":
                yield as_csv([orjson.loads(record) for record in records], header=low == 0).encode()
            else:
                yield b"".join(record + b"\n" for record in records)


def _download(inspector: Inspector, chosen: Filter, form: str, media_type: str) -> Response:
    with inspector.reading() as sources:
        chosen = listing.checked(sources.stories, chosen)
        listing.count_stories(sources.stories, chosen, time.time())  # an invalid time fails before the first byte
    headers = {"Content-Disposition": f'attachment; filename="stories.{form}"'}
    return StreamingResponse(_parts(inspector, chosen, form), media_type=media_type, headers=headers)


@routes.get("/stories.jsonl", response_class=Response, responses={200: {"content": {"application/jsonl": {}}}})
def jsonl(site: CurrentSite, chosen: Chosen) -> Response:
    """Download the records of the stories, one per line."""
    return _download(site.inspector, chosen, "jsonl", "application/jsonl")


@routes.get("/stories.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def csv_(site: CurrentSite, chosen: Chosen) -> Response:
    """Download the stories as a table."""
    return _download(site.inspector, chosen, "csv", "text/csv")
