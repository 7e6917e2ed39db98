"""Chooses the articles whose page is worth a request.

Requirements: a page is requested once, when its article is new or its feed changed it, and not again at every run.
Theory of operation: of several editions of an article in one feed only the newest counts, as when articles are united;
aliases are resolved before the store is queried, so that a link which merely redirects to a known page is known too;
whether a feed changed an article is decided by the same function as in recognising.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from transforms.clean.editions import has_new_version, newest_edition, same_articles
from transforms.clean.tokens import tokenise
from transforms.fetch.kinds import is_url
from transforms.ports import CompleteStore
from transforms.records import Article

NEVER, WHEN_SHORT, ALWAYS = "never", "when_short", "always"

SHORT_WORDS = 100
"""A text with fewer words is a teaser. Words are counted as in sketches: a Chinese character counts as one. Of 440
entries of six captured teaser-only feeds (CNN, Korea Times, heise, Golem, BBC Urdu and one in windows-1251) 96 % have
fewer, of 25 entries of a feed with full texts 4 %; a limit of 80 words misses 11 % of the teasers, one of 150 takes in
16 % of the full texts."""


class FullText(NamedTuple):
    """Which feeds have the pages of their articles fetched: 'never', 'when_short' or 'always'."""

    default: str
    """Applies to every feed that has an address."""
    by_feed: Mapping[str, str]
    """Exceptions from the default, by address without credentials."""

    def of(self, feed: str) -> str:
        """Returns the mode of a feed: 'never' for archives, which have no address and already hold full texts."""
        return self.by_feed.get(feed, self.default if is_url(feed) else NEVER)

    def wanted(self) -> bool:
        """Tells whether the pages of any feed are fetched."""
        return any(mode != NEVER for mode in (self.default, *self.by_feed.values()))


class Chosen(NamedTuple):
    """Articles sorted by whether their page is to be fetched."""

    pages: Sequence[Article]
    """To be fetched; an article that is already stored carries its stored number and key."""
    seen: Sequence[Article]
    """Not to be fetched, because the store already has this version."""
    unwanted: Sequence[Article]
    """Not to be fetched, because the text is long enough or the feed has a newer edition."""


def has_page(article: Article, full_text: FullText) -> bool:
    """Tells whether an article has a page of its own and belongs to a feed whose pages are fetched."""
    return full_text.of(article.feed) != NEVER and article.key.startswith("url:")


def choose(articles: Iterable[Article], store: CompleteStore, full_text: FullText) -> Chosen:
    """Chooses the articles whose page is to be fetched, among those that have one.

    Args:
        articles: all of the same feed must be in the same call.
        store: says which articles are stored, and in which version.
        full_text: the modes of the feeds.
    """
    articles = list(articles)
    aliases = store.aliases(sorted({article.key for article in articles}))
    newest: list[Article] = []
    unwanted: list[Article] = []
    for same in same_articles(articles, aliases):
        editions: dict[str, list[Article]] = defaultdict(list)
        for article in same:
            editions[article.feed].append(article)
        for edition in editions.values():
            best = newest_edition(edition)
            newest.append(best)
            unwanted += [article for article in edition if article is not best]
    wanted: list[Article] = []
    words = np.diff(tokenise([article.text for article in newest]).offsets)
    for article, length in zip(newest, words.tolist(), strict=True):
        is_wanted = length < SHORT_WORDS or full_text.of(article.feed) == ALWAYS
        (wanted if is_wanted else unwanted).append(article)
    pages: list[Article] = []
    seen: list[Article] = []
    known = store.known(sorted({article.key for article in wanted}))
    for article in wanted:
        stored = known.get(article.key)
        if stored is None:
            pages.append(article)
        elif has_new_version(article, stored):
            pages.append(article._replace(number=stored.number))
        else:
            seen.append(article)
    return Chosen(pages, seen, unwanted)
