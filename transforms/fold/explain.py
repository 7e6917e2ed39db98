"""Explanations why a fold keeps two stored articles in one story, or in two.

Both are matched and their context is loaded as if each arrived again with a new version: the stories of both, and all
stories that their links touch. Guards, rulings and similarities are those of the fold, over that neighbourhood and with
the current document frequencies. Known exception: a title pattern is counted without articles that were once in the
same window and resemble neither.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.context import FoldContext, load_context
from transforms.fold.fold import Settings as FoldSettings
from transforms.fold.fold import one_cluster_each
from transforms.fold.guards import Bar
from transforms.fold.originals import find_originals
from transforms.fold.rulings import ManualEdit
from transforms.match.match import Settings as MatchSettings
from transforms.match.match import match
from transforms.match.vectors import products
from transforms.ports import CommitStore
from transforms.records import Article, Sketched, Window
from transforms.sketch.block import pack, sketch


class Weighing(NamedTuple):
    """The figures that decide whether two stories merge."""

    product: float
    """The mean product of their members."""
    factors: float
    """The product of both threshold factors."""
    gap_seconds: float
    """The time between the two stories."""
    nearness: float
    """The time factor, 0 to 1."""
    similarity: float
    """The value that is compared with the threshold: product / factors * nearness."""
    threshold: float


class Explanation(NamedTuple):
    """The fold's judgement of two articles, with the figures that it is based on."""

    sketched: Sketched
    """Sketches of the two."""
    context: FoldContext
    rows: tuple[int, int]
    """The rows of the two in the context."""
    product: float
    """The product of the two vectors."""
    bar: Bar
    """The bar of a link between the two; `Bar.ONE_SHARED_WORD` only when they are similar enough for a link."""
    copies: bool
    """True when a valid link makes one a copy of the other."""
    pattern_titles: tuple[int, int]
    """Number of titles in the context that follow the pattern of each of the two titles."""
    must_link: bool
    """True when rulings require the two to be in one story."""
    pinned: bool
    """True when both are pinned."""
    constraint: Bar
    """The bar between their two stories: `Bar.CANNOT_LINK`, `Bar.PINNED` or `Bar.NONE`."""
    forbidden: bool
    """True when rulings forbid the two themselves to be in one story."""
    linked: bool
    """True when a valid link connects their two stories."""
    weighing: Weighing | None
    """The figures of their two stories, None when they are in one."""


def explain(
    articles: Sequence[Article],
    stories: tuple[int, int],
    store: CommitStore,
    matching: MatchSettings,
    folding: FoldSettings,
) -> Explanation:
    """Loads the fold context of two articles and evaluates the fold's rules for them.

    Args:
        articles: two stored articles under their numbers, with keys that the store does not know, so that they count
            as changed; or one, to be compared with itself.
        stories: the numbers of their stories.
        store: the store, which is only read.
        matching: settings of matching.
        folding: settings of folding.
    """
    matched = match(Window([pack(sketch(articles))], [], [], []), store, matching._replace(shards=1))
    edit = ManualEdit(stories=sorted(set(stories)))
    context = load_context(matched, store, edit, horizon_seconds=folding.close_after_seconds)
    numbers = np.array([articles[0].number, articles[-1].number])
    rows = context.rows(numbers)
    left, right = rows[:1], rows[1:]
    product = products(context.vectors.rows, left, context.vectors.rows, right)
    linked = (context.links.left == numbers.max()) & (context.links.right == numbers.min())
    copies = np.array([context.links.copies[linked].any()])
    bar = Bar(context.bars(rows[None, :], copies, product)[0])
    if bar == Bar.ONE_SHARED_WORD and product[0] < folding.threshold:
        bar = Bar.NONE
    first, second = context.guards.pattern_titles[rows].tolist()
    ruled = context.ruled
    separate = stories[0] != stories[1]
    labels = np.array([stories.index(one.story) if one.story in stories else -1 for one in context.members])
    return Explanation(
        sketched=matched.sketched,
        context=context,
        rows=(int(rows[0]), int(rows[1])),
        product=float(product[0]),
        bar=bar,
        copies=bool(copies[0]),
        pattern_titles=(first, second),
        must_link=bool(ruled.groups[rows[0]] == ruled.groups[rows[1]]),
        pinned=bool(ruled.pinned[rows].all()),
        constraint=ruled.bar_between(labels) if separate else Bar.NONE,
        forbidden=bool(ruled.forbids(left, right)[0]),
        linked=bool((np.sort(labels[context.pairs], axis=1) == (0, 1)).all(axis=1).any()),
        weighing=_weigh(context, labels, articles, folding) if separate else None,
    )


def _weigh(
    context: FoldContext, labels: NDArray[np.int64], articles: Sequence[Article], settings: FoldSettings
) -> Weighing:
    originals = find_originals(context, (article.text for article in articles))
    both = one_cluster_each(context, originals).merged(labels, 2)
    edge = np.array([[0, 1]])
    product = products(both.sums, edge[:, 0], both.sums, edge[:, 1])
    nearness = float(both.nearness(edge, settings.sigma_seconds)[0])
    return Weighing(
        product=float(product[0] / both.masses.prod()),
        factors=float(both.threshold_factors().prod()),
        gap_seconds=float(both.gaps(edge)[0]),
        nearness=nearness,
        similarity=float(both.similarities(edge, product)[0]) * nearness,
        threshold=settings.threshold,
    )
