"""What a fold looks at: the articles of a window, and all members of the stored stories that they touch."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.segments import TERM, Segment
from transforms.match.vectors import translate, unpack_vectors, vectorise, vocabulary
from transforms.ports import Member, Store, StoryState
from transforms.records import Article, Links, Matched


class LinkColumns(NamedTuple):
    """Verified links, the newer article on the left, by number."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    copies: NDArray[np.bool_]
    scores: NDArray[np.float64]
    containments: NDArray[np.float64]

    def take(self, rows: NDArray[np.bool_]) -> "LinkColumns":
        """The links of these rows."""
        return LinkColumns(
            self.left[rows], self.right[rows], self.copies[rows], self.scores[rows], self.containments[rows]
        )


class Scene(NamedTuple):
    """Articles by row, ascending by number."""

    members: list[Member]
    """`story` is the stored story, 0 for a new article."""
    numbers: NDArray[np.int64]
    fresh: frozenset[int]
    """Numbers of the window's articles."""
    vectors: sparse.csr_array
    terms: NDArray[np.uint32]
    """The term id of each column of the vectors."""
    links: LinkColumns
    """New ones between articles of the scene."""
    support: LinkColumns
    """Stored ones between unchanged members of stories with a member that changed."""
    states: dict[int, StoryState]
    """The stored stories, by number."""

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of articles of the scene."""
        return np.searchsorted(self.numbers, numbers)


def set_scene(matched: Matched, store: Store, *, horizon_seconds: int) -> Scene:
    """Loads what the window's links touch; links to articles of closed stories are left out.

    Args:
        matched: the window's articles, numbered, and their links.
        store: read only.
        horizon_seconds: how far back document frequencies are counted.
    """
    articles = matched.block.articles
    fresh = np.array([article.number for article in articles], dtype=np.int64)
    links = _active(matched.links, fresh, store)
    changed = np.array([article.number for article in articles if article.version > 1], dtype=np.int64)
    stored = np.union1d(np.setdiff1d(np.concatenate([links.left, links.right]), fresh), changed)
    stories = [story for story in np.unique(store.active_stories(stored)).tolist() if story]
    known = {member.number: member for member in store.members(stories)}
    new = [_as_member(article, known.get(article.number)) for article in articles]
    in_window = frozenset(fresh.tolist())
    members = [*new, *(member for number, member in known.items() if number not in in_window)]

    numbers = np.array([member.number for member in members], dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    vectors, ids = _vectors(matched, numbers[len(new) :], store, store.clock() - horizon_seconds)
    return Scene(
        [members[row] for row in order],
        numbers[order],
        in_window,
        vectors[order],
        ids,
        links,
        _support(members, in_window, store),
        {state.number: state for state in store.story_states(stories)},
    )


def _active(links: Links, fresh: NDArray[np.int64], store: Store) -> LinkColumns:
    columns = LinkColumns(
        np.frombuffer(links.left, dtype=np.int64),
        np.frombuffer(links.right, dtype=np.int64),
        np.frombuffer(links.copies, dtype=np.bool_),
        np.frombuffer(links.scores, dtype=np.float64),
        np.frombuffer(links.containments, dtype=np.float64),
    )
    stored = np.setdiff1d(np.concatenate([columns.left, columns.right]), fresh)
    ended = stored[store.active_stories(stored) == 0]
    return columns.take(~np.isin(columns.left, ended) & ~np.isin(columns.right, ended))


def _support(members: Sequence[Member], fresh: frozenset[int], store: Store) -> LinkColumns:
    shaken = {member.story for member in members if member.story and member.number in fresh}
    rest = {member.number for member in members if member.story in shaken} - fresh
    links = [link for link in store.links(sorted(rest)) if link.right in rest]
    return LinkColumns(
        np.array([link.left for link in links], dtype=np.int64),
        np.array([link.right for link in links], dtype=np.int64),
        np.array([link.kind == "copy" for link in links], dtype=np.bool_),
        np.array([link.score for link in links], dtype=np.float64),
        np.array([link.containment for link in links], dtype=np.float64),
    )


def _as_member(article: Article, known: Member | None) -> Member:
    """A window's article as a member of the story it is in, or of none yet."""
    return Member(
        number=article.number,
        story=known.story if known else 0,
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        language=article.language,
        published=article.published,
        published_quality=article.published_quality,
        first_seen=known.first_seen if known else article.fetched_at,
        version=article.version,
        copy_of=0,
        similarity=1.0,
    )


def _vectors(
    matched: Matched, stored: NDArray[np.int64], store: Store, since: int
) -> tuple[sparse.csr_array, NDArray[np.uint32]]:
    """The vectors of the window's articles and of these stored ones, and the term id of each column."""
    vectors, ids = unpack_vectors(matched.vectors)
    if not len(stored):
        return vectors, ids
    terms = store.sketches(stored).terms
    known = vocabulary(terms)
    (counted,) = (part for part in matched.segments if part.kind == TERM)
    frequencies = [*store.segments(TERM, since), Segment.of_bytes(counted.keys, counted.values, counted.articles)]
    others = vectorise(terms, known, frequencies)
    both = np.union1d(ids, known.ids)
    parts = [translate(vectors, ids, both), translate(others, known.ids, both)]
    return sparse.csr_array(sparse.vstack(parts, format="csr")), both
