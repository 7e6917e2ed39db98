"""Who copies whom, and what becomes of a story when the text that held it together changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.ferry import BUDGET, FILLER, REPORT, START, VOTE, WIRE, World, told
from transforms.fold.originals import agency_name, credited
from transforms.records import Article


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        yield World(store)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SKARN (Tidewater Wire) - The port", "tidewater wire"),
        ("NORTHMOOR, Vale (The Reuters News) — A ferry", "reuters"),
        ("(AP) – A ferry", "ap"),
        ("The port (which is old) is closed", ""),
        ("A ferry ran aground", ""),
        ("First line\nSKARN (Wire) - second", ""),
    ],
)
def test_the_dateline_credits_an_agency(text: str, name: str) -> None:
    assert credited(text) == name


def test_names_are_compared_without_their_trimmings() -> None:
    assert {agency_name(name) for name in ("Reuters", "reuters.com", "The Reuters News Agency")} == {"reuters"}


def copies(world: World) -> dict[str, str | None]:
    return {one["id"]: one["copy_of"] for story in world.stories().values() for one in story["articles"]}


def printed(key: str, hours: float, source: str, text: str = WIRE) -> Article:
    return told(key, f"Ferry aground, says {key}", text, hours)._replace(source=source)


def test_the_earliest_is_the_original(world: World) -> None:
    world.fold(printed("late", 2, "Courier"), printed("first", 1, "Gazette"), printed("later", 3, "Post"))
    assert copies(world) == {"first": None, "late": "first", "later": "first"}


def test_an_agency_comes_before_its_subscribers(world: World) -> None:
    world.fold(printed("early", 1, "Courier"), printed("agency", 2, "Reuters"), printed("late", 3, "Post"))
    assert copies(world) == {"agency": None, "early": "agency", "late": "agency"}


def test_a_dateline_makes_an_agency_of_the_source_it_names(world: World) -> None:
    text = "PORT ELLEN (Tidewater Wire) - " + WIRE
    world.fold(printed("early", 1, "Courier", text), printed("agency", 2, "Tidewater Wire", text))
    assert copies(world) == {"agency": None, "early": "agency"}


def test_an_agency_that_is_found_in_a_later_run_takes_its_place(world: World) -> None:
    world.fold(printed("early", 1, "Courier"), printed("late", 3, "Post"), *FILLER)
    (before,) = (story["id"] for ids, story in world.stories().items() if "early" in ids)
    world.fold(printed("agency", 2, "Reuters"))
    found = copies(world)
    assert (found["agency"], found["early"]) == (None, "agency")
    assert found["late"] in ("agency", "early")
    assert world.stories()[frozenset({"early", "late", "agency"})]["id"] == before


def test_copies_of_a_text_that_changed_have_another_original(world: World) -> None:
    first, second, third = (printed(name, hour, name) for hour, name in enumerate(["first", "second", "third"]))
    world.fold(first, second, third, VOTE, *FILLER)
    world.fold(first._replace(title=VOTE.title, text=BUDGET, content_hash="x"))
    assert copies(world)["third"] == "second"
    assert copies(world)["second"] is None
    assert {frozenset({"second", "third"}), frozenset({"first", "vote"})} <= set(world.stories())


def test_a_story_that_loses_what_held_it_together_is_parted(world: World) -> None:
    fire = "A fire broke out at the Halden paper mill on Monday night and burned until the morning."
    strike = "Dockers of Skarn harbour walked out over shifts and left forty ships waiting at anchor."
    bridge = told("bridge", "Fire at Halden mill, strike at Skarn harbour", f"{fire} {strike}", 1)
    world.fold(told("fire", "Halden mill", fire, 0), told("strike", "Skarn harbour", strike, 2), bridge, *FILLER)
    held = frozenset({"fire", "strike", "bridge"})
    assert held in world.stories()
    world.fold(bridge._replace(title=VOTE.title, text=BUDGET, content_hash="x"))
    assert {frozenset({"fire"}), frozenset({"strike"}), frozenset({"bridge"})} <= set(world.stories())


def test_a_story_that_needs_no_one_member_stays_whole(world: World) -> None:
    wire, report = told("wire", "Ferry Morven aground", WIRE, 0), told("report", "Passengers of the Morven", REPORT, 5)
    other = told("other", "Ferry Morven strikes reef off Port Ellen", REPORT + " " + WIRE, 6)
    world.fold(wire, report, other, VOTE, *FILLER)
    assert frozenset({"wire", "report", "other"}) in world.stories()
    world.fold(other._replace(title=VOTE.title, text=BUDGET, content_hash="x"))
    assert {frozenset({"wire", "report"}), frozenset({"other", "vote"})} <= set(world.stories())
