"""What people have ruled about articles, which every fold obeys.

A ruling is a fact about articles, not about stories, so that it holds however stories change around it:

- `must_link`: two articles are in one story, whatever their texts;
- `cannot_link`: two articles are never in one story, even when one copies the other;
- `pinned`: the story of this article keeps its id, and never becomes one with another pinned story.

These are the must-links and cannot-links of constrained clustering (Wagstaff & Cardie 2000, "Clustering with
instance-level constraints"; for agglomeration Davidson & Ravi 2005, doi:10.1007/11564126_11).
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations, pairwise, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from transforms.fold.guards import Bar
from transforms.records import CANNOT_LINK, MUST_LINK, PINNED, Ruling


class ManualEdit(NamedTuple):
    """What a person does to stories, all at once."""

    stories: Sequence[int] = ()
    """Numbers of the stories that are folded anew."""
    rulings: AbstractSet[Ruling] | None = None
    """All that holds from now on for the articles of these stories, None for what holds already."""
    retracted: Sequence[int] = ()
    """Numbers of articles of these stories that go for good."""
    at: int = 0
    """When, in seconds since 1970."""


NO_EDIT = ManualEdit()


class Ruled(NamedTuple):
    """Rulings by row of a context."""

    groups: NDArray[np.int64]
    """For each row the first of those that are together with it, itself for most."""
    cannot_link: NDArray[np.int64]
    """Shape (pairs, 2): rows of `groups` that never meet."""
    locked: NDArray[np.bool_]
    """Which rows are together with another, or pinned: no fold takes them out of their story."""
    pinned: NDArray[np.bool_]

    def forbids(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which pairs of rows are never in one story."""
        barred = np.concatenate([self.cannot_link, self.cannot_link[:, ::-1]])
        return np.isin(_keys(self.groups[left], self.groups[right]), _keys(barred[:, 0], barred[:, 1]))

    def bar_between(self, labels: NDArray[np.int64]) -> Bar:
        """What keeps the rows labelled 0 and those labelled 1 from ever being in one story.

        Returns:
            `Bar.PINNED` where only pins do, `Bar.CANNOT_LINK`, or `Bar.NONE`.
        """
        barred = self.cannot_link[(np.sort(labels[self.cannot_link], axis=1) == (0, 1)).all(axis=1)]
        if not len(barred):
            return Bar.NONE
        return Bar.PINNED if np.isin(barred, self.groups[self.pinned]).all() else Bar.CANNOT_LINK


def _keys(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    return (left << 32) | right


def by_row(numbers: NDArray[np.int64], rulings: Iterable[Ruling]) -> Ruled:
    """Rulings among the articles of a context; those that name an article elsewhere say nothing here.

    Two articles that are together are never apart: who rules the one takes the other back.

    Args:
        numbers: of the articles, ascending.
        rulings: any.
    """
    n = len(numbers)
    row = {number: place for place, number in enumerate(numbers.tolist())}
    pairs: dict[str, list[tuple[int, int]]] = {MUST_LINK: [], CANNOT_LINK: []}
    pinned = np.zeros(n, dtype=np.bool_)
    for ruling in rulings:
        if ruling.kind == PINNED and ruling.left in row:
            pinned[row[ruling.left]] = True
        elif ruling.right is not None and ruling.left in row and ruling.right in row:
            pairs[ruling.kind].append((row[ruling.left], row[ruling.right]))
    must_link, cannot_link = (np.array(pairs[kind], dtype=np.int64).reshape(-1, 2) for kind in (MUST_LINK, CANNOT_LINK))
    groups = np.arange(n)
    if len(must_link):
        graph = sparse.coo_array((np.ones(len(must_link)), (must_link[:, 0], must_link[:, 1])), shape=(n, n))
        components = connected_components(graph, directed=False)[1]
        groups = np.unique(components, return_index=True)[1][components].astype(np.int64)
    never = [*groups[cannot_link].tolist(), *combinations(np.unique(groups[pinned]).tolist(), 2)]
    barred = np.unique(np.sort(np.array(never, dtype=np.int64).reshape(-1, 2), axis=1), axis=0)
    locked = pinned.copy()
    locked[must_link] = True
    return Ruled(groups, barred[barred[:, 0] != barred[:, 1]], locked, pinned)


def apply_constraints(
    copy_of: NDArray[np.int64], rank: NDArray[np.int64], ruled: Ruled
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Puts copies where the text is that they copy, as far as rulings allow.

    Args:
        copy_of: the row that each row copies, itself for an original.
        rank: of each row: a copy copies one of a lower rank.
        ruled: for the same rows.

    Returns:
        `copy_of` without the copies that would bring together what is apart, and for each row the first of those that
        belong together by rulings and copies.
    """
    copy_of, home = copy_of.copy(), ruled.groups.copy()
    enemies: dict[int, set[int]] = {}
    for one, other in ruled.cannot_link.tolist():
        enemies.setdefault(one, set()).add(other)
        enemies.setdefault(other, set()).add(one)
    for row in np.argsort(rank).tolist():
        own, wanted = int(home[row]), int(home[copy_of[row]])
        if own == wanted:
            continue
        if wanted in enemies.get(own, ()):
            copy_of[row] = row
            continue
        kept, gone = min(own, wanted), max(own, wanted)
        home[home == gone] = kept
        for enemy in enemies.pop(gone, ()):
            enemies[enemy] = enemies[enemy] - {gone} | {kept}
            enemies.setdefault(kept, set()).add(enemy)
    return copy_of, home


def merge(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """The rulings after a person has put all of these articles into one story."""
    members = set(articles)
    kept = {one for one in rulings if not (one.kind == CANNOT_LINK and {one.left, one.right} <= members)}
    return kept | _chain(members)


def pin(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """The rulings after a person has pinned the story of these articles."""
    members = set(articles)
    return merge(rulings, members) | {Ruling(PINNED, number) for number in members}


def split(rulings: Iterable[Ruling], leaving: Iterable[int], rest: Iterable[int]) -> set[Ruling]:
    """The rulings after a person has made a story of its own of a part of one.

    Args:
        rulings: before.
        leaving: articles that leave, and stay together.
        rest: the others of the story.
    """
    gone, left = set(leaving), set(rest)
    kept = {one for one in rulings if not (one.left in gone and one.kind == PINNED)}
    apart = {Ruling(CANNOT_LINK, *sorted(pair)) for pair in product(gone, left)}
    return _regrouped(kept, gone) | _chain(gone) | apart


def retract(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """The rulings after these articles are gone: those that they kept together stay so without them."""
    gone = set(articles)
    return {one for one in _regrouped(set(rulings), gone) if gone.isdisjoint((one.left, one.right))}


def unpin(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """The rulings without all that was said about these articles."""
    members = set(articles)
    return {one for one in rulings if members.isdisjoint((one.left, one.right))}


def _regrouped(rulings: set[Ruling], part: set[int]) -> set[Ruling]:
    """Parts every group of articles that are together into those of a set and the others, each still together."""
    links = [(one.left, one.right) for one in rulings if one.kind == MUST_LINK and one.right is not None]
    numbers = np.unique(np.array(links, dtype=np.int64))
    groups: dict[int, set[int]] = {}
    for number, first in zip(numbers.tolist(), by_row(numbers, rulings).groups.tolist(), strict=True):
        groups.setdefault(first, set()).add(number)
    kept = {one for one in rulings if one.kind != MUST_LINK}
    return kept.union(*(_chain(half) for group in groups.values() for half in (group & part, group - part)))


def _chain(members: Iterable[int]) -> set[Ruling]:
    return {Ruling(MUST_LINK, left, right) for left, right in pairwise(sorted(members))}
