"""Cleans one item into one article, by combining the pure functions of this stage."""

from pathlib import PurePath

from transforms.clean.dates import read_date
from transforms.clean.debris import without_last_prompts
from transforms.clean.extracted import without_debris
from transforms.clean.identity import content_hash, identify, public_id, writable
from transforms.clean.language import language_of
from transforms.clean.text import one_line, plain_text, without_site_suffix
from transforms.clean.urls import canonical_url, resolve, site
from transforms.fetch.kinds import PAGE
from transforms.records import Article, Item, Reference
from transforms.rejects import RejectError


def clean(item: Item, now: int) -> Article:
    """Cleans an item into version 1 of an article that has the item as its only reference.

    Cleaning the article again changes neither its title nor its text nor its URL. Without a publication date the date
    of the last update is used, as in feed readers; without both, `published` is None.

    Args:
        item: as found.
        now: UTC epoch seconds; later dates are clamped to it.

    Raises:
        RejectError: 'no_text' when neither a title nor a text remains.
    """
    url = canonical_url(resolve(item.base, item.url))
    declared_source = one_line(item.source)
    source = declared_source or site(url) or PurePath(item.feed).name
    title = without_site_suffix(one_line(item.title), source)
    text = plain_text(item.body, is_html=item.body_type == "html")
    raw_published, raw_updated = item.published or item.updated, item.updated
    author = one_line(item.author)
    if item.body_type == "extracted":
        found = without_debris(text, title=title, source=source, published=raw_published, updated=raw_updated)
        title, text, raw_published, raw_updated, byline, rules = found
        author = author or byline
    else:
        text, rules = without_last_prompts(text)
    if not title and not text:
        raise RejectError("no_text", url or one_line(item.id))
    published, quality = read_date(raw_published, now)
    if quality == "assumed_utc" and item.kind == PAGE:
        quality = "page"
    updated, _ = read_date(raw_updated, now)
    digest = content_hash(title, text)
    key, owner = identify(item, url, declared_source, digest)
    return Article(
        key=key,
        id=public_id(item, key),
        url=url,
        title=title,
        text=text,
        source=source,
        site=owner,
        language=language_of(item.language, title, text),
        published=published,
        published_quality=quality,
        updated=updated,
        fetched_at=item.fetched_at,
        version=1,
        content_hash=digest,
        rules=rules,
        references=(Reference(item.feed, writable(item.id)),),
        feed=item.feed,
        author=author,
    )
