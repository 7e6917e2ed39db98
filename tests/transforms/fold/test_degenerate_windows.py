"""Windows whose articles hold next to nothing end as any other: every article in a story."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.ferry import START, World
from tests.support.samples import article
from transforms.records import Article

NEXT_TO_NOTHING = (
    "",
    "P",
    "字",
    "To be or not to be",
    "the the the",
    "a b c",
    "!?",
    "…",
    "12",
    "\u0301",
    "\u200d",
    "🙂",
)
STRINGS = st.sampled_from(NEXT_TO_NOTHING) | st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32))
ARTICLES = st.lists(
    st.fixed_dictionaries(
        {
            "title": STRINGS,
            "text": STRINGS,
            "published": st.none() | st.integers(START - 86_400, START + 86_400),
            "site": st.sampled_from(["", "courier.example"]),
            "source": STRINGS,
        }
    ),
    min_size=1,
    max_size=5,
)
NUMBERS = count()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('degenerate') / 'store.db'}"
    else:
        url = request.getfixturevalue("postgresql_server").new_database()
    with opened(url) as found:
        yield found


@contextmanager
def opened(url: str) -> Iterator[World]:
    with SqlStoreFactory(url, "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        yield World(store)


def window(fields: list[dict[str, Any]]) -> list[Article]:
    keys = [f"key{next(NUMBERS)}" for _ in fields]
    return [article(key=key, id=key, url="", **one) for key, one in zip(keys, fields, strict=True)]


@pytest.mark.slow
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ARTICLES, second=ARTICLES)
def test_every_article_comes_into_a_story(
    world: World, first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    before = window(first)
    world.fold(*before)
    world.fold(*(one._replace(text=other["text"]) for one, other in zip(before, second, strict=False)))
    after = window(second)
    world.fold(*after)
    placed = {key for members in world.stories() for key in members}
    assert {one.id for one in before + after} <= placed


@pytest.mark.parametrize("title", NEXT_TO_NOTHING)
def test_one_article_alone(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    with opened(f"sqlite:///{tmp_path_factory.mktemp('alone') / 'store.db'}") as world:
        world.fold(*window([{"title": title, "text": ""}]))
        assert [len(members) for members in world.stories()] == [1]


def test_fifty_copies_of_a_letter(tmp_path_factory: pytest.TempPathFactory) -> None:
    with opened(f"sqlite:///{tmp_path_factory.mktemp('fifty') / 'store.db'}") as world:
        world.fold(*window([{"title": "P", "text": ""}] * 50))
        assert sum(len(members) for members in world.stories()) == 50
