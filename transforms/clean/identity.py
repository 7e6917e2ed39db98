"""What makes an article the same article: its key, its public id and the hash of its content."""

import hashlib
from typing import NamedTuple

from transforms.clean.urls import site, url_key
from transforms.fetch.kinds import ROWS
from transforms.records import Article, Item


def content_hash(title: str, text: str) -> str:
    """Returns 32 hexadecimal digits (BLAKE2b of 16 bytes) over title and text; neither may hold a NUL."""
    return hashlib.blake2b(f"{title}\0{text}".encode(), digest_size=16).hexdigest()


class Identity(NamedTuple):
    """What an article is known by, and whose it is."""

    key: str
    """'url:<key>', 'id:<site>|<id>' or 'text:<site>|<digest>'."""
    site: str
    """Of equal keys always the same, so that one worker can see all articles of a key."""


def identify(item: Item, url: str, source: str, digest: str) -> Identity:
    """Returns the identity of an article across runs and feeds.

    Its URL, unless the link is shared by other entries of its document or names no article; else its id, which is
    only good within its outlet; else its content.

    Args:
        item: As found.
        url: Canonical URL, or ''.
        source: The declared name of the source, or ''.
        digest: Content hash.
    """
    key = "" if item.shared_url else url_key(url)
    if key:
        return Identity(f"url:{key}", site(key))
    # Rows of one outlet may come in any file; all else belongs to its feed when it names no outlet.
    owner = source or ("" if item.kind == ROWS else item.feed)
    identifier = writable(item.id)
    return Identity(f"id:{owner}|{identifier}" if identifier else f"text:{owner}|{digest}", owner)


def public_id(item: Item, key: str) -> str:
    """Returns the row's own id, else 'a_' and 16 hexadecimal digits of the key's SHA-256."""
    if item.kind == ROWS and item.id:
        return writable(item.id)
    return _id_of(key)


def rekeyed(article: Article, key: str) -> Article:
    """Returns the article under another key, with the public id that follows from it unless its id is its own."""
    follows = article.id == _id_of(article.key)
    return article._replace(key=key, id=_id_of(key) if follows else article.id)


def _id_of(key: str) -> str:
    return f"a_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def writable(text: str) -> str:
    """Returns a text that UTF-8 can carry: lone surrogates, which JSON can carry, become '?'."""
    return text.encode("utf-8", "replace").decode()
