"""One article from all the places where one window found it.

The outcome does not depend on the order of the references. Within one feed the newest edition wins,
since a feed may hold an article and its correction; among feeds the longest text does, since many carry
only a summary of what another carries in full.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from transforms.clean.identity import rekeyed
from transforms.records import Article


def same_articles(articles: Iterable[Article], stored: Mapping[str, str]) -> Sequence[Sequence[Article]]:
    """Groups articles that are one: those with the same key once every alias is followed.

    Args:
        articles: of whole sites.
        stored: from aliases that the store has to the keys of its articles.

    Returns:
        Groups in the order of their keys; all articles of a group bear its key.
    """
    articles = list(articles)
    found = sorted({(alias, article.key) for article in articles for alias in article.aliases}, reverse=True)
    leads = {**dict(found), **stored}
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        key = _follow(article.key, leads)
        groups[key].append(article if key == article.key else rekeyed(article, key))
    return [groups[key] for key in sorted(groups)]


def _follow(key: str, leads: Mapping[str, str]) -> str:
    passed = {key}
    while (following := leads.get(key)) is not None and following not in passed:
        key = following
        passed.add(key)
    return key


def unite(articles: Iterable[Article]) -> Article:
    """Unites articles of one key.

    The content is that of one feed; the date is the earliest known, the references are those of all, and
    the version counts the different contents that this feed held.
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
    """The newest of one article's editions in one feed: by its own account, then by ours."""
    return max(editions, key=_edition_rank)


def _edition_rank(article: Article) -> tuple[int | str, ...]:
    """Behind the times, all that makes the order total."""
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
