"""Scores a grouping against gold labels: BCubed, pairwise, adjusted Rand index.

All scores follow from the number of articles that each gold event and each story have in common. Stories with one
article count like all others.
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
        """Returns rates with the harmonic mean of the two, which is 0 if both are 0."""
        total = precision + recall
        return cls(precision, recall, 2 * precision * recall / total if total else 0.0)


class Scores(NamedTuple):
    """The scores of a grouping."""

    b3: Rates
    """BCubed over articles (Bagga & Baldwin 1998, "Entity-based cross-document coreferencing")."""
    pairwise: Rates
    """Over pairs of articles in one group; 1 if there is no pair to find, or none in the grouping."""
    ari: float
    """Adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075): 1 for equal groupings, 0 for random ones."""


def compare(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Scores:
    """Compares two groupings of the same articles.

    Args:
        gold: the true group of each article.
        found: its group in the grouping that is judged.

    Raises:
        ValueError: there is no article, or the numbers of articles differ.
    """
    if not gold or len(gold) != len(found):
        raise ValueError(f"got {len(gold)} gold labels and {len(found)} groups: must be equally many, at least one")
    in_gold, in_found, both = sizes(gold), sizes(found), sizes(list(zip(gold, found, strict=True)))
    precision, recall = (float(np.mean(both / each)) for each in (in_found, in_gold))
    # A group has size * (size - 1) / 2 pairs, which is (size - 1) / 2 for each of its articles.
    shared, of_gold, of_found = (float((each - 1).sum()) / 2 for each in (both, in_gold, in_found))
    pairwise = Rates.of(shared / of_found if of_found else 1.0, shared / of_gold if of_gold else 1.0)
    total = len(gold) * (len(gold) - 1) / 2
    expected = of_gold * of_found / total if total else 0.0
    ceiling = (of_gold + of_found) / 2
    ari = (shared - expected) / (ceiling - expected) if ceiling != expected else 1.0
    return Scores(Rates.of(precision, recall), pairwise, ari)


def sizes(groups: Sequence[Hashable]) -> NDArray[np.int64]:
    """Returns the size of the group of each article."""
    numbers: dict[Hashable, int] = {}
    members = np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)
    return np.asarray(np.bincount(members)[members])
