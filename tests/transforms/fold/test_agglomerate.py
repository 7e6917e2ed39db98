"""Average link by mutual nearest neighbours, against SciPy's hierarchy and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from transforms.fold.agglomerate import Clusters, agglomerate

ALL_DAY = 86400


def clusters(dense: np.ndarray, times: list[float] | None = None, mass: list[float] | None = None) -> Clusters:
    n = len(dense)
    spans = np.full((n, 2), np.nan) if times is None else np.stack([np.array(times)] * 2, axis=1)
    return Clusters.of_articles(sparse.csr_array(dense), np.ones(n) if mass is None else np.array(mass), spans)


def all_pairs(n: int) -> np.ndarray:
    return np.stack(np.triu_indices(n, 1), axis=1)


def grouping(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


@given(st.integers(0, 10_000), st.floats(0.3, 0.9))
@settings(max_examples=60, deadline=None)
def test_the_greedy_method_gives_the_same_groups(seed: int, threshold: float) -> None:
    dense = np.random.default_rng(seed).random((12, 5))
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    distances = 1 - dense @ dense.T
    np.fill_diagonal(distances, 0)
    expected = fcluster(linkage(squareform(distances, checks=False), "average"), 1 - threshold, "distance")
    found = agglomerate(clusters(dense), np.arange(12), all_pairs(12), threshold=threshold, sigma_seconds=ALL_DAY)
    assert grouping(found) == grouping(expected)


def test_clusters_that_begin_together_stay_together() -> None:
    found = agglomerate(clusters(np.eye(3)), np.array([0, 0, 2]), all_pairs(3), threshold=0.5, sigma_seconds=ALL_DAY)
    assert grouping(found) == {frozenset({0, 1}), frozenset({2})}


def test_without_a_pair_nothing_merges() -> None:
    found = agglomerate(
        clusters(np.ones((2, 1))), np.arange(2), np.zeros((0, 2), dtype=np.int64), threshold=0.5, sigma_seconds=1
    )
    assert found.tolist() == [0, 1]


def test_a_chain_does_not_merge() -> None:
    """Neighbours are alike, the ends are not: single link would make one cluster of all."""
    angles = np.arange(9) * np.pi / 8
    dense = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = agglomerate(clusters(dense), np.arange(9), all_pairs(9), threshold=0.8, sigma_seconds=ALL_DAY)
    assert max(len(group) for group in grouping(found)) <= 3


@pytest.mark.parametrize(("gap_days", "together"), [(1, True), (10, False)])
def test_a_gap_in_time_parts_what_is_alike(gap_days: int, together: bool) -> None:
    alike = clusters(np.ones((2, 1)), [0.0, gap_days * ALL_DAY])
    found = agglomerate(alike, np.arange(2), all_pairs(2), threshold=0.5, sigma_seconds=3 * ALL_DAY)
    assert (found[0] == found[1]) == together


def test_an_unknown_time_parts_nothing() -> None:
    alike = clusters(np.ones((2, 1)), [np.nan, 1e9])
    found = agglomerate(alike, np.arange(2), all_pairs(2), threshold=0.5, sigma_seconds=ALL_DAY)
    assert found[0] == found[1]


def test_copies_do_not_outvote() -> None:
    """Ten prints of one text count as one: the group is as near to a third text as its two texts are."""
    wire, reporter, third = [0.96, 0.28], [0.6, 0.8], [0.0, 1.0]
    dense = np.array([wire] * 10 + [reporter, third])
    begun = np.array([0] * 11 + [11])
    pair = np.array([[10, 11]])
    counted_once = clusters(dense, mass=[0.1] * 10 + [1, 1])
    counted_each = clusters(dense)
    merged = agglomerate(counted_once, begun, pair, threshold=0.5, sigma_seconds=ALL_DAY)
    apart = agglomerate(counted_each, begun, pair, threshold=0.5, sigma_seconds=ALL_DAY)
    assert len(set(merged.tolist())) == 1
    assert len(set(apart.tolist())) == 2
