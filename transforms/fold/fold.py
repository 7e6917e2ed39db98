"""Folding one window: which article belongs to which story."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.agglomerate import Clusters, agglomerate
from transforms.fold.delta import Placing, describe_changes
from transforms.fold.originals import Originals, find_originals
from transforms.fold.scene import Scene, set_scene
from transforms.ports import Member, Store
from transforms.records import Delta, Matched


class Settings(NamedTuple):
    """How stories form and end; see configs/newsfold.yaml."""

    threshold: float
    sigma_seconds: int
    close_after_seconds: int


def fold(matched: Matched, store: Store, settings: Settings, now: int) -> Delta:
    """Places every article of a window in a story.

    Copies go where the text they copy is. All others join by average link over term vectors, new stories
    and stored ones alike, so that two stored stories merge when new coverage shows them to be one. A changed
    article stays with its story unless it no longer resembles it.

    Args:
        matched: the window's articles, numbered, and their links.
        store: read only.
        settings: thresholds.
        now: the time of the run.
    """
    scene = set_scene(matched, store, horizon_seconds=settings.close_after_seconds)
    originals = find_originals(scene, (article.text for article in matched.block.articles))
    mass = 1.0 / np.bincount(originals.roots, minlength=len(originals.roots))[originals.roots]
    articles = Clusters.of_articles(scene.vectors, mass, _spans(scene.members))
    pairs = [np.stack([scene.rows(part.left), scene.rows(part.right)], axis=1) for part in (scene.links, scene.support)]
    labels = agglomerate(
        articles,
        _leave_unlike(articles, scene, _first_labels(scene, originals), originals, settings.threshold),
        np.concatenate(pairs),
        threshold=settings.threshold,
        sigma_seconds=settings.sigma_seconds,
    )
    placing = Placing(np.unique(labels, return_inverse=True)[1], originals.copy_of, originals.score, articles)
    return describe_changes(matched, scene, placing, store, close_after_seconds=settings.close_after_seconds, now=now)


def _spans(members: Sequence[Member]) -> NDArray[np.float64]:
    """Earliest and latest time of each article by itself: both the same, or unknown."""
    times = np.array(
        [np.nan if member.published is None else min(member.published, member.first_seen) for member in members]
    )
    return np.stack([times, times], axis=1).reshape(-1, 2)


def _first_labels(scene: Scene, originals: Originals) -> NDArray[np.int64]:
    """The cluster each article begins in: its stored story, that of the texts it shares, or one of its own."""
    labels = np.arange(len(scene.members))
    founders: dict[int, int] = {}
    for row, member in enumerate(scene.members):
        if member.story:
            labels[row] = founders.setdefault(member.story, row)
    order = np.argsort(originals.rank).tolist()
    heirs: dict[int, int] = {}
    for row in order:
        if scene.members[row].story:
            heirs.setdefault(int(originals.roots[row]), int(labels[row]))
    for row in order:
        if not scene.members[row].story:
            origin = int(originals.copy_of[row])
            labels[row] = labels[origin] if origin != row else heirs.get(row, row)
    return labels


def _leave_unlike(
    articles: Clusters, scene: Scene, labels: NDArray[np.int64], originals: Originals, threshold: float
) -> NDArray[np.int64]:
    """Takes changed articles out of stored stories whose other members they no longer resemble.

    One that became a copy of another story's text goes there. Those who stay may have been held together by the
    one that left: they begin anew, copies with their originals.
    """
    labels = labels.copy()
    for row, member in enumerate(scene.members):
        origin = originals.copy_of[row]
        is_copy, home = origin != row, labels[origin]
        if member.number not in scene.fresh or not member.story or (is_copy and home == labels[row]):
            continue
        company = np.flatnonzero((labels == labels[row]) & (np.arange(len(labels)) != row))
        if not len(company):
            continue
        target = np.full(len(labels), -1)
        target[company], target[row] = 0, 1
        if articles.merged(target, 2).means(np.array([[0, 1]]))[0] < threshold:
            first = np.unique(originals.roots[company], return_index=True, return_inverse=True)
            labels[company] = company[first[1]][first[2]]
            labels[row] = home if is_copy else row
    return labels
