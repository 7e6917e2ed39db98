"""Folding one window: which article belongs to which story."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.agglomerate import Clusters, agglomerate, without_misfits
from transforms.fold.context import set_scene
from transforms.fold.delta import Placing, describe_changes
from transforms.fold.originals import find_originals
from transforms.fold.rulings import NO_HAND, Hand
from transforms.match.segments import TERM
from transforms.ports import Member, Store
from transforms.records import Delta, IndexSegment, Links, Matched, Vectors
from transforms.sketch.block import sketch


class Settings(NamedTuple):
    """How stories form and end; see configs/newsfold.yaml."""

    threshold: float
    sigma_seconds: int
    close_after_seconds: int


def fold(matched: Matched, store: Store, settings: Settings, hand: Hand = NO_HAND) -> Delta:
    """Places every article of a window in a story.

    Copies go where the text they copy is. All texts of the scene, those of touched stories too, are grouped anew
    by average link over the links of the window and the stored ones. So two stored stories merge when new
    coverage shows them to be one, one parts when it shows them to be two, a changed article leaves where it no
    longer belongs, and the grouping hardly depends on the order of arrival: ECB+ in 1, 10 and 100 windows has a
    BCubed F1 of .93 each, where windows that could only add to stories reached .88 in 10. Ids last as long as the
    part with the earliest member does. What people have ruled comes before all of it.

    Args:
        matched: the window's articles, numbered, and their links.
        store: read only.
        settings: thresholds.
        hand: what a person does to stored stories.
    """
    scene = set_scene(matched, store, hand, horizon_seconds=settings.close_after_seconds)
    originals = find_originals(scene, (article.text for article in matched.block.articles))
    units, ruled = originals.units, scene.ruled
    articles = Clusters.of_articles(scene.vectors, originals.roots, scene.words, _times(scene.members))
    labels = agglomerate(
        articles,
        units,
        scene.pairs,
        units[ruled.apart],
        threshold=settings.threshold,
        sigma_seconds=settings.sigma_seconds,
    )
    labels = without_misfits(scene.vectors, articles, labels, units, ruled.held, settings.threshold)
    placing = Placing(np.unique(labels, return_inverse=True)[1], originals.copy_of, originals.score, articles)
    return describe_changes(matched, scene, placing, store, hand, close_after_seconds=settings.close_after_seconds)


def fold_by_hand(hand: Hand, store: Store, settings: Settings) -> Delta:
    """Places the articles of some stored stories anew, as a person's rulings and the links that are stored want it.

    Args:
        hand: what a person does.
        store: read only.
        settings: thresholds.
    """
    return fold(_no_articles(store.commits()), store, settings, hand)


def _no_articles(as_of: int) -> Matched:
    return Matched(
        block=sketch([]),
        links=Links(b"", b"", b"", b"", b""),
        segments=[IndexSegment(TERM, b"", b"", 0)],
        sightings=[],
        rejected=[],
        polls=[],
        vectors=Vectors(b"", b"", b"", b""),
        capped=0,
        templates=0,
        as_of=as_of,
        story_capped=0,
        unlikely=0,
    )


def _times(members: Sequence[Member]) -> NDArray[np.float64]:
    """The time of each article, NaN for one without a date: when it was found says little of when it happened."""
    return np.array(
        [np.nan if member.published is None else min(member.published, member.first_seen) for member in members]
    )
