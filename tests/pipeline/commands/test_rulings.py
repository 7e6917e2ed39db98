"""What people do to stories by hand is done at once, and later runs apply_constraints it."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from pipeline.commands.main import app
from pipeline.errors import NewsfoldError
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest
from pipeline.store import schema
from pipeline.store.lock import run_lock
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import Outcome
from tests.support.ferry import COPY, DAY, FERRY, FILLER, LATER, TOLD, VOTE, WIRE, told
from tests.support.once import made_once
from tests.support.stores import change_identity
from transforms.records import Article
from transforms.records.times import iso

FERRY_STORY = frozenset({"wire", "copy", "report"})
ALONE = frozenset({"vote"})


class Desk:
    """A store of two stories, and the commands on it."""

    def __init__(self, folder: Path, store_url: str) -> None:
        self._folder, self._store_url, self._runs = folder, store_url, 0
        self.output = folder / "out"

    def newsfold(self, *words: str) -> Outcome:
        done = CliRunner().invoke(app, [*words, "--output", str(self.output), "--store", self._store_url])
        if isinstance(done.exception, NewsfoldError):
            return Outcome(done.exception.exit_code, done.output, str(done.exception))
        assert done.exit_code == 0, done.exception
        return Outcome(0, done.output, "")

    def run(self, *articles: Article) -> None:
        self._runs += 1
        path = self._folder / f"rows{self._runs}.jsonl"
        rows = [
            {
                "id": one.id, "url": one.url, "title": one.title, "text": one.text, "source": one.source,
                "published": iso(one.published), "language": "en",
            }
            for one in articles
        ]  # fmt: skip
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        run(RunRequest(OutputFolder(self.output), [str(path)], self._store_url))

    def edit(self, *words: str) -> list[dict[str, Any]]:
        """Does something by hand; returns what it changed."""
        done = self.newsfold(*words)
        assert done.code == 0, done.err
        latest = max((self.output / "runs").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        assert orjson.loads((latest / "manifest.json").read_bytes())["manual_edit"] == list(words)
        return [orjson.loads(line) for line in (latest / "changes.jsonl").read_bytes().splitlines()]

    def stories(self) -> dict[frozenset[str], str]:
        """The ids of the stories in the file by their members."""
        lines = (self.output / "stories.jsonl").read_bytes().splitlines()
        found = [orjson.loads(line) for line in lines]
        return {frozenset(one["id"] for one in story["articles"]): story["id"] for story in found}

    def ids(self, *parts: frozenset[str]) -> Sequence[str]:
        stories = self.stories()
        return [stories[part] for part in parts]

    def count(self, table: Any) -> int:
        with SqlStoreFactory(self._store_url, "")() as store, store.reading() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def lock(self) -> Any:
        return run_lock(self._store_url)


def begin(folder: Path, store_url: str) -> None:
    folder.mkdir()
    desk = Desk(folder, store_url)
    desk.run(FERRY, COPY, TOLD, VOTE)
    assert set(desk.stories()) == {FERRY_STORY, ALONE}
    (folder / "database").write_text(store_url.rpartition("/")[2], encoding="utf-8")


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, session_folder: Path) -> Desk:
    """A desk of its own for each test: a copy of one that was begun once."""
    if request.param == "sqlite":
        begun = made_once(session_folder / "desk", lambda path: begin(path, f"sqlite:///{path / 'store.db'}"))
        store_url = f"sqlite:///{tmp_path / 'store.db'}"
        shutil.copy(begun / "store.db", tmp_path / "store.db")
    else:
        server = request.getfixturevalue("postgresql_server")
        begun = made_once(session_folder / f"desk-{server.port}", lambda path: begin(path, server.new_database()))
        store_url = server.new_database((begun / "database").read_text(encoding="utf-8"))
    shutil.copytree(begun / "out", tmp_path / "out")
    change_identity(store_url)
    return Desk(tmp_path, store_url)


def again(article: Article, extra: str) -> Article:
    return article._replace(text=f"{article.text} {extra}")


NEWS = "The harbour master spoke of luck."


def test_merged_by_hand_and_split_by_hand(desk: Desk) -> None:
    older, younger = desk.ids(FERRY_STORY, ALONE)
    (merged,) = [change for change in desk.edit("merge", younger, older) if change["kind"] == "merged"]
    assert (merged["story"], merged["merged_from"]) == (older, [younger])
    assert desk.stories() == {FERRY_STORY | ALONE: older}
    assert older in desk.newsfold("show", younger).out
    desk.run(LATER, again(TOLD, NEWS), again(VOTE, NEWS))
    assert desk.stories() == {FERRY_STORY | ALONE | {"inquiry"}: older}

    (split,) = [change for change in desk.edit("split", older, "report", "vote") if change["kind"] == "split"]
    assert split["split_from"] == older
    assert desk.stories()[frozenset({"report", "vote"})] == split["story"]
    desk.run(again(TOLD, NEWS * 2), again(FERRY, NEWS))
    assert desk.ids(frozenset({"wire", "copy", "inquiry"}), frozenset({"report", "vote"})) == [older, split["story"]]

    desk.edit("unpin", split["story"])
    desk.edit("unpin", older)
    assert desk.count(schema.rulings) == 0
    desk.run(again(TOLD, NEWS * 3))
    assert set(desk.stories()) == {FERRY_STORY | {"inquiry"}, ALONE}


def test_a_copy_is_taken_from_what_it_copies(desk: Desk) -> None:
    (older,) = desk.ids(FERRY_STORY)
    desk.edit("split", older, COPY.url)
    desk.run(again(COPY, NEWS), again(FERRY, NEWS))
    assert set(desk.stories()) >= {frozenset({"copy"})}
    (ferry,) = [part for part in desk.stories() if "wire" in part]
    assert "copy" not in ferry


def test_copies_that_leave_together_copy_each_other(desk: Desk) -> None:
    second = told("second", "Ferry Morven aground off Port Ellen", WIRE.replace("Tuesday", "Tuesday night"), 4)
    desk.run(second)
    (older,) = desk.ids(FERRY_STORY | {"second"})
    desk.edit("split", older, "copy", "second")
    (left,) = desk.ids(frozenset({"copy", "second"}))
    record = orjson.loads(desk.newsfold("show", left, "--json").out)
    assert {one["id"]: one["copy_of"] for one in record["articles"]} == {"copy": None, "second": "copy"}


def test_a_pinned_story_keeps_its_articles_and_its_id(desk: Desk) -> None:
    older, younger = desk.ids(FERRY_STORY, ALONE)
    assert desk.edit("pin", younger) == []
    assert "manual rulings: pinned\n" in desk.newsfold("show", younger).out
    desk.edit("merge", older, younger)
    assert desk.stories() == {FERRY_STORY | ALONE: younger}
    assert younger in desk.newsfold("show", older).out
    desk.edit("pin", younger)
    desk.run(VOTE._replace(text=FERRY.text.replace("Morven", "Calder")), LATER)
    assert desk.stories()[FERRY_STORY | ALONE | {"inquiry"}] == younger


def test_what_is_retracted_is_gone_for_good(desk: Desk) -> None:
    older, younger = desk.ids(FERRY_STORY, ALONE)
    desk.edit("pin", older)
    (change,) = desk.edit("retract", "wire")
    assert (change["kind"], change["story"], change["articles"], change["size"]) == ("retracted", older, ["wire"], 2)
    assert desk.stories() == {FERRY_STORY - {"wire"}: older, ALONE: younger}
    record = orjson.loads(desk.newsfold("show", older, "--json").out)
    assert [one["copy_of"] for one in record["articles"]] == [None, None]
    assert "wire" not in (desk.output / "stories.jsonl").read_text()
    assert desk.newsfold("why", "wire").code == 1

    (change,) = desk.edit("retract", VOTE.url)
    assert (change["kind"], change["story"], change["size"]) == ("retracted", younger, 0)
    assert desk.newsfold("show", younger).code == 1
    desk.run(FERRY, VOTE, again(FERRY, NEWS), COPY, LATER)
    assert desk.stories() == {frozenset({"copy", "report", "inquiry"}): older}
    assert desk.count(schema.articles) == 3
    desk.newsfold("purge", "--before", "2100-01-01")
    desk.run(FERRY, VOTE)
    assert not {"wire", "vote"} & frozenset().union(*desk.stories())


def test_a_copy_of_what_is_retracted_stays(desk: Desk) -> None:
    desk.edit("retract", "wire", "report")
    assert set(desk.stories()) == {frozenset({"copy"}), ALONE}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pin", "s_nothing"), "no story"),
        (("merge", "{ferry}"), "two different stories"),
        (("merge", "{ferry}", "{ferry}"), "two different stories"),
        (("split", "{ferry}", "vote"), "not all of these articles"),
        (("split", "{ferry}", "wire", "copy", "report"), "nothing would be left"),
        (("retract", "a_nothing"), "no article"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_does_nothing(desk: Desk, words: Sequence[str], said: str) -> None:
    (ferry,) = desk.ids(FERRY_STORY)
    runs = desk.count(schema.runs)
    done = desk.newsfold(*(word.format(ferry=ferry) for word in words))
    assert done.code == 1
    assert said in done.err
    assert "\n" not in done.err
    assert desk.count(schema.runs) == runs


def test_a_closed_story_is_left_alone_and_its_articles_can_be_retracted(desk: Desk) -> None:
    (ferry,) = desk.ids(FERRY_STORY)
    desk.run(FILLER[0]._replace(published=(FILLER[0].published or 0) + 40 * DAY))
    done = desk.newsfold("pin", ferry)
    assert (done.code, "is closed" in done.err) == (1, True)
    desk.edit("retract", "copy")
    record = orjson.loads(desk.newsfold("show", ferry, "--json").out)
    assert (record["state"], record["size"]) == ("closed", 2)


def test_nothing_is_done_while_a_run_works(desk: Desk) -> None:
    (ferry,) = desk.ids(FERRY_STORY)
    with desk.lock():
        done = desk.newsfold("pin", ferry)
    assert done.code == 75


def test_runs_say_what_was_done_by_hand(desk: Desk) -> None:
    (ferry,) = desk.ids(FERRY_STORY)
    desk.edit("pin", ferry)
    assert f"pin {ferry}" in desk.newsfold("runs").out
