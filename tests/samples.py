"""Records for tests, complete unless a test says otherwise."""

import hashlib
from typing import Any

from transforms.records import Article, Reference


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
