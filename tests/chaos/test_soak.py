"""The short forms of `make soak`: a day, and two weeks."""

from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.outputs.folder import OutputFolder
from pipeline.store import schema
from pipeline.store.sql_store import SqlStoreFactory
from tests.chaos.newspapers import Newspapers
from tests.chaos.soak import START, Checker, soak
from tests.chaos.year import live
from tests.support.fault_server import fault_server

pytestmark = pytest.mark.slow


def test_a_day_of_hourly_polls(tmp_path: Path) -> None:
    with fault_server() as server:
        found = soak(24, 8, tmp_path, server)
    assert found.wrong == []
    assert found.articles > 24
    assert found.versions > found.articles


def test_a_store_that_is_purged_stays_of_one_size(tmp_path: Path) -> None:
    """The short form of `python -m tests.chaos.year`."""
    with fault_server() as server:
        year = live(16, 6, 4, tmp_path, server)
    assert year.wrong == []
    assert max(day.rows["tombstones"] for day in year.days) < max(day.rows["articles"] for day in year.days)
    for table in ("articles", "runs", "stories", "sightings", "links"):
        rows = [day.rows[table] for day in year.days]
        assert max(rows[10:]) <= 1.5 * max(rows[4:10]), table


def test_what_is_wrong_is_noticed(tmp_path: Path) -> None:
    """The checker can fail."""
    with fault_server() as server:
        assert soak(3, 8, tmp_path, server).wrong == []
    papers, checker = Newspapers(8, 8, START), None
    for _ in range(3):
        changed = papers.pass_hours(1)
    checker = Checker(papers)
    with SqlStoreFactory(OutputFolder(tmp_path).store_url, "")() as store:
        assert checker.check(store, changed) == []
        with store.writing() as connection:
            connection.execute(update(schema.articles).values(version=7, text="another", id=schema.articles.c.id + "x"))
            connection.execute(update(schema.stories).values(id=schema.stories.c.id + "x", state="closed"))
        wrong = " ".join(checker.check(store, changed))
    for said in ("has 7 versions, not 1", "has another text", "was a_", "became s_"):
        assert said in wrong
