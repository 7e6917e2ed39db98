"""Invented coverage of a ferry that runs aground, and a store that folds it window by window."""

import json
from typing import Any

import jsonschema
import orjson

from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore
from tests.support.command import ROOT
from tests.support.samples import article
from transforms.fold.fold import Settings as FoldSettings
from transforms.fold.fold import fold
from transforms.match.match import Settings as MatchSettings
from transforms.match.match import match
from transforms.records import Article, Window
from transforms.sketch.block import pack, sketch

HOUR, DAY = 3600, 86400
START = 1_700_000_000
SCHEMA = json.loads((ROOT / "pipeline/outputs/story.schema.json").read_text(encoding="utf-8"))

WIRE = (
    "The car ferry Morven ran aground on a reef off Port Ellen early on Tuesday with 84 passengers aboard. "
    "Lifeboats from three stations took everyone off within two hours, the coastguard said. "
    "Divers will inspect the hull before the vessel is towed to Greenock, and the operator has cancelled all "
    "sailings to the island until Friday at the earliest."
)
REPORT = (
    "Passengers of the Morven spoke of a loud bang and then silence when their ferry struck rocks outside Port Ellen. "
    "The coastguard sent lifeboats and a helicopter. Islanders opened the village hall to 84 people, many of whom "
    "wait for the operator to say when sailings begin again."
)
INQUIRY = (
    "Investigators opened an inquiry into why the ferry Morven left its channel and hit the reef at Port Ellen. "
    "The coastguard handed over radar tracks; the operator said that sailings resume on Friday. Lifeboats had taken "
    "84 passengers ashore."
)
BUDGET = (
    "Members of parliament passed the spending plan shortly before midnight after the finance minister gave way on "
    "school meals. The opposition called the vote a humiliation and asked for an early election."
)


def told(key: str, title: str, text: str, hours: float, **fields: Any) -> Article:
    when = START + round(hours * HOUR)
    return article(
        key=key, id=key, title=title, text=text, published=when, fetched_at=when + HOUR, source=f"Paper {key}",
        url=f"https://{key}.example/story", **fields,
    )  # fmt: skip


FERRY = told("wire", "Ferry Morven runs aground off Port Ellen", WIRE, 0)
COPY = told("copy", "Ferry Morven aground off Port Ellen", WIRE.replace("Tuesday", "Tuesday morning"), 3)
TOLD = told("report", "Islanders take in passengers of grounded ferry Morven", REPORT, 5)
LATER = told("inquiry", "Inquiry into grounding of ferry Morven at Port Ellen", INQUIRY, 30)
VOTE = told("vote", "Parliament passes budget after late concession", BUDGET, 4)
FILLER = [
    told(f"other{number}", f"Notes on {number}subject and {number}theme", f"{number}matter of {number}concern.", number)
    for number in range(12)
]


class World:
    """A store and the windows that are folded into it."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store

    def fold(self, *articles: Article) -> list[dict[str, Any]]:
        """Commits one window and returns its changes."""
        known = self.store.known([one.key for one in articles])
        numbered = [
            one._replace(number=known[one.key].number, version=known[one.key].version + 1) if one.key in known else one
            for one in articles
        ]
        window = Window([pack(sketch(numbered))], [], [], [])
        matched = match(window, self.store, MatchSettings(0.5, 0.8, 0.99, 0.17, 7 * DAY))
        before = len(outbox.changes_of(self.store, "run"))
        self.store.commit(fold(matched, self.store, FoldSettings(0.17, 3 * DAY, 7 * DAY)))
        return [orjson.loads(line) for line in outbox.changes_of(self.store, "run")[before:]]

    def stories(self) -> dict[frozenset[str], dict[str, Any]]:
        """The active stories by their members; every record is valid and every article in one story."""
        found = [orjson.loads(line) for line in self.store.active_records()]
        for story in found:
            jsonschema.validate(story, SCHEMA)
            assert story["size"] == len(story["articles"])
        members = [one["id"] for story in found for one in story["articles"]]
        assert len(members) == len(set(members))
        return {frozenset(one["id"] for one in story["articles"]): story for story in found}
