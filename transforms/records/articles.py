"""Articles on their way from a feed into the store."""

from collections.abc import Sequence
from typing import NamedTuple, Optional


class Item(NamedTuple):
    """One feed entry, article row, page or text as it was found: nothing is cleaned yet."""

    kind: str
    """The kind of the document that held it, one of `transforms.fetch.kinds.KINDS`."""
    feed: str
    base: str
    """What relative links are resolved against: a URL, or '' when none is known."""
    id: str
    """GUID, Atom id, JSON Feed id or row id as found, '' without one."""
    url: str
    """As found: relative, tracked or empty."""
    title: str
    """As found: may hold markup and entities."""
    body: str
    body_type: str
    """'html', 'text', or 'extracted' for the output of a text extractor with its page debris."""
    published: str
    """As found, '' without one."""
    updated: str
    language: str
    """As declared by the row, the entry or its feed: a BCP 47 tag, or ''."""
    source: str
    """The outlet's name as declared by the row, the entry or its feed, or ''."""
    shared_url: bool
    """Whether other entries of the same document bear the same link, so that it names none of them."""
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
    """Plain text, one paragraph a line."""
    source: str
    """The outlet's name to show."""
    site: str
    """Whose boilerplate it carries: the registrable domain, else the outlet's name, else the feed; '' for a row
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
    """32 hexadecimal digits over title and text as the feed has them: neither the article's page nor the boilerplate
    of its site make a new version."""
    rules: Sequence[str]
    """Names of the cleaning rules that removed something, sorted, each once."""
    references: Sequence[Reference]
    """Every place where this run found it, sorted; the first item of `feed` is not special."""
    feed: str
    """The feed whose content this is."""
    number: int = 0
    """The store's number of the article, 0 before it has one."""
    line_hashes: bytes = b""
    """uint32: the prints that count towards the boilerplate of its site, each once."""
    boilerplate: Sequence[int] = ()
    """Stretches of `text` that are boilerplate of its site, in characters: `[start, end, start, end, ...]`."""
    aliases: Sequence[str] = ()
    """Other keys under which this run found it, and under which it is to be recognised; of the same site."""
    author: str = ""
    """Who wrote it, as the page says, or ''."""


class Known(NamedTuple):
    """What recognising needs to know of a stored article."""

    number: int
    id: str
    version: int
    content_hash: str
    feed: str
    """The feed whose content is stored."""
    length: int
    """Characters of the stored text."""


class Rejected(NamedTuple):
    """A dead letter: what could not be used, why, and enough to try again."""

    stage: str
    reason: str
    """One of `transforms.rejects.REASONS`."""
    location: str
    """Path or URL, with ':<line>' behind it for one row of a file."""
    detail: str
    """One line for a person, without credentials."""
    payload: str
    """The article row as JSON when only a row was refused, '' when the location must be read again."""


class Sighting(NamedTuple):
    """A stored article that this window found again unchanged, or one that was deleted and is still in its feed."""

    number: int
    """0 for one that was deleted."""
    references: Sequence[Reference]
    seen_at: int
    aliases: Sequence[str] = ()
    """See `Article.aliases`; of a deleted article all keys that it is known by."""


class Recognised(NamedTuple):
    """What recognising made of one shard of articles: any part may be empty."""

    articles: Sequence[Article]
    """New ones and new versions."""
    sightings: Sequence[Sighting]
