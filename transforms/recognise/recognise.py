"""New, a new version, or seen before."""

import hashlib
from collections.abc import Iterable, Mapping

from transforms.records import Article, Known, Recognised, Sighting


def recognise(articles: Iterable[Article], known: Mapping[str, Known], owners: Mapping[str, str]) -> Recognised:
    """Sorts united articles by what the store knows of them.

    A known one is a new version when `has_new_version`, else only another sighting.

    Args:
        articles: at most one a key.
        known: the stored articles of these keys.
        owners: the keys of stored articles that bear one of these public ids.
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
    """Whether a known article has a new version.

    It has when the feed whose content is stored changed it, or when another feed brings a longer text; a shorter
    rendition elsewhere is none.
    """
    changed = article.content_hash != stored.content_hash
    return changed and (article.feed == stored.feed or len(article.text) > stored.length)


def tell_apart(article: Article) -> Article:
    """The article under a public id of its own, for one whose id another article bears."""
    return article._replace(id=f"{article.id}~{hashlib.sha256(article.key.encode()).hexdigest()[:8]}")
