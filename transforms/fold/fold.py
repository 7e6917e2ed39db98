"""Folding one window: which article belongs to which story."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.agglomerate import Clusters, agglomerate
from transforms.fold.delta import Placing, describe_changes
from transforms.fold.scene import Scene, set_scene
from transforms.match.match import event_time
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
    copy_of, copy_score = _copies(scene)
    roots = _roots(copy_of)
    mass = 1.0 / np.bincount(roots, minlength=len(roots))[roots]
    articles = Clusters.of_articles(scene.vectors, mass, _spans(scene.members))
    labels = agglomerate(
        articles,
        _leave_unlike(articles, scene, _first_labels(scene, copy_of), copy_of, settings.threshold),
        np.stack([scene.rows(scene.links.left), scene.rows(scene.links.right)], axis=1),
        threshold=settings.threshold,
        sigma_seconds=settings.sigma_seconds,
    )
    placing = Placing(np.unique(labels, return_inverse=True)[1], copy_of, copy_score, articles)
    return describe_changes(matched, scene, placing, store, close_after_seconds=settings.close_after_seconds, now=now)


def _copies(scene: Scene) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The row that each row copies, itself for an original, and how similar the two are.

    Of the texts an article is linked to as a copy, it copies the earliest in time.
    """
    members = scene.members
    place = {member.number: row for row, member in enumerate(members)}
    copy_of = np.array([place.get(member.copy_of, row) for row, member in enumerate(members)], dtype=np.int64)
    similarity = np.array([member.similarity for member in members])
    copies = scene.links.take(scene.links.copies)
    newer, older = scene.rows(copies.left), scene.rows(copies.right)
    times = np.array([event_time(member.published, member.first_seen) for member in members], dtype=np.int64)
    order = np.lexsort((older, times[older], newer))
    rows, first = np.unique(newer[order], return_index=True)
    copy_of[rows] = older[order][first]
    similarity[rows] = copies.scores[order][first]
    return copy_of, similarity


def _roots(copy_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The original at the end of each chain of copies; every step leads to an older article."""
    roots = copy_of
    while not np.array_equal(roots, roots[roots]):
        roots = roots[roots]
    return roots


def _spans(members: Sequence[Member]) -> NDArray[np.float64]:
    """Earliest and latest time of each article by itself: both the same, or unknown."""
    times = np.array(
        [np.nan if member.published is None else min(member.published, member.first_seen) for member in members]
    )
    return np.stack([times, times], axis=1).reshape(-1, 2)


def _first_labels(scene: Scene, copy_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cluster each article begins in: its stored story, that of the text it copies, or one of its own."""
    labels = np.arange(len(scene.members))
    founders: dict[int, int] = {}
    for row, member in enumerate(scene.members):
        if member.story:
            labels[row] = founders.setdefault(member.story, row)
        elif copy_of[row] != row:
            labels[row] = labels[copy_of[row]]
    return labels


def _leave_unlike(
    articles: Clusters, scene: Scene, labels: NDArray[np.int64], copy_of: NDArray[np.int64], threshold: float
) -> NDArray[np.int64]:
    """Takes changed articles out of stored stories whose other members they no longer resemble.

    One that became a copy of another story's text goes there.
    """
    labels = labels.copy()
    for row, member in enumerate(scene.members):
        is_copy, home = copy_of[row] != row, labels[copy_of[row]]
        if member.number not in scene.fresh or not member.story or (is_copy and home == labels[row]):
            continue
        company = np.flatnonzero((labels == labels[row]) & (np.arange(len(labels)) != row))
        if not len(company):
            continue
        target = np.full(len(labels), -1)
        target[company], target[row] = 0, 1
        if articles.merged(target, 2).means(np.array([[0, 1]]))[0] < threshold:
            if labels[row] == row:
                labels[company] = company[0]
            labels[row] = home if is_copy else row
    return labels
