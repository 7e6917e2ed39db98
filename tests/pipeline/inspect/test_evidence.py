"""Why two articles are together or apart, in the measures of the stages."""

import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from pipeline.commands.common import opened_store
from pipeline.inspect import reading
from pipeline.inspect.evidence import Evidence, gather_evidence
from pipeline.inspect.reasons import SENTENCES, Finding, gap
from pipeline.store import outbox
from pipeline.store.rulings import Edit, commit_edit
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from tests.support.command import newsfold
from tests.support.ferry import COPY, DAY, FERRY, START, TOLD, VOTE, World, told
from transforms.fold import rulings
from transforms.fold.fold import Settings, fold_edit
from transforms.fold.guards import Bar
from transforms.fold.rulings import ManualEdit

WORD = re.compile(r"\w+")
BODY = (
    "The harbour ferry ran aground on the sand bank off Skarn in thick fog on Monday evening and all ninety people on "
    "board were taken off by lifeboats before midnight, the coast guard said. The company that owns the ferry has "
    "stopped its other two ships until divers have looked at their rudders."
)


def folded(tmp_path: Path, *rows: dict[str, str]) -> Path:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    assert newsfold("run", file, "--output", tmp_path / "out", "--quiet").code == 0
    return tmp_path / "out"


def row(name: str, title: str, text: str, source: str = "", published: str = "2026-11-06T10:00:00Z") -> dict[str, str]:
    return {"id": name, "title": title, "text": text, "source": source or name, "published": published}


def test_linked_articles_show_the_stored_score_and_their_words(store: SqlStore) -> None:
    story = max((orjson.loads(record) for record in store.active_records()), key=lambda one: len(one["links"]))
    for link in story["links"]:
        evidence = gather_evidence(store, *reading.articles(store, [link["a"], link["b"]]))
        assert evidence.together
        assert (evidence.path[0].kind, evidence.path[0].score) == (link["kind"], link["score"])
        measured = evidence.jaccard if link["kind"] == "copy" else evidence.cosine
        assert measured == pytest.approx(link["score"], abs=0.05)  # frequencies grew since
        assert evidence.terms == sorted(evidence.terms, key=lambda term: -term.weight)
        assert sum(term.weight for term in evidence.terms) <= evidence.cosine + 1e-6
        for passage in evidence.comparison.passages:
            a, b = evidence.passage(passage)
            assert len(WORD.findall(a)) >= passage.words > 2
            assert WORD.findall(a.lower())[:2] == WORD.findall(b.lower())[:2]


def test_a_copy_says_so(tmp_path: Path) -> None:
    output = folded(
        tmp_path, row("a", "Ferry aground off Skarn", BODY), row("b", "Ferry aground", BODY + " More soon.")
    )
    with opened_store(output, "") as store:
        evidence = gather_evidence(store, *reading.articles(store, ["a", "b"]))
    assert evidence.verdict.sentence == "They are copies: one copies the other."
    assert "copies.similarity" in evidence.reasons[0].sentence


ELMS = row("b", "Elms", "The council plants elms.")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row("a", "Ferry aground off Skarn", BODY), ELMS], "below the threshold"),
        ([row("a", "Ferry aground", BODY, published="2026-09-01T10:00:00Z"), ELMS], "66 days apart"),
        (
            [row("a", "Morning briefing, 3 May", BODY), row("b", "Morning briefing, 4 May", "Elms stand in rows.")],
            "instalments of one series",
        ),
        (
            [row("a", "Ferry aground off Skarn", BODY, "Post"), row("b", "Elms", "The council plants elms.", "Post")],
            "Both come from one outlet, Post",
        ),
    ],
    ids=["threshold", "window", "series", "outlet"],
)
def test_the_plain_reason_why_they_are_apart(tmp_path: Path, rows: list[dict[str, str]], reason: str) -> None:
    with opened_store(folded(tmp_path, *rows), "") as store:
        evidence = gather_evidence(store, *reading.articles(store, ["a", "b"]))
        other = gather_evidence(store, *reading.articles(store, ["b", "a"]))
    assert not evidence.together
    assert any(reason in one.sentence for one in evidence.reasons), evidence.reasons
    assert evidence.reasons == other.reasons
    assert evidence.cosine == pytest.approx(other.cosine)


def test_an_article_and_itself(store: SqlStore) -> None:
    story = orjson.loads(store.active_records()[0])
    article = reading.article(store, story["articles"][0]["id"])
    assert gather_evidence(store, article, article).verdict.sentence == "This is one and the same article."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with SqlStoreFactory(f"sqlite:///{tmp_path / 'store.db'}", "run")() as store:
        store.create()
        outbox.start_run(store, "run", START)
        yield World(store)


def why(world: World, a: str, b: str) -> Evidence:
    evidence = gather_evidence(world.store, *reading.articles(world.store, [a, b]))
    sentences = [reason.sentence for reason in (evidence.verdict, *evidence.reasons)]
    assert all("{" not in sentence for sentence in sentences)
    record = evidence.record()
    assert [record["verdict"], *(reason["sentence"] for reason in record["reasons"])] == sentences
    return evidence


def kinds(evidence: Evidence) -> list[Bar | Finding]:
    return [reason.kind for reason in evidence.reasons]


def rule(world: World, articles: list[str], kind: str, leaving: str = "") -> None:
    """Does what the command of this kind does to the stories of these articles."""
    store = world.store
    stories = sorted(set(store.story_numbers(articles).values()))
    members = {member.id: member.number for member in store.members(stories)}
    before = store.rulings(sorted(members.values()))
    if kind == "split":
        after = rulings.split(before, [members.pop(leaving)], members.values())
    else:
        after = {"merge": rulings.merge, "pin": rulings.pin, "unpin": rulings.unpin}[kind](before, members.values())
    delta = fold_edit(ManualEdit(stories, after, (), START), store, Settings(0.17, 3 * DAY, 7 * DAY))
    commit_edit(store, delta, Edit(stories, before, after), START)


def test_a_split_is_the_reason_for_ever(world: World) -> None:
    world.fold(FERRY, COPY, TOLD, VOTE)
    assert why(world, "wire", "report").together
    rule(world, ["wire"], "split", leaving="report")
    for a, b in (("wire", "report"), ("report", "copy")):
        evidence = why(world, a, b)
        assert not evidence.together
        assert kinds(evidence) == [Bar.CANNOT_LINK]
        assert "split them" in evidence.reasons[0].sentence
        assert "compares them again" not in evidence.reasons[0].sentence
    world.fold(told("later", TOLD.title, TOLD.text + " The village shop stayed open.", 9))
    evidence = why(world, "wire", "later")
    assert kinds(evidence)[0] == Bar.CANNOT_LINK
    assert "other articles" in evidence.reasons[0].sentence


def test_stories_that_a_withdrawn_split_left_are_compared_again(world: World) -> None:
    world.fold(FERRY, COPY, TOLD)
    rule(world, ["wire"], "split", leaving="report")
    rule(world, ["report"], "unpin")
    assert kinds(why(world, "wire", "report")) == [Finding.NOTHING_BARS]
    world.fold(FERRY._replace(text=FERRY.text + " The ferry is afloat.", content_hash="new"))
    assert why(world, "wire", "report").together


TOWNS = "Ashford Bexley Calton Dunwick Elmham Farley Goston Halwell Ivybury Kelling".split()
SKIES = "sleet drizzle gusts hail thunder mist frost squalls breeze showers".split()


@pytest.mark.parametrize("windows", [1, 5, 10])
def test_ten_weather_items_are_barred_by_the_pattern_of_their_titles(world: World, windows: int) -> None:
    items = [
        told(
            town, f"Weather for {town}",
            f"The weather office expects {sky} in {town} this evening, then clear spells and light winds from the west "
            f"overnight. Drivers are advised to allow more time for their journeys near {town}, {sky} or not.", hour,
        )
        for hour, (town, sky) in enumerate(zip(TOWNS, SKIES, strict=True))
    ]  # fmt: skip
    for low in range(0, 10, 10 // windows):
        world.fold(*items[low : low + 10 // windows])
    assert len(world.stories()) == 10
    for other in TOWNS[1:]:
        evidence = why(world, TOWNS[0], other)
        assert kinds(evidence)[0] == Bar.TITLE_PATTERN
        assert evidence.reasons[0].figures["titles"] == 10
        assert Finding.NOTHING_BARS not in kinds(evidence)


def test_what_a_person_merged_is_together_by_that(world: World) -> None:
    world.fold(FERRY, VOTE)
    rule(world, ["wire", "vote"], "merge")
    evidence = why(world, "wire", "vote")
    assert evidence.together
    assert evidence.verdict.kind == Finding.RULED_TOGETHER
    assert kinds(evidence) == [Finding.MUST_LINK]
    rule(world, ["wire"], "pin")
    assert kinds(why(world, "vote", "wire")) == [Finding.PINNED_TOGETHER]


def test_two_pinned_stories(world: World) -> None:
    world.fold(FERRY, VOTE)
    rule(world, ["wire"], "pin")
    assert Bar.PINNED not in kinds(why(world, "wire", "vote"))
    rule(world, ["vote"], "pin")
    assert kinds(why(world, "wire", "vote"))[0] == Bar.PINNED


def test_a_closed_story(world: World) -> None:
    world.fold(FERRY)
    world.fold(told("later", VOTE.title, VOTE.text, 30 * 24))
    evidence = why(world, "wire", "later")
    assert kinds(evidence)[0] == Finding.CLOSED
    assert evidence.a.story in evidence.reasons[0].sentence


def test_what_is_alike_and_far_apart_in_time(world: World) -> None:
    world.fold(FERRY, told("later", TOLD.title, TOLD.text, 30 * 24))
    evidence = why(world, "wire", "later")
    assert evidence.weighing is not None
    assert evidence.cosine > 0.17 > evidence.weighing.similarity
    assert kinds(evidence) == [Finding.BELOW_THRESHOLD]
    assert "30 days apart" in evidence.reasons[0].sentence


def test_one_shared_word(world: World) -> None:
    world.fold(told("a", "Skarn elms", "Elms of Skarn.", 0), told("b", "Skarn", "Kettles boil.", 0))
    evidence = why(world, "a", "b")
    assert evidence.cosine > 0.17
    assert kinds(evidence) == [Bar.ONE_SHARED_WORD]


def test_everything_that_can_be_found_has_a_sentence() -> None:
    assert set(SENTENCES) == {*Finding, *Bar} - {Bar.NONE}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "at the same time"), (150, "2 minutes apart"), (9000, "2 hours apart"), (66 * DAY, "66 days apart")],
)
def test_gaps(seconds: float, text: str) -> None:
    assert gap(seconds) == text
