"""Records for tests, complete unless a test says otherwise."""

import hashlib
from pathlib import Path
from typing import Any

from pipeline.store.sql_store import SqlStoreFactory
from transforms.fetch.fetch_documents import FetchDocuments
from transforms.fetch.health import Intervals
from transforms.fetch.http import Limits
from transforms.fetch.poll import Asking
from transforms.fetch.turns import Politeness
from transforms.records import Article, Reference


def fetching(folder: Path, *, now: int = 5, max_bytes: int = 10 * 2**20) -> FetchDocuments:
    """The first stage over a new store in a folder."""
    store = SqlStoreFactory(f"sqlite:///{folder / 'fetching.db'}", "run")
    with store() as opened:
        opened.create()
    limits = Limits(connect_seconds=1, read_seconds=1, total_seconds=1, max_bytes=max_bytes)
    return FetchDocuments(
        store=store,
        asking=Asking(now, limits, "newsfold/test", private_addresses=True),
        politeness=Politeness(hosts_at_once=2, gap_seconds=0),
        intervals=Intervals(3600, {}),
    )


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
