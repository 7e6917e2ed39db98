"""Compares the identities and versions that newsfold assigns with the labels of recrawled feeds."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.material import Row, write_rows
from benchmarks.report import Part, Table
from pipeline.config import Config
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest

NEW, EDITED, SEEN, ELSEWHERE = "new", "edited", "seen", "seen elsewhere"
"""What an item is by its labels: the first with its identity; changed since its source last had it; unchanged since
then; the first in its source with an identity that other sources had before."""
UPDATED = "new version"


class Seen(NamedTuple):
    """How newsfold classified the items."""

    article: dict[str, int]
    """By item, the number of the article that it was recognised as."""
    decision: dict[str, str]
    """By item, NEW, UPDATED or SEEN, as decided by the run that read it."""
    story: dict[int, int]
    """By article, the number of its story after the last run."""


def days_of(items: Sequence[Row]) -> dict[str, list[Row]]:
    """Groups items by the day on which they were collected, in order."""
    days: dict[str, list[Row]] = defaultdict(list)
    for item in items:
        days[item["ts"][:10]].append(item)
    return dict(sorted(days.items()))


def recognised(items: Sequence[Row], config: Config, folder: Path) -> Seen:
    """Runs newsfold once per day over one file per source, which holds what its feed had on that day."""
    feeds, output = folder / "feeds", folder / "out"
    article: dict[str, int] = {}
    decision: dict[str, str] = {}
    before: dict[int, int] = {}
    for day, rows in days_of(items).items():
        _write_feeds(rows, feeds)
        moment = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        run(
            RunRequest(OutputFolder(output), [str(feeds)], config=config),
            clock=lambda moment=moment: moment,  # type: ignore[misc]
        )
        article = dict(_read(output, "SELECT id, article FROM sightings"))
        versions = dict(_read(output, "SELECT number, version FROM articles"))
        for row in rows:
            number = article[row["id"]]
            changed = versions[number] > before.get(number, versions[number])
            decision[row["id"]] = NEW if number not in before else UPDATED if changed else SEEN
        before = versions
    return Seen(article, decision, dict(_read(output, "SELECT number, story FROM articles")))


def _write_feeds(rows: Iterable[Row], feeds: Path) -> None:
    """Writes one file per source, always with the same name, so that it is the same feed every day."""
    feeds.mkdir(exist_ok=True)
    for old in feeds.iterdir():
        old.unlink()
    by_source: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_source[row["source"]].append({name: value for name, value in row.items() if name not in ("label", "ts")})
    for place, (_, own) in enumerate(sorted(by_source.items())):
        name = "".join(char if char.isalnum() else "-" for char in own[0]["source"])
        write_rows(feeds / f"{name or place}.jsonl", own)


def _read(output: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(output / "newsfold.db")) as connection:
        return connection.execute(query).fetchall()


def expected(items: Sequence[Row]) -> dict[str, str]:
    """Classifies each item by its label: NEW, EDITED, SEEN or ELSEWHERE."""
    shown: dict[tuple[str, str], set[tuple[str, str]]] = {}
    known: set[str] = set()
    truth: dict[str, str] = {}
    for rows in days_of(items).values():
        for item in rows:
            last = shown.get((item["label"], item["source"]))
            content = (item["title"], item["text"])
            if item["label"] not in known:
                truth[item["id"]] = NEW
            elif last is None:
                truth[item["id"]] = ELSEWHERE
            else:
                truth[item["id"]] = SEEN if content in last else EDITED
        known |= {item["label"] for item in rows}
        today: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        for item in rows:
            today[item["label"], item["source"]].add((item["title"], item["text"]))
        shown |= today
    return truth


class Agreement(NamedTuple):
    """Pairs of items with the same identity, by the labels and by newsfold."""

    labelled: set[tuple[str, str]]
    found: set[tuple[str, str]]

    @property
    def precision(self) -> float:
        """Share of the found pairs that are labelled so."""
        return len(self.labelled & self.found) / max(1, len(self.found))

    @property
    def recall(self) -> float:
        """Share of the labelled pairs that are found."""
        return len(self.labelled & self.found) / max(1, len(self.labelled))


def pairs_of(identities: Mapping[str, str | int]) -> set[tuple[str, str]]:
    """Returns all pairs of items with the same identity."""
    groups: dict[str | int, list[str]] = defaultdict(list)
    for item, identity in identities.items():
        groups[identity].append(item)
    return {pair for members in groups.values() for pair in combinations(sorted(members), 2)}


def whole(labels: Mapping[str, str], found: Mapping[str, int]) -> int:
    """Counts the labelled identities that are one article with exactly their items."""
    groups = [
        {frozenset(item for item in names if names[item] == identity) for identity in set(names.values())}
        for names in (dict(labels), dict(found))
    ]
    return len(groups[0] & groups[1])


def judge(items: Sequence[Row], config: Config) -> Part:
    """Compares identities and versions of labelled items."""
    with TemporaryDirectory() as folder:
        seen = recognised(items, config, Path(folder))
    labels = {item["id"]: item["label"] for item in items}
    agreement = Agreement(pairs_of(labels), pairs_of(seen.article))
    truth = expected(items)
    outcomes = Counter((truth[item["id"]], seen.decision[item["id"]]) for item in items)
    identities = len(set(labels.values()))
    kept_whole = whole(labels, seen.article)
    by_id = {item["id"]: item for item in items}

    decisions = [NEW, UPDATED, SEEN]
    versions = Table(
        "what an item is by its label, and how newsfold classified it",
        ("label", *decisions),
        [(kind, *(outcomes[kind, one] for one in decisions)) for kind in (NEW, EDITED, SEEN, ELSEWHERE)],
    )
    joined = sorted(agreement.found - agreement.labelled)
    separated = _per_article(agreement.labelled - agreement.found, seen.article)
    one_story = sum(seen.story[seen.article[left]] == seen.story[seen.article[right]] for left, right in separated)
    identity = Table(
        f"{len(items)} items of {len(days_of(items))} days",
        ("identity", "value"),
        [
            ("identities by the labels", identities),
            ("articles", len(set(seen.article.values()))),
            ("identities that are exactly one article", kept_whole),
            ("pairs with one identity", len(agreement.labelled)),
            ("pairs in one article", len(agreement.found)),
            ("precision of pairs", agreement.precision),
            ("recall of pairs", agreement.recall),
            ("pairs of articles with one label", len(separated)),
            ("of these in one story", one_story),
        ],
    )
    disagreements = [
        *((f"joined: {left} + {right}", _link(by_id[left], by_id[right])) for left, right in joined),
        *((f"separated: {left} + {right}", _link(by_id[left], by_id[right])) for left, right in separated),
        *(
            (f"{truth[item]} classified as {seen.decision[item]}: {item}", by_id[item]["url"])
            for item in truth
            if (truth[item], seen.decision[item]) not in _RIGHT
        ),
    ]
    figures = {
        "items": len(items),
        "identities": identities,
        "articles": len(set(seen.article.values())),
        "whole_identities": kept_whole,
        "pair_precision": agreement.precision,
        "pair_recall": agreement.recall,
        "separated": len(separated),
        "separated_in_one_story": one_story,
        "outcomes": {f"{kind} -> {one}": amount for (kind, one), amount in sorted(outcomes.items())},
        "disagreements": [what for what, _ in disagreements],
    }
    tables = [identity, versions, Table("disagreements", ("what", "address"), disagreements)]
    return Part(tables, [], figures)


_RIGHT = {(NEW, NEW), (EDITED, UPDATED), (SEEN, SEEN), (ELSEWHERE, SEEN), (ELSEWHERE, UPDATED)}
"""Decisions that agree with the label. The text of another source is a new version if it is longer, else a sighting."""


def _per_article(pairs: Iterable[tuple[str, str]], article: Mapping[str, int]) -> list[tuple[str, str]]:
    """Keeps one pair of items for each pair of articles."""
    first: dict[tuple[int, int], tuple[str, str]] = {}
    for left, right in sorted(pairs):
        a, b = article[left], article[right]
        first.setdefault((min(a, b), max(a, b)), (left, right))
    return list(first.values())


def _link(left: Row, right: Row) -> str:
    return left["url"] if left["url"] == right["url"] else f"{left['url']} {right['url']}"
