"""Loads what a fold works on: the articles of a window, and all members of the stored stories that they touch."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.guards import Bar, LinkGuards, share_one_word
from transforms.fold.rulings import ManualEdit, Ruled, by_row
from transforms.match.links import Links, join_links
from transforms.match.match import Matched
from transforms.match.segments import TERM
from transforms.match.vectors import TermMatrix, stack, vectorise, vocabulary
from transforms.ports import FoldStore
from transforms.records import Article, Link, Member, StoredStory
from transforms.sketch.terms import count_words


class FoldContext(NamedTuple):
    """Articles by row, ascending by number."""

    members: list[Member]
    """With the number of their stored story, 0 for a new article."""
    numbers: NDArray[np.int64]
    fresh: frozenset[int]
    """The numbers of the articles of the window."""
    vectors: TermMatrix
    words: NDArray[np.int64]
    """The number of distinct words of each article."""
    links: Links
    """The links of the window between articles of the context."""
    support: Links
    """Stored copies between unchanged members of stories that are edited or have a member that changed."""
    pairs: NDArray[np.int64]
    """Shape (pairs, 2): the rows that these links, or stored ones, connect."""
    stored: dict[int, StoredStory]
    """The stored stories, by number."""
    retracted: list[Member]
    """Stored articles that an edit retracts; they have no row."""
    ruled: Ruled
    at: int
    """When the window's newest article was fetched, or the edit was made, in seconds since 1970."""
    guards: LinkGuards

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the rows of articles of the context, given by number."""
        return np.searchsorted(self.numbers, numbers)

    def bars(
        self, pairs: NDArray[np.int64], copies: NDArray[np.bool_], scores: NDArray[np.float64]
    ) -> NDArray[np.int8]:
        """Returns the `Bar` of each link, `Bar.NONE` for one that counts.

        Args:
            pairs: shape (pairs, 2): rows that the links connect.
            copies: whether one article of each link copies the other.
            scores: the product of the two vectors, of links that are not copies.
        """
        found = self.guards.bars(pairs[:, 0], pairs[:, 1], copies, scores)
        similar = np.flatnonzero((found == Bar.NONE) & ~copies)
        weak = share_one_word(self.vectors, self.words, pairs[similar])
        found[similar[weak]] = Bar.ONE_SHARED_WORD
        return found


def load_context(matched: Matched, store: FoldStore, edit: ManualEdit, *, horizon_seconds: int) -> FoldContext:
    """Loads the stories that the links of a window or a manual edit touch.

    Links to articles of closed stories are left out.

    Args:
        matched: the articles of the window and their links.
        store: read only.
        edit: a manual edit of stored stories.
        horizon_seconds: how far back document frequencies are counted.
    """
    articles, fresh = matched.sketched.articles, matched.sketched.numbers
    links = _active(matched.links, fresh, store)
    changed = np.array([article.number for article in articles if article.version > 1], dtype=np.int64)
    stored = np.union1d(np.setdiff1d(np.concatenate([links.left, links.right]), fresh), changed)
    touched = {story for story in np.unique(store.active_stories(stored)).tolist() if story}
    stories = sorted(touched.union(edit.stories))
    known = {member.number: member for member in store.members(stories)}
    retracted = [known.pop(number) for number in edit.retracted]
    new = [_as_member(article, known.get(article.number)) for article in articles]
    in_window = frozenset(fresh.tolist())
    members = [*new, *(member for number, member in known.items() if number not in in_window)]

    numbers = np.array([member.number for member in members], dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    vectors, words = _vectors(matched, numbers[len(new) :], store, store.clock() - horizon_seconds)
    members, numbers = [members[row] for row in order], numbers[order]
    stored_links = _table(store.links([member.number for member in members if member.number not in in_window]))
    stored_links = stored_links.take(np.isin(stored_links.right, numbers))
    rulings = store.rulings(sorted(known)) if edit.rulings is None else edit.rulings
    both = join_links([links, stored_links])
    context = FoldContext(
        members,
        numbers,
        in_window,
        vectors.take(order),
        words[order],
        links,
        _support(stored_links, members, in_window, set(edit.stories)),
        np.searchsorted(numbers, np.stack([both.left, both.right], axis=1)),
        {story.number: story for story in store.stories(stories)},
        retracted,
        by_row(numbers, rulings),
        max((article.fetched_at for article in articles), default=edit.at),
        LinkGuards.of(members),
    )
    counts = context.bars(context.pairs, both.copies, both.scores) == Bar.NONE
    return context._replace(links=links.take(counts[: len(links.left)]), pairs=context.pairs[counts])


def _table(links: Sequence[Link]) -> Links:
    return Links(
        np.array([link.left for link in links], dtype=np.int64),
        np.array([link.right for link in links], dtype=np.int64),
        np.array([link.kind == "copy" for link in links], dtype=np.bool_),
        np.array([link.score for link in links], dtype=np.float64),
        np.array([link.containment for link in links], dtype=np.float64),
    )


def _active(links: Links, fresh: NDArray[np.int64], store: FoldStore) -> Links:
    stored = np.setdiff1d(np.concatenate([links.left, links.right]), fresh)
    ended = stored[store.active_stories(stored) == 0]
    return links.take(~np.isin(links.left, ended) & ~np.isin(links.right, ended))


def _as_member(article: Article, known: Member | None) -> Member:
    """Returns an article of the window as a member of its stored story, or of no story yet."""
    return Member(
        number=article.number,
        story=known.story if known else 0,
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        site=article.site,
        language=article.language,
        published=article.published,
        published_quality=article.published_quality,
        first_seen=known.first_seen if known else article.fetched_at,
        version=article.version,
        copy_of=0,
        similarity=1.0,
    )


def _support(stored: Links, members: Sequence[Member], fresh: frozenset[int], touched: set[int]) -> Links:
    shaken = touched.union(member.story for member in members if member.story and member.number in fresh)
    rest = [member.number for member in members if member.story in shaken and member.number not in fresh]
    return stored.take(stored.copies & np.isin(stored.left, rest) & np.isin(stored.right, rest))


def _vectors(
    matched: Matched, stored: NDArray[np.int64], store: FoldStore, since: int
) -> tuple[TermMatrix, NDArray[np.int64]]:
    """Returns the vectors and numbers of distinct words of the window's articles, followed by stored ones."""
    vectors, words = matched.vectors, count_words(matched.sketched.terms)
    if not len(stored):
        return vectors, words
    terms = store.sketches(stored).terms
    frequencies = [*store.segments(TERM, since), matched.segments[TERM]]
    others = vectorise(terms, vocabulary(terms), frequencies)
    both = stack([vectors, others], np.union1d(vectors.terms, others.terms))
    return both, np.concatenate([words, count_words(terms)])
