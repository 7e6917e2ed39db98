"""Folds the articles of a window into stories."""

from typing import NamedTuple

import numpy as np

from transforms.fold.agglomerate import Clusters, agglomerate, without_misfits
from transforms.fold.context import FoldContext, load_context
from transforms.fold.delta import Placing, describe_changes
from transforms.fold.originals import Originals, find_originals
from transforms.fold.rulings import NO_EDIT, ManualEdit
from transforms.match.links import NO_LINKS
from transforms.match.match import Matched
from transforms.match.segments import TERM
from transforms.match.vectors import count_articles, vectorise, vocabulary
from transforms.ports import FoldStore
from transforms.records import Delta
from transforms.sketch.block import sketch


class Settings(NamedTuple):
    """How stories form and end; see configs/newsfold.yaml."""

    threshold: float
    sigma_seconds: int
    close_after_seconds: int


def fold(matched: Matched, store: FoldStore, settings: Settings, edit: ManualEdit = NO_EDIT) -> Delta:
    """Assigns every article of a window to a story.

    Copies join the story of the text that they copy. All texts of the context, including those of touched stories, are
    clustered again by average link over the links of the window and the stored ones. So two stored stories merge if new
    coverage shows that they are one, a story splits if new coverage shows that it is two, a changed article leaves a
    story that it no longer belongs to, and the result hardly depends on the order of arrival: ECB+ in 1, 10 and 100
    windows has a BCubed F1 of .93 each, whereas windows that could only add to stories reached .88 in 10. The part with
    the earliest member keeps the id. Rulings take precedence over similarity.

    Args:
        matched: the articles of the window and their links.
        store: read only.
        settings: thresholds.
        edit: a manual edit of stored stories.
    """
    context = load_context(matched, store, edit, horizon_seconds=settings.close_after_seconds)
    originals = find_originals(context, (article.text for article in matched.sketched.articles))
    groups, ruled = originals.groups, context.ruled
    articles = one_cluster_each(context, originals)
    labels = agglomerate(
        articles,
        groups,
        context.pairs,
        groups[ruled.cannot_link],
        threshold=settings.threshold,
        sigma_seconds=settings.sigma_seconds,
    )
    labels = without_misfits(context.vectors.rows, articles, labels, groups, ruled.locked, settings.threshold)
    placing = Placing(np.unique(labels, return_inverse=True)[1], originals.copy_of, originals.score, articles)
    return describe_changes(matched, context, placing, store, close_after_seconds=settings.close_after_seconds)


def fold_edit(edit: ManualEdit, store: FoldStore, settings: Settings) -> Delta:
    """Assigns the articles of edited stories again, by their rulings and stored links.

    Args:
        edit: a manual edit of stored stories.
        store: read only.
        settings: thresholds.
    """
    return fold(_no_articles(store.commits()), store, settings, edit)


def _no_articles(as_of: int) -> Matched:
    sketched = sketch([])
    known = vocabulary(sketched.terms)
    counted = count_articles(sketched.terms, known)
    return Matched(sketched, NO_LINKS, {TERM: counted}, vectorise(sketched.terms, known, [counted]), as_of)


def one_cluster_each(context: FoldContext, originals: Originals) -> Clusters:
    """Makes a cluster of each article; one without a date has no time, since when it was found says little."""
    times = [np.nan if one.published is None else min(one.published, one.first_seen) for one in context.members]
    vectors, words = context.vectors.rows, context.words
    return Clusters.of_articles(vectors, originals.originals, words, np.array(times, dtype=np.float64))
