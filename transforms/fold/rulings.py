"""Rulings: people's decisions about articles, which every fold obeys.

A ruling is about articles, not about stories, so that it stays valid however the stories change:

- `must_link`: two articles are in one story, whatever their texts;
- `cannot_link`: two articles are never in one story, even when one copies the other;
- `pinned`: the story of this article keeps its id, and never merges with another pinned story.

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
    """A person's edit of stories, applied in one commit."""

    stories: Sequence[int] = ()
    """Numbers of the stories that are regrouped."""
    rulings: AbstractSet[Ruling] | None = None
    """All rulings about the articles of these stories after the edit, None for the stored ones."""
    retracted: Sequence[int] = ()
    """Numbers of articles of these stories that are deleted permanently."""
    at: int = 0
    """Time of the edit, in seconds since 1970."""


NO_EDIT = ManualEdit()


class Ruled(NamedTuple):
    """Rulings by row of a context."""

    groups: NDArray[np.int64]
    """For each row the first row that is must-linked with it, itself for most."""
    cannot_link: NDArray[np.int64]
    """Shape (pairs, 2): rows of `groups` that must never be in one story."""
    locked: NDArray[np.bool_]
    """True for rows that are must-linked or pinned, which no fold removes from their story."""
    pinned: NDArray[np.bool_]

    def forbids(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tells which pairs of rows must never be in one story."""
        barred = np.concatenate([self.cannot_link, self.cannot_link[:, ::-1]])
        return np.isin(_keys(self.groups[left], self.groups[right]), _keys(barred[:, 0], barred[:, 1]))

    def bar_between(self, labels: NDArray[np.int64]) -> Bar:
        """Finds the constraint that keeps the rows labelled 0 and those labelled 1 in different stories.

        Returns:
            `Bar.PINNED` when it comes from pins only, else `Bar.CANNOT_LINK`; `Bar.NONE` without a constraint.
        """
        barred = self.cannot_link[(np.sort(labels[self.cannot_link], axis=1) == (0, 1)).all(axis=1)]
        if not len(barred):
            return Bar.NONE
        return Bar.PINNED if np.isin(barred, self.groups[self.pinned]).all() else Bar.CANNOT_LINK


def _keys(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    return (left << 32) | right


def by_row(numbers: NDArray[np.int64], rulings: Iterable[Ruling]) -> Ruled:
    """Translates rulings to the rows of a context; those that name another article are ignored.

    No two must-linked articles are cannot-linked: a ruling of one kind revokes those of the other.

    Args:
        numbers: the numbers of the articles, ascending.
        rulings: rulings about any articles.
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
    """Groups copies with their originals, as far as rulings allow.

    Args:
        copy_of: the row that each row copies, itself for an original.
        rank: the rank of each row: a copy copies a row of lower rank.
        ruled: the rulings about the same rows.

    Returns:
        `copy_of` without the copies that would join cannot-linked rows, and for each row the first row of its group
        by rulings and copies.
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
    """Returns the rulings after all of these articles have been merged into one story."""
    members = set(articles)
    kept = {one for one in rulings if not (one.kind == CANNOT_LINK and {one.left, one.right} <= members)}
    return kept | _chain(members)


def pin(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """Returns the rulings after the story of these articles has been pinned."""
    members = set(articles)
    return merge(rulings, members) | {Ruling(PINNED, number) for number in members}


def split(rulings: Iterable[Ruling], leaving: Iterable[int], rest: Iterable[int]) -> set[Ruling]:
    """Returns the rulings after some articles of a story have been split off into a new one.

    Args:
        rulings: the rulings before.
        leaving: the articles of the new story.
        rest: the other articles of the old story.
    """
    gone, left = set(leaving), set(rest)
    kept = {one for one in rulings if not (one.left in gone and one.kind == PINNED)}
    separated = {Ruling(CANNOT_LINK, *sorted(pair)) for pair in product(gone, left)}
    return _regrouped(kept, gone) | _chain(gone) | separated


def retract(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """Returns the rulings after these articles are deleted; articles that were must-linked through them stay so."""
    gone = set(articles)
    return {one for one in _regrouped(set(rulings), gone) if gone.isdisjoint((one.left, one.right))}


def unpin(rulings: Iterable[Ruling], articles: Iterable[int]) -> set[Ruling]:
    """Returns the rulings without those about these articles."""
    members = set(articles)
    return {one for one in rulings if members.isdisjoint((one.left, one.right))}


def _regrouped(rulings: set[Ruling], part: set[int]) -> set[Ruling]:
    """Divides every must-linked group into the articles of a set and the others; each half stays must-linked."""
    links = [(one.left, one.right) for one in rulings if one.kind == MUST_LINK and one.right is not None]
    numbers = np.unique(np.array(links, dtype=np.int64))
    groups: dict[int, set[int]] = {}
    for number, first in zip(numbers.tolist(), by_row(numbers, rulings).groups.tolist(), strict=True):
        groups.setdefault(first, set()).add(number)
    kept = {one for one in rulings if one.kind != MUST_LINK}
    return kept.union(*(_chain(half) for group in groups.values() for half in (group & part, group - part)))


def _chain(members: Iterable[int]) -> set[Ruling]:
    return {Ruling(MUST_LINK, left, right) for left, right in pairwise(sorted(members))}
