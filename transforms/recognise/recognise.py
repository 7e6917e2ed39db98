"""Tells new articles and new versions from those that are stored already."""

import hashlib
from collections.abc import Iterable, Mapping

from transforms.clean.editions import has_new_version
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


def tell_apart(article: Article) -> Article:
    """Returns the article with a distinct public id, for one whose id belongs to another article."""
    return article._replace(id=f"{article.id}~{hashlib.sha256(article.key.encode()).hexdigest()[:8]}")
