"""Identifies articles: computes the key, the public id and the hash of the content."""

import hashlib
from typing import NamedTuple

from transforms.clean.urls import site, url_key
from transforms.fetch.kinds import ROWS
from transforms.records import Article, Item


def content_hash(title: str, text: str) -> str:
    """Returns the BLAKE2b hash of title and text, neither of which may hold a NUL, as 32 hexadecimal digits."""
    return hashlib.blake2b(f"{title}\0{text}".encode(), digest_size=16).hexdigest()


class Identity(NamedTuple):
    """The key of an article, and the site that it belongs to."""

    key: str
    """'url:<key>', 'id:<site>|<id>' or 'text:<site>|<digest>'."""
    site: str
    """The same for equal keys, so that one worker sees all articles of a key."""


def identify(item: Item, url: str, source: str, digest: str) -> Identity:
    """Returns the identity of an article, which is the same across runs and feeds.

    An article is identified by its URL, unless other entries of its document share the link or it does not name an
    article; else by its id, which is unique only within its outlet; else by its content.

    Args:
        item: as found.
        url: canonical URL, or ''.
        source: declared name of the outlet, or ''.
        digest: as returned by `content_hash`.
    """
    key = "" if item.shared_url else url_key(url)
    if key:
        return Identity(f"url:{key}", site(key))
    # Rows of one outlet may come from any file; an entry that names no outlet belongs to its feed.
    owner = source or ("" if item.kind == ROWS else item.feed)
    identifier = writable(item.id)
    return Identity(f"id:{owner}|{identifier}" if identifier else f"text:{owner}|{digest}", owner)


def public_id(item: Item, key: str) -> str:
    """Returns the row's own id, else 'a_' and 16 hexadecimal digits of the key's SHA-256."""
    if item.kind == ROWS and item.id:
        return writable(item.id)
    return _id_of(key)


def rekeyed(article: Article, key: str) -> Article:
    """Returns the article with another key, and with the public id for that key unless the row brought its own id."""
    follows = article.id == _id_of(article.key)
    return article._replace(key=key, id=_id_of(key) if follows else article.id)


def _id_of(key: str) -> str:
    return f"a_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def writable(text: str) -> str:
    """Makes a text encodable in UTF-8: replaces lone surrogates, which JSON can hold, by '?'."""
    return text.encode("utf-8", "replace").decode()
