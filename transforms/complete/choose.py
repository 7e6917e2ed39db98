"""Which articles are worth a request for their page.

Requirements: a page is asked for once, when its article is new or its feed changed it, never again at every run.
Theory of operation: of an article's editions in one feed only the newest counts, as when articles are united; the
store is asked by the key that an article has behind its aliases, so that a link which only leads to a known page is
known too; what is news is recognising's own rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from transforms.fetch.kinds import is_url
from transforms.ports import CompleteStore
from transforms.recognise.recognise import has_new_version
from transforms.recognise.unite import newest_edition, same_articles
from transforms.records import Article
from transforms.sketch.tokens import tokenise

NEVER, WHEN_SHORT, ALWAYS = "never", "when_short", "always"

SHORT_WORDS = 100
"""A text with fewer words is a teaser. Words are counted as in sketches, a Chinese character for one. Of 440 entries
of six captured feeds that only tease (CNN, Korea Times, heise, Golem, BBC Urdu and one in windows-1251) 96 % have
fewer, of 25 entries of a feed with full texts 4 %; 80 words leave out 11 % of the teasers, 150 catch 16 % of the full
texts."""


class FullText(NamedTuple):
    """Of which feeds the articles' pages are wanted: one of 'never', 'when_short' and 'always'."""

    default: str
    """For every feed that has an address."""
    by_feed: Mapping[str, str]
    """By address without credentials."""

    def of(self, feed: str) -> str:
        """What is wanted of this feed; archives, which have no address, have their texts."""
        return self.by_feed.get(feed, self.default if is_url(feed) else NEVER)

    def wanted(self) -> bool:
        """Whether any feed's pages are."""
        return any(mode != NEVER for mode in (self.default, *self.by_feed.values()))


class Chosen(NamedTuple):
    """Articles sorted by whether their page is asked for."""

    pages: Sequence[Article]
    """It is; of these, the ones that are in the store already bear its number and key."""
    seen: Sequence[Article]
    """It is not, since the store knows what the feed has."""
    unwanted: Sequence[Article]
    """It is not, since the text is long enough or its feed has a newer edition."""


def has_page(article: Article, full_text: FullText) -> bool:
    """Whether an article has a page of its own and its feed's pages are wanted."""
    return full_text.of(article.feed) != NEVER and article.key.startswith("url:")


def choose(articles: Iterable[Article], store: CompleteStore, full_text: FullText) -> Chosen:
    """Sorts articles that have a page.

    Args:
        articles: those of one feed together.
        store: knows what was seen.
        full_text: of their feeds.
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
        asked = length < SHORT_WORDS or full_text.of(article.feed) == ALWAYS
        (wanted if asked else unwanted).append(article)
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
