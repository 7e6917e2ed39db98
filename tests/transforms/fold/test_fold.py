"""Folding over several windows, with a real store between them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.ferry import BUDGET, COPY, FERRY, FILLER, LATER, START, TOLD, VOTE, WIRE, World, told
from transforms.sketch.terms import spell


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        yield World(store)


FERRY_STORY = frozenset({"wire", "copy", "report"})


def test_one_window(world: World) -> None:
    changes = world.fold(FERRY, COPY, TOLD, VOTE, *FILLER)
    stories = world.stories()
    story = stories[FERRY_STORY]
    assert frozenset({"vote"}) in stories
    assert len(stories) == 2 + len(FILLER)
    assert {change["kind"] for change in changes} == {"new"}
    copies = {one["id"]: one["copy_of"] for one in story["articles"]}
    assert copies == {"wire": None, "copy": "wire", "report": None}
    assert {(link["a"], link["b"]) for link in story["links"] if link["kind"] == "copy"} == {("copy", "wire")}
    assert story["representative"] in ("wire", "report")
    assert story["headline"] in (FERRY.title, TOLD.title)
    assert {"Morven", "Ellen"} & set(story["keywords"])
    assert story["summary"].startswith(("The car ferry", "Passengers"))


def test_later_coverage_joins_and_the_id_stays(world: World) -> None:
    world.fold(FERRY, COPY, TOLD, VOTE, *FILLER)
    identity = world.stories()[FERRY_STORY]["id"]
    changes = world.fold(LATER)
    grown = world.stories()[FERRY_STORY | {"inquiry"}]
    assert grown["id"] == identity
    assert [(change["kind"], change["story"], change["articles"]) for change in changes] == [
        ("updated", identity, ["inquiry"])
    ]


def test_a_late_copy_finds_what_it_copies_in_the_store(world: World) -> None:
    world.fold(FERRY, VOTE, *FILLER)
    world.fold(COPY)
    (link,) = (link for link in world.stories()[frozenset({"wire", "copy"})]["links"] if link["kind"] == "copy")
    assert (link["a"], link["b"]) == ("copy", "wire")


def test_one_window_or_many_give_the_same_stories(world: World, tmp_path: Path) -> None:
    everything = [FERRY, COPY, TOLD, LATER, VOTE, *FILLER]
    world.fold(*everything)
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'other.db'}", "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        other = World(store)
        other.fold(*FILLER)
        for one in everything[:5]:
            other.fold(one)
        assert set(other.stories()) == set(world.stories())


def test_stories_that_new_coverage_shows_to_be_one_merge_into_the_older(world: World) -> None:
    world.fold(
        told("a", "Fire at Halden paper mill", "A fire broke out at the Halden paper mill on Monday night.", 0), *FILLER
    )
    world.fold(told("b", "Fifty firefighters at work", "Fifty firefighters fought flames until the roof fell in.", 1))
    stories = world.stories()
    older = stories[frozenset({"a"})]["id"]
    younger = stories[frozenset({"b"})]["id"]
    bridge = (
        "A fire broke out at the Halden paper mill on Monday night. "
        "Fifty firefighters fought flames until the roof fell in."
    )
    changes = world.fold(told("c", "Fire at Halden paper mill: fifty firefighters at work", bridge, 2))
    merged = world.stories()[frozenset({"a", "b", "c"})]
    assert merged["id"] == older
    assert merged["merged_from"] == [younger]
    assert {one.id: one.merged_from for one in world.store.stories(range(10))}[older] == [younger]
    assert [change["kind"] for change in changes] == ["merged", "updated"]
    assert world.store.story_by_id(younger) == merged


def test_headlines_alone_and_bodies_of_one_line_join_what_they_tell_of(world: World) -> None:
    headline = told("headline", "Ferry Morven aground off Port Ellen, 84 passengers taken off", "", 2)
    line = told("line", "", "Lifeboats took 84 passengers off the ferry Morven, aground at Port Ellen.", 3)
    other = told("other", "Parliament passes spending plan before midnight", "", 3)
    world.fold(FERRY, headline, line, VOTE, other, *FILLER)
    assert {frozenset({"wire", "headline", "line"}), frozenset({"vote", "other"})} <= set(world.stories())


def test_headlines_that_share_a_word_stay_apart(world: World) -> None:
    world.fold(
        told("a", "Police seek driver after crash on bridge", "", 0),
        told("b", "Police charge man with theft of painting", "", 1),
        told("c", "Crash diet books top the charts", "", 2),
    )
    assert len(world.stories()) == 3


def test_an_undated_article_joins_as_if_it_were_of_the_time(world: World) -> None:
    world.fold(FERRY, *FILLER)
    world.fold(TOLD._replace(published=None, published_quality="none"))
    assert frozenset({"wire", "report"}) in world.stories()


def test_two_articles_of_one_outlet_meet_through_another_outlet(world: World) -> None:
    own: dict[str, Any] = {"source": "Courier", "site": "courier.example"}
    costs = "Members see costs of twelve million and few savings for commuters, schools or nurses."
    boats = "A fleet of six boats would lose its passengers, and skippers plan a protest on Sunday."
    first = told("first", "Council weighs harbour bridge", costs, 0)._replace(**own)
    second = told("second", "Ferrymen fear harbour bridge", boats, 1)._replace(**own)
    world.fold(first, second, *FILLER)
    assert {frozenset({"first"}), frozenset({"second"})} <= set(world.stories())
    both = "Members see costs, skippers of six boats plan a protest."
    world.fold(told("third", "Council and ferrymen at odds over harbour bridge", both, 2))
    assert frozenset({"first", "second", "third"}) in world.stories()


def test_a_story_parts_when_new_coverage_shows_it_to_be_two(world: World) -> None:
    """Two quakes in one province look like one event until each is told more than once."""
    texts = {
        "a": "A quake struck Aceh. The harbour mosque of Bireuen was damaged, fishermen slept in tents.",
        "b": "A quake struck Aceh. The mountain school of Takengon was buried, soldiers dug for pupils.",
        "a2": "The harbour mosque of Bireuen was damaged, and fishermen slept in tents beside the harbour mosque.",
        "a3": "Bireuen fishermen slept in tents. Their harbour mosque was damaged.",
        "b2": "The mountain school of Takengon was buried, and soldiers dug for pupils of the mountain school.",
        "b3": "Soldiers in Takengon dug for pupils. Their mountain school was buried.",
    }
    articles = {key: told(key, "", text, hours) for hours, (key, text) in enumerate(texts.items())}
    world.fold(articles["a"], articles["b"], *FILLER)
    founding = world.stories()[frozenset({"a", "b"})]["id"]
    world.fold(articles["a2"], articles["a3"], articles["b2"], articles["b3"])
    assert world.stories()[frozenset({"a", "a2", "a3"})]["id"] == founding
    parted = world.stories()[frozenset({"b", "b2", "b3"})]
    assert parted["split_from"] == founding
    assert {one.id: one.split_from for one in world.store.stories(range(20))}[parted["id"]] == founding


def test_links_keep_the_terms_that_speak_for_them(world: World) -> None:
    world.fold(FERRY, TOLD, *FILLER)
    numbers = world.store.known(["wire", "report"])
    (link,) = (link for link in world.store.links([numbers["report"].number]) if link.right == numbers["wire"].number)
    shared = np.frombuffer(link.terms, dtype=np.uint32).tolist()
    assert "Morven" in spell(TOLD.text, shared).values()
    assert spell(FERRY.text, shared).keys() <= set(shared)
    assert 0 < len(shared) <= 6


def test_a_changed_article_keeps_its_story(world: World) -> None:
    world.fold(FERRY, TOLD, *FILLER)
    before = world.stories()[frozenset({"wire", "report"})]["id"]
    changes = world.fold(FERRY._replace(text=WIRE.replace("84", "86"), content_hash="x"))
    after = world.stories()[frozenset({"wire", "report"})]
    assert after["id"] == before
    assert [change["new_versions"] for change in changes] == [["wire"]]
    assert {one["id"]: one["version"] for one in after["articles"]} == {"wire": 2, "report": 1}


def test_an_article_that_became_another_leaves_its_story(world: World) -> None:
    world.fold(FERRY, TOLD, *FILLER)
    before = world.stories()[frozenset({"wire", "report"})]["id"]
    changes = world.fold(TOLD._replace(title=VOTE.title, text=BUDGET, content_hash="x"))
    stories = world.stories()
    assert stories[frozenset({"wire"})]["id"] == before
    assert stories[frozenset({"report"})]["split_from"] == before
    assert sorted(change["kind"] for change in changes) == ["split", "updated"]


def test_an_article_that_became_another_moves_to_its_new_story(world: World) -> None:
    world.fold(FERRY, TOLD, VOTE, *FILLER)
    former = world.stories()[frozenset({"wire", "report"})]["id"]
    changes = world.fold(TOLD._replace(title=VOTE.title, text=BUDGET, content_hash="x"))
    home = world.stories()[frozenset({"vote", "report"})]["id"]
    (moved,) = (change for change in changes if change["kind"] == "moved")
    assert (moved["articles"], moved["moved_from"], moved["story"]) == (["report"], former, home)


def test_quiet_stories_close_in_data_time_and_take_no_more_articles(world: World) -> None:
    world.fold(FERRY, TOLD, *FILLER)
    quiet = world.stories()[frozenset({"wire", "report"})]["id"]
    distant = told("distant", VOTE.title, BUDGET, 24 * 8)
    changes = world.fold(distant)
    assert {change["kind"] for change in changes} == {"new", "closed"}
    assert set(world.stories()) == {frozenset({"distant"})}
    closed = world.store.story_by_id(quiet)
    assert closed is not None
    assert closed["state"] == "closed"
    world.fold(told("again", COPY.title, COPY.text, 24 * 8 + 1))
    assert frozenset({"again"}) in world.stories()


def test_old_articles_of_a_first_run_do_not_close_at_once(world: World) -> None:
    """An archive of years is active as a whole until newer news arrives."""
    world.fold(told("old", "Old news", "Something happened long ago.", -24 * 900), VOTE)
    assert len(world.stories()) == 2


def test_a_text_without_words_is_a_story_of_its_own(world: World) -> None:
    world.fold(told("dots", "...", "", 0), told("dashes", "---", "", 0), VOTE)
    assert frozenset({"dots"}) in world.stories()
    assert frozenset({"dashes"}) in world.stories()


def test_two_articles_of_a_window_with_one_public_id_are_told_apart(world: World) -> None:
    world.fold(FERRY, VOTE._replace(id=FERRY.id))
    assert len({one for members in world.stories() for one in members}) == 2


def test_a_window_without_articles_changes_nothing(world: World) -> None:
    world.fold(FERRY)
    before = world.stories()
    assert world.fold() == []
    assert world.stories() == before
