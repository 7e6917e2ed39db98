"""Compares stories with pairs of articles that people have judged to report one event, or two."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.evaluate.scores import Rates
from pipeline.inspect import reading
from pipeline.inspect.labels import Label
from pipeline.store.sql_store import SqlStore

_BATCH = 500
"""Ids per query to the store."""


class Verdict(NamedTuple):
    """A judged pair, and whether newsfold has it in one story."""

    articles: tuple[str, str]
    """The ids of the articles."""
    titles: tuple[str, str]
    same: bool
    """Whether people judged that both report one event."""
    together: bool
    """Whether they are in one story."""

    @property
    def right(self) -> bool:
        """Whether the stories agree with the judgement."""
        return self.same == self.together


class PairJudgement(NamedTuple):
    """How well stories agree with judged pairs."""

    rates: Rates
    """Precision is the share of pairs in one story that report one event, recall the share of pairs that report one
    event that are in one story; 1 if there is no such pair."""
    accuracy: float
    """Share of the pairs on which stories and judgement agree."""
    verdicts: Sequence[Verdict]
    missing: int = 0
    """Judged pairs with an article that is not in the store: purged, or from another store. They count nowhere else."""

    @property
    def failing(self) -> list[Verdict]:
        """The pairs on which stories and judgement disagree."""
        return [one for one in self.verdicts if not one.right]

    def record(self) -> dict[str, Any]:
        """Returns the judgement as JSON."""
        return {
            **self.rates._asdict(),
            "accuracy": self.accuracy,
            "pairs": len(self.verdicts),
            "same": sum(one.same for one in self.verdicts),
            "missing": self.missing,
            "failing": [one._asdict() for one in self.failing],
        }


def score_pairs(verdicts: Sequence[Verdict], missing: int = 0) -> PairJudgement:
    """Scores judged pairs rather than groups, since people judge few of the pairs of an event.

    Args:
        verdicts: one per pair.
        missing: as for `PairJudgement`.
    """
    found = sum(one.same and one.together for one in verdicts)
    together, same = sum(one.together for one in verdicts), sum(one.same for one in verdicts)
    rates = Rates.of(found / together if together else 1.0, found / same if same else 1.0)
    accuracy = sum(one.right for one in verdicts) / len(verdicts) if verdicts else 1.0
    return PairJudgement(rates, accuracy, verdicts, missing)


def judge_labels(store: SqlStore, labels: Sequence[Label]) -> PairJudgement:
    """Compares the labels of `newsfold label` with the current stories.

    Args:
        store: the store.
        labels: one per pair.
    """
    ids = sorted({one for label in labels for one in (label.a, label.b)})
    known: dict[str, Mapping[str, Any]] = {}
    for low in range(0, len(ids), _BATCH):
        known |= {card["id"]: card for card in reading.cards(store, ids[low : low + _BATCH])}
    verdicts = []
    for label in labels:
        a, b = known.get(label.a), known.get(label.b)
        if a is not None and b is not None:
            titles = (a["title"], b["title"])
            verdicts.append(Verdict((label.a, label.b), titles, label.together, a["story"] == b["story"]))
    return score_pairs(verdicts, len(labels) - len(verdicts))
