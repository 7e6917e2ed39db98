"""Articles on their way from a feed into the store."""

from collections.abc import Sequence
from typing import NamedTuple, Optional


class Item(NamedTuple):
    """One feed entry, article row, page or text as it was found, before cleaning."""

    kind: str
    """The kind of the document that contained it, one of `transforms.fetch.kinds.KINDS`."""
    feed: str
    base: str
    """The URL that relative links are resolved against, '' when none is known."""
    id: str
    """GUID, Atom id, JSON Feed id or row id as found, '' without one."""
    url: str
    """As found: relative, tracked or empty."""
    title: str
    """As found: may contain markup and entities."""
    body: str
    body_type: str
    """'html', 'text', or 'extracted' for the output of a text extractor, with remains of the page."""
    published: str
    """As found, '' without one."""
    updated: str
    language: str
    """As declared by the row, the entry or its feed: a BCP 47 tag, or ''."""
    source: str
    """The outlet's name as declared by the row, the entry or its feed, or ''."""
    shared_url: bool
    """True when other entries of the same document have the same link, so that it identifies none of them."""
    fetched_at: int
    author: str = ""
    """As found, '' without one."""


class Reference(NamedTuple):
    """One place where an article was found."""

    feed: str
    id: str
    """The item's own id in that feed, or ''."""


class Article(NamedTuple):
    """One cleaned article."""

    key: str
    """Identity: 'url:<canonical key>', else 'id:<site>|<id>', else 'text:<site>|<content hash>'."""
    id: str
    """Public id: the row's own id, else 'a_' and 16 hexadecimal digits of the key's SHA-256."""
    url: str
    """Canonical URL that a person can open, or ''."""
    title: str
    text: str
    """Plain text, one paragraph per line."""
    source: str
    """The outlet's name as shown to users."""
    site: str
    """The owner of its boilerplate: the registrable domain, else the outlet's name, else the feed; '' for a row
    that names none. Equal keys have equal sites."""
    language: str
    """BCP 47 primary subtag, or 'und'."""
    published: Optional[int]  # noqa: UP045
    published_quality: str
    """One of `transforms.clean.dates.QUALITIES`."""
    updated: Optional[int]  # noqa: UP045
    fetched_at: int
    version: int
    """1 for the first content seen, one more for each change."""
    content_hash: str
    """Hash of title and text as the feed has them, 32 hexadecimal digits: neither the article's page nor the
    boilerplate of its site makes a new version."""
    rules: Sequence[str]
    """Names of the cleaning rules that removed something, sorted, without repeats."""
    references: Sequence[Reference]
    """Every place where this run found it, sorted; the first item of `feed` is not special."""
    feed: str
    """The feed that this content came from."""
    number: int = 0
    """The store's number of the article, 0 until one is assigned."""
    line_hashes: bytes = b""
    """uint32: the line fingerprints that count towards the boilerplate of its site, without repeats."""
    boilerplate: Sequence[int] = ()
    """Spans of `text` that are boilerplate of its site, in characters: `[start, end, start, end, ...]`."""
    aliases: Sequence[str] = ()
    """Other keys of the same site under which this run found it, and by which it is recognised later."""
    author: str = ""
    """The author named by the page, or ''."""


class Known(NamedTuple):
    """The fields of a stored article by which new ones are compared with it."""

    number: int
    id: str
    version: int
    content_hash: str
    feed: str
    """The feed whose content is stored."""
    length: int
    """Length of the stored text in characters."""


class Rejected(NamedTuple):
    """A dead letter: an input that could not be used, the reason, and enough to try it again."""

    stage: str
    reason: str
    """One of `transforms.rejects.REASONS`."""
    location: str
    """Path or URL, followed by ':<line>' for one row of a file."""
    detail: str
    """One line for a person, without credentials."""
    payload: str
    """The article row as JSON when only a row was rejected, '' when the location must be read again."""


class Sighting(NamedTuple):
    """A stored article that this window found again unchanged, or a deleted one that is still in its feed."""

    number: int
    """0 for a deleted article."""
    references: Sequence[Reference]
    seen_at: int
    aliases: Sequence[str] = ()
    """See `Article.aliases`; for a deleted article, all keys that it is known by."""


class Recognised(NamedTuple):
    """The result of recognising one shard of articles; either field may be empty."""

    articles: Sequence[Article]
    """New ones and new versions."""
    sightings: Sequence[Sighting]
