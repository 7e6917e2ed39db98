"""Unites an article that one window found in several places.

The result does not depend on the order of the references. Within a feed the newest edition wins, since a feed may hold
an article and its correction; among feeds the longest text wins, since many have only a summary of what another has in
full.
"""

from collections.abc import Iterable

from transforms.clean.editions import newest_edition
from transforms.records import Article


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


def _feed_rank(article: Article) -> tuple[int, int, str]:
    return (len(article.text), -(article.published or article.fetched_at), article.feed)
