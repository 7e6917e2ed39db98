"""Tells new articles and new versions from those that are stored already."""

import hashlib
from collections.abc import Iterable, Mapping

from transforms.records import Article, Known, Recognised, Sighting


def recognise(articles: Iterable[Article], known: Mapping[str, Known], owners: Mapping[str, str]) -> Recognised:
    """Compares united articles with the stored ones.

    Args:
        articles: at most one per key.
        known: the stored articles with these keys.
        owners: by public id, the keys of the stored articles that have the ids of these articles.

    Returns:
        The new articles and the new versions; and a sighting of each article that is stored.
    """
    fresh: list[Article] = []
    sightings: list[Sighting] = []
    for article in sorted(articles):
        stored = known.get(article.key)
        if stored is None:
            fresh.append(tell_apart(article) if article.id in owners else article)
            continue
        sightings.append(Sighting(stored.number, article.references, article.fetched_at, article.aliases))
        if has_new_version(article, stored):
            version = stored.version + article.version
            fresh.append(article._replace(id=stored.id, number=stored.number, version=version))
    return Recognised(fresh, sightings)


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


def tell_apart(article: Article) -> Article:
    """Returns the article with a distinct public id, for one whose id belongs to another article."""
    return article._replace(id=f"{article.id}~{hashlib.sha256(article.key.encode()).hexdigest()[:8]}")
