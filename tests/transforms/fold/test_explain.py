"""What is explained is what was decided."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.ferry import COPY, DAY, FERRY, FILLER, HOUR, LATER, START, TOLD, VOTE, World
from transforms.fold.agglomerate import agglomerate
from transforms.fold.explain import Explanation, explain
from transforms.fold.fold import Settings as FoldSettings
from transforms.fold.fold import one_cluster_each
from transforms.fold.guards import Bar
from transforms.fold.originals import find_originals
from transforms.match.match import Settings as MatchSettings
from transforms.records import Article

MATCHING, FOLDING = MatchSettings(0.5, 0.8, 0.99, 0.17, 7 * DAY), FoldSettings(0.17, 3 * DAY, 7 * DAY)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        yield World(store)


def explained(world: World, *pair: Article) -> Explanation:
    known = world.store.known([one.key for one in pair])
    numbers = [known[one.key].number for one in pair]
    stories = world.store.story_numbers([one.id for one in pair])
    changed = [
        one._replace(key=f"changed:{number}", number=number, version=2)
        for one, number in zip(pair, numbers, strict=True)
    ]
    return explain(changed, (stories[numbers[0]], stories[numbers[1]]), world.store, MATCHING, FOLDING)


def test_the_similarity_is_the_number_that_is_compared(world: World) -> None:
    world.fold(FERRY, COPY, TOLD, VOTE, *FILLER)
    world.fold(LATER)
    compared = 0
    for pair in combinations([FERRY, COPY, TOLD, LATER, VOTE, FILLER[0]], 2):
        found = explained(world, *pair)
        weighing, context = found.weighing, found.context
        if weighing is None:
            assert context.members[found.rows[0]].story == context.members[found.rows[1]].story
            continue
        assert weighing.similarity == pytest.approx(weighing.product / weighing.factors * weighing.nearness)
        stories = np.unique([member.story for member in context.members], return_inverse=True)[1]
        articles = one_cluster_each(context, find_originals(context, (one.text for one in pair)))
        for factor, merged in ((1 - 1e-9, True), (1 + 1e-9, False)):
            labels = agglomerate(
                articles,
                stories,
                np.array([found.rows]),
                np.zeros((0, 2), dtype=np.int64),
                threshold=max(weighing.similarity * factor, 1e-12),
                sigma_seconds=FOLDING.sigma_seconds,
            )
            together = labels[found.rows[0]] == labels[found.rows[1]]
            assert together == (merged and weighing.similarity > 0)
            compared += 1
    assert compared > 8


def test_what_is_linked_and_what_keeps_apart(world: World) -> None:
    world.fold(FERRY, COPY, TOLD, VOTE)
    copies = explained(world, FERRY, COPY)
    assert (copies.copies, copies.bar, copies.weighing) == (True, Bar.NONE, None)
    apart = explained(world, FERRY, VOTE)
    assert (apart.copies, apart.linked, apart.constraint, apart.must_link) == (False, False, Bar.NONE, False)
    assert apart.weighing is not None
    assert apart.weighing.gap_seconds == 0
    assert explained(world, FERRY, VOTE._replace(published=START + 40 * HOUR)).weighing is not None


def test_nothing_is_written(world: World) -> None:
    world.fold(FERRY, COPY, TOLD, VOTE)
    before = (world.stories(), world.store.commits(), world.store.next_numbers())
    explained(world, FERRY, VOTE)
    assert (world.stories(), world.store.commits(), world.store.next_numbers()) == before
