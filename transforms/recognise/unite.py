"""Unites an article that one window found in several places.

The result does not depend on the order of the references. Within a feed the newest edition wins, since a feed may hold
an article and its correction; among feeds the longest text wins, since many have only a summary of what another has in
full.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from transforms.clean.identity import rekeyed
from transforms.records import Article


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


def unite(articles: Iterable[Article]) -> Article:
    """Unites articles with the same key.

    Returns:
        An article with the content of one feed, the earliest date of any, the references and aliases of all; its
        version is the number of different contents in that feed.
    """
    editions: dict[str, list[Article]] = {}
    for article in articles:
        editions.setdefault(article.feed, []).append(article)
    newest = [newest_edition(edition) for edition in editions.values()]
    best = max(newest, key=_feed_rank)
    dates = sorted(
        (article.published, article.published_quality) for article in newest if article.published is not None
    )
    published, quality = dates[0] if dates else (best.published, best.published_quality)
    everything = [article for edition in editions.values() for article in edition]
    return best._replace(
        id=min((article.id for article in everything if article.references[0].id == article.id), default=best.id),
        published=published,
        published_quality=quality,
        version=len({article.content_hash for article in editions[best.feed]}),
        fetched_at=min(article.fetched_at for article in everything),
        references=sorted({reference for article in everything for reference in article.references}),
        aliases=sorted({alias for article in everything for alias in article.aliases} - {best.key}),
    )


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


def _feed_rank(article: Article) -> tuple[int, int, str]:
    return (len(article.text), -(article.published or article.fetched_at), article.feed)
