"""Many articles that resemble each other: templates stay apart, drafts and reprints stay together."""

import random
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.support.ferry import START, World
from tests.support.samples import article
from transforms.match.match import Settings, match
from transforms.records import Article, Window
from transforms.sketch.block import pack, sketch

# A Zipf-like vocabulary: what is edited in comes from the words that all texts use.
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = ["".join(LETTERS[number // 26**place % 26] for place in range(4)) for number in range(20_000)]
WEIGHTS = [1 / (rank + 10) for rank in range(len(VOCABULARY))]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        yield World(store)


def written(name: str, number: int, words: list[str]) -> Article:
    when = START + 60 * number
    return article(
        key=f"{name}{number}", id=f"{name}{number}", title="", text=" ".join(words), published=when,
        fetched_at=when + 60, source=f"Paper {number}", url=f"https://{name}{number}.example/story",
    )  # fmt: skip


def drafts(name: str, count: int, chance: random.Random) -> list[Article]:
    """Each edited in a tenth of its words from the one before."""
    words = chance.choices(VOCABULARY, WEIGHTS, k=250)
    made = []
    for number in range(count):
        made.append(written(name, number, words))
        words = list(words)
        for place in chance.sample(range(len(words)), len(words) // 10):
            words[place] = chance.choices(VOCABULARY, WEIGHTS)[0]
    return made


def members(store: SqlStore) -> list[list[str]]:
    """The ids in each active story."""
    return [[one["id"] for one in orjson.loads(line)["articles"]] for line in store.active_records()]


def by_name(world: World) -> list[set[str]]:
    return [{one.rstrip("0123456789") for one in story} for story in members(world.store)]


@pytest.mark.slow
def test_a_chain_of_drafts_stays_together_and_draws_in_no_other(world: World) -> None:
    """A chain parts only where two drafts are no copies: 200 tenths later nothing of the first is left in the last."""
    chance = random.Random(4)
    first, second, others = drafts("draft", 200, chance), drafts("second", 200, chance), drafts("other", 1, chance)
    others += [written("other", number, chance.choices(VOCABULARY, WEIGHTS, k=250)) for number in range(1, 100)]
    world.fold(*first, *second, *others)
    assert all(len(names) == 1 for names in by_name(world))
    assert sum(names == {"draft"} for names in by_name(world)) <= 2
    assert sum(names == {"second"} for names in by_name(world)) <= 2


def test_a_chain_that_grows_from_run_to_run_stays_one_story(world: World) -> None:
    chance = random.Random(5)
    first, second = drafts("draft", 60, chance), drafts("second", 60, chance)
    for low in range(0, 60, 20):
        world.fold(*first[low : low + 20], *second[low : low + 20])
    assert sorted(by_name(world), key=str) == [{"draft"}, {"second"}]


def filled(chance: random.Random, own: int) -> list[list[str]]:
    """A thousand texts of one template and so many words of their own."""
    template = chance.choices(VOCABULARY, WEIGHTS, k=80)
    return [template + chance.choices(VOCABULARY, WEIGHTS, k=own) for _ in range(1000)]


def test_a_thousand_articles_under_one_template_stay_apart(world: World) -> None:
    texts = filled(random.Random(6), 100)
    world.fold(*(written("filled", number, words) for number, words in enumerate(texts)))
    assert [len(story) for story in members(world.store)] == [1] * 1000


@pytest.mark.slow
def test_a_template_that_fills_most_of_its_articles_makes_no_copies(world: World) -> None:
    given = [written("filled", number, words) for number, words in enumerate(filled(random.Random(6), 30))]
    assert len(copies(world.store, given[:2])) == 1
    assert copies(world.store, given) == set()


def test_copies_among_a_thousand_under_one_template_are_found(world: World) -> None:
    chance = random.Random(7)
    texts = filled(chance, 100)
    pairs = [(row, row + 500) for row in range(100, 140)]
    for row, other in pairs:
        edited = list(texts[row])
        for place in chance.sample(range(len(edited)), 12):
            edited[place] = chance.choice(VOCABULARY)
        texts[other] = edited
    given = [written("filled", number, words) for number, words in enumerate(texts)]
    found = copies(world.store, given)
    assert found == {(f"filled{b}", f"filled{a}") for a, b in pairs}


@pytest.mark.slow
def test_a_text_that_five_hundred_reprint_stays_one_group(world: World) -> None:
    chance = random.Random(8)
    wire = chance.choices(VOCABULARY, WEIGHTS, k=300)
    texts = [wire + chance.choices(VOCABULARY, WEIGHTS, k=chance.randrange(60)) for _ in range(500)]
    world.fold(
        *(written("wire", number, words) for number, words in enumerate(texts)),
        *(written("other", number, chance.choices(VOCABULARY, WEIGHTS, k=300)) for number in range(500)),
    )
    assert [len(story) for story in members(world.store) if "wire0" in story] == [500]


def copies(store: SqlStore, given: list[Article]) -> set[tuple[str, str]]:
    """Ids of newer and older article of every copy link."""
    matched = match(Window([pack(sketch(given))], [], [], []), store, Settings(0.5, 0.8, 0.99, 0.16, 7 * 86400))
    names = {one.number: one.id for one in matched.sketched.articles}
    links = matched.links.take(matched.links.copies)
    return {(names[a], names[b]) for a, b in zip(links.left.tolist(), links.right.tolist(), strict=True)}
