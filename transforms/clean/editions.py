"""Editions of an article: which articles are the same one, which edition is the newest, which is a new version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from transforms.clean.identity import rekeyed
from transforms.records import Article, Known


def same_articles(articles: Iterable[Article], stored: Mapping[str, str]) -> Sequence[Sequence[Article]]:
    """Groups articles that have the same key once all aliases are resolved.

    Args:
        articles: all articles of some sites.
        stored: by alias, the key of the stored article.

    Returns:
        Groups in the order of their keys; all articles of a group carry its key.
    """
    articles = list(articles)
    found = sorted({(alias, article.key) for article in articles for alias in article.aliases}, reverse=True)
    key_of = {**dict(found), **stored}
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        key = _resolve(article.key, key_of)
        groups[key].append(article if key == article.key else rekeyed(article, key))
    return [groups[key] for key in sorted(groups)]


def _resolve(key: str, key_of: Mapping[str, str]) -> str:
    visited = {key}
    while (following := key_of.get(key)) is not None and following not in visited:
        key = following
        visited.add(key)
    return key


def newest_edition(editions: Iterable[Article]) -> Article:
    """Returns the newest edition of an article in one feed, by its own dates, then by the time of fetching."""
    return max(editions, key=_edition_rank)


def _edition_rank(article: Article) -> tuple[int | str, ...]:
    """Orders editions by time; the other fields only make the order total."""
    updated, published = article.updated or 0, article.published or 0
    return (
        updated or published,
        article.fetched_at,
        len(article.text),
        article.content_hash,
        published,
        article.published_quality,
        article.url,
        article.source,
        updated,
        article.updated is None,
        article.published is None,
    )


def has_new_version(article: Article, stored: Known) -> bool:
    """Tells whether an article is a new version of a stored one.

    It is if the feed whose content is stored has changed it, or if another feed has a longer text; a shorter text in
    another feed is not a new version.

    Args:
        article: as found by this window.
        stored: the stored article with the same key.
    """
    changed = article.content_hash != stored.content_hash
    return changed and (article.feed == stored.feed or len(article.text) > stored.length)
