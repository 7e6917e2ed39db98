"""Pairs of articles that people judged, held against the stories: of one event, or of two."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.evaluate.scores import Rates
from pipeline.inspect import reading
from pipeline.inspect.labels import Label
from pipeline.store.sql_store import SqlStore

_BATCH = 500  # ids in one question to the store


class Verdict(NamedTuple):
    """A judged pair and what newsfold made of it."""

    articles: tuple[str, str]
    """Their ids."""
    titles: tuple[str, str]
    same: bool
    """Whether people say that both tell of one event."""
    together: bool
    """Whether they are in one story."""

    @property
    def right(self) -> bool:
        """Whether the stories are as people say."""
        return self.same == self.together


class PairJudgement(NamedTuple):
    """How well stories agree with judged pairs."""

    rates: Rates
    """Precision: of the pairs in one story those of one event. Recall: of the pairs of one event those in one story.
    1 where there is no such pair."""
    accuracy: float
    """The share of the pairs that is right."""
    verdicts: Sequence[Verdict]
    missing: int = 0
    """Judged pairs of which an article is not in the store: purged, or of another one. They count nowhere else."""

    @property
    def failing(self) -> list[Verdict]:
        """The pairs that are not as people say."""
        return [one for one in self.verdicts if not one.right]

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            **self.rates._asdict(),
            "accuracy": self.accuracy,
            "pairs": len(self.verdicts),
            "same": sum(one.same for one in self.verdicts),
            "missing": self.missing,
            "failing": [one._asdict() for one in self.failing],
        }


def score_pairs(verdicts: Sequence[Verdict], missing: int = 0) -> PairJudgement:
    """Scores judged pairs, not their groups: people judge few of all the pairs that an event has.

    Args:
        verdicts: one a pair.
        missing: as of `PairJudgement`.
    """
    found = sum(one.same and one.together for one in verdicts)
    together, same = sum(one.together for one in verdicts), sum(one.same for one in verdicts)
    rates = Rates.of(found / together if together else 1.0, found / same if same else 1.0)
    accuracy = sum(one.right for one in verdicts) / len(verdicts) if verdicts else 1.0
    return PairJudgement(rates, accuracy, verdicts, missing)


def judge_labels(store: SqlStore, labels: Sequence[Label]) -> PairJudgement:
    """Holds the labels of `newsfold label` against the stories as they stand.

    Args:
        store: to be read.
        labels: one a pair.
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
