"""Records for tests, complete unless a test says otherwise."""

import hashlib
from pathlib import Path
from typing import Any

from pipeline.store.sql_store import SqlStoreFactory
from transforms.complete.choose import ALWAYS, FullText
from transforms.complete.complete_articles import CompleteArticles
from transforms.fetch.fetch_documents import FetchDocuments
from transforms.fetch.health import Intervals
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Limits
from transforms.fetch.poll import FetchOptions
from transforms.records import Article, Member, Reference


def fetching(folder: Path, *, now: int = 5, max_bytes: int = 10 * 2**20) -> FetchDocuments:
    """The first stage over a new store in a folder."""
    limits = Limits(connect_seconds=60, read_seconds=60, total_seconds=60, max_bytes=max_bytes)
    return FetchDocuments(
        store=_new_store(folder),
        fetch_options=FetchOptions(now, limits, "newsfold/test", private_addresses=True, politeness=Politeness(2, 0)),
        intervals=Intervals(3600, {}),
    )


def completing(folder: Path) -> CompleteArticles:
    """The stage that asks for the pages of all feeds, over a new store in a folder."""
    limits = Limits(connect_seconds=60, read_seconds=60, total_seconds=60, max_bytes=2**20)
    return CompleteArticles(
        store=_new_store(folder),
        full_text=FullText(ALWAYS, {}),
        fetch_options=FetchOptions(5, limits, "newsfold/test", private_addresses=True, politeness=Politeness(2, 0)),
    )


def _new_store(folder: Path) -> SqlStoreFactory:
    store = SqlStoreFactory(f"sqlite:///{folder / 'store.db'}", "run")
    with store() as opened:
        opened.create()
    return store


def article(**fields: Any) -> Article:
    """An article; its content hash follows its title and text."""
    values: dict[str, Any] = {
        "key": "url:courier.example/1",
        "id": "a1",
        "url": "https://courier.example/1",
        "title": "Ferry runs aground",
        "text": "The ferry ran aground.",
        "source": "Courier",
        "site": "courier.example",
        "language": "en",
        "published": 1_700_000_000,
        "published_quality": "zoned",
        "updated": None,
        "fetched_at": 1_700_000_500,
        "version": 1,
        "rules": [],
        "feed": "a",
    } | fields
    content = f"{values['title']}\0{values['text']}"
    values.setdefault("content_hash", hashlib.sha256(content.encode()).hexdigest()[:32])
    values.setdefault("references", [Reference(values["feed"], values["id"])])
    return Article(**values)


def member(number: int, **fields: Any) -> Member:
    """A member of a story."""
    values: dict[str, Any] = {
        "number": number,
        "story": 1,
        "id": f"a{number}",
        "url": f"https://courier.example/{number}",
        "title": f"Title {number}",
        "source": "Courier",
        "site": "courier.example",
        "language": "en",
        "published": 1_700_000_000 + number,
        "published_quality": "zoned",
        "first_seen": 1_700_000_500,
        "version": 1,
        "copy_of": 0,
        "similarity": 0.25,
    }
    return Member(**(values | fields))
