"""Scores of a grouping against gold labels: BCubed, pairs, adjusted Rand index.

All of them follow from how many articles each pair of a gold event and a story has in common. Stories of one article
count like all others.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Rates(NamedTuple):
    """Precision, recall and their harmonic mean, each from 0 to 1."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, precision: float, recall: float) -> "Rates":
        """With the harmonic mean of the two, 0 when both are 0."""
        total = precision + recall
        return cls(precision, recall, 2 * precision * recall / total if total else 0.0)


class Scores(NamedTuple):
    """How a grouping compares with the gold one."""

    b3: Rates
    """BCubed over articles (Bagga & Baldwin 1998, "Entity-based cross-document coreferencing")."""
    pairwise: Rates
    """Over pairs of articles in one group; 1 where there are none to find or none was made."""
    ari: float
    """Adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075): 1 for the same groups, 0 for chance."""


def compare(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Scores:
    """Compares two groupings of the same articles.

    Args:
        gold: the true group of each article.
        found: its group in the grouping that is judged.

    Raises:
        ValueError: there is no article, or not as many in both.
    """
    if not gold or len(gold) != len(found):
        raise ValueError(f"got {len(gold)} gold groups and {len(found)} found ones: must be as many, one at least")
    in_gold, in_found, both = sizes(gold), sizes(found), sizes(list(zip(gold, found, strict=True)))
    precision, recall = (float(np.mean(both / each)) for each in (in_found, in_gold))
    # Each pair of a group is counted (size - 1) / 2 times from each of its articles.
    shared, of_gold, of_found = (float((each - 1).sum()) / 2 for each in (both, in_gold, in_found))
    pairwise = Rates.of(shared / of_found if of_found else 1.0, shared / of_gold if of_gold else 1.0)
    total = len(gold) * (len(gold) - 1) / 2
    expected = of_gold * of_found / total if total else 0.0
    ceiling = (of_gold + of_found) / 2
    ari = (shared - expected) / (ceiling - expected) if ceiling != expected else 1.0
    return Scores(Rates.of(precision, recall), pairwise, ari)


def sizes(groups: Sequence[Hashable]) -> NDArray[np.int64]:
    """For each article how many there are in its group."""
    numbers: dict[Hashable, int] = {}
    members = np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)
    return np.asarray(np.bincount(members)[members])
