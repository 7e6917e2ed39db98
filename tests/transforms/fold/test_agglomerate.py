"""Average link by mutual nearest neighbours, against SciPy's hierarchy and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from transforms.fold.agglomerate import Clusters, agglomerate, nearness, without_misfits

ALL_DAY = 86400


def clusters(dense: np.ndarray, times: list[float] | None = None, originals: list[int] | None = None) -> Clusters:
    """Clusters of full texts that ask for neither more nor less as they grow, unless a test restores that."""
    n = len(dense)
    return Clusters.of_articles(
        sparse.csr_array(dense),
        np.arange(n) if originals is None else np.array(originals),
        np.full(n, 100),
        np.full(n, np.nan) if times is None else np.array(times),
    )


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Average link without threshold_factors, as textbooks have it."""
    monkeypatch.setattr(Clusters, "threshold_factors", lambda self: np.ones(len(self.masses)))


FREE = np.empty((0, 2), dtype=np.int64)
"""No pair that never meets."""


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Clusters, "threshold_factors", lambda self: np.ones(len(self.masses)))
        found = agglomerate(
            clusters(dense), np.arange(12), all_pairs(12), FREE, threshold=threshold, sigma_seconds=ALL_DAY
        )
    assert grouping(found) == grouping(expected)


def test_clusters_that_begin_together_stay_together() -> None:
    found = agglomerate(
        clusters(np.eye(3)), np.array([0, 0, 2]), all_pairs(3), FREE, threshold=0.5, sigma_seconds=ALL_DAY
    )
    assert grouping(found) == {frozenset({0, 1}), frozenset({2})}


def test_without_a_pair_nothing_merges() -> None:
    found = agglomerate(clusters(np.ones((2, 1))), np.arange(2), FREE, FREE, threshold=0.5, sigma_seconds=1)
    assert found.tolist() == [0, 1]


def test_a_chain_does_not_merge() -> None:
    """Neighbours are alike, the ends are not: single link would make one cluster of all."""
    angles = np.arange(9) * np.pi / 8
    dense = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = agglomerate(clusters(dense), np.arange(9), all_pairs(9), FREE, threshold=0.8, sigma_seconds=ALL_DAY)
    assert max(len(group) for group in grouping(found)) <= 3


@pytest.mark.parametrize(("gap_days", "together"), [(1, True), (10, False)])
def test_a_gap_in_time_parts_what_is_alike(gap_days: int, together: bool) -> None:
    alike = clusters(np.ones((2, 1)), [0.0, gap_days * ALL_DAY])
    found = agglomerate(alike, np.arange(2), all_pairs(2), FREE, threshold=0.5, sigma_seconds=3 * ALL_DAY)
    assert (found[0] == found[1]) == together


def test_an_unknown_time_parts_nothing() -> None:
    alike = clusters(np.ones((2, 1)), [np.nan, 1e9])
    found = agglomerate(alike, np.arange(2), all_pairs(2), FREE, threshold=0.5, sigma_seconds=ALL_DAY)
    assert found[0] == found[1]


def test_copies_do_not_outvote(plain: None) -> None:
    """Ten prints of one text count as one: the group is as near to a third text as its two texts are."""
    wire, reporter, third = [0.96, 0.28], [0.6, 0.8], [0.0, 1.0]
    dense = np.array([wire] * 10 + [reporter, third])
    begun = np.array([0] * 11 + [11])
    pair = np.array([[10, 11]])
    counted_once = clusters(dense, originals=[0] * 10 + [10, 11])
    counted_each = clusters(dense)
    merged = agglomerate(counted_once, begun, pair, FREE, threshold=0.5, sigma_seconds=ALL_DAY)
    apart = agglomerate(counted_each, begun, pair, FREE, threshold=0.5, sigma_seconds=ALL_DAY)
    assert len(set(merged.tolist())) == 1
    assert len(set(apart.tolist())) == 2


def alike(cosine: float, n: int) -> np.ndarray:
    """Unit vectors of which every two have this product."""
    return np.linalg.cholesky(np.full((n, n), cosine) + (1 - cosine) * np.eye(n))


def cluster_of(dense: np.ndarray, words: int = 100, originals: list[int] | None = None) -> Clusters:
    n = len(dense)
    articles = Clusters.of_articles(
        sparse.csr_array(dense),
        np.arange(n) if originals is None else np.array(originals),
        np.full(n, words),
        np.full(n, np.nan),
    )
    return articles.merged(np.zeros(n, dtype=np.int64), 1)


def test_an_article_by_itself_demands_what_the_threshold_says() -> None:
    assert cluster_of(np.eye(1)).threshold_factors() == pytest.approx(1)
    assert cluster_of(np.eye(1), words=5).threshold_factors() == pytest.approx(1)


def test_a_close_cluster_demands_more_than_a_loose_one_and_a_large_one_more_than_a_small_one() -> None:
    threshold_factors = [cluster_of(alike(cosine, 4)).threshold_factors()[0] for cosine in (0.1, 0.3, 0.6)]
    assert threshold_factors == sorted(threshold_factors)
    assert threshold_factors[1] == pytest.approx(1.06)  # the usual cohesion, two doublings
    assert cluster_of(alike(0.3, 32)).threshold_factors()[0] > cluster_of(alike(0.3, 4)).threshold_factors()[0]


def test_a_cluster_of_headlines_may_be_looser_than_one_of_articles() -> None:
    dense = alike(0.1, 4)
    assert cluster_of(dense, words=7).threshold_factors()[0] < cluster_of(dense, words=100).threshold_factors()[0]


def test_copies_make_no_cluster_close() -> None:
    """Forty prints of one text have the cohesion of none: they demand what one article does."""
    assert cluster_of(np.tile([1.0, 0.0], (40, 1)), originals=[0] * 40).threshold_factors() == pytest.approx(1)
    with_another = np.array([[1.0, 0.0]] * 40 + [[0.3, 0.954]])
    assert cluster_of(with_another, originals=[0] * 40 + [40]).threshold_factors() == pytest.approx(1.03, abs=0.001)


def test_nearness_is_the_mean_product_with_the_other_texts() -> None:
    dense = np.random.default_rng(1).random((7, 4))
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    labels = np.array([0, 0, 0, 1, 1, 2, 0])
    articles = clusters(dense)
    found = nearness(sparse.csr_array(dense), articles, articles.merged(labels, 3), labels)
    for row in range(7):
        others = [other for other in range(7) if other != row and labels[other] == labels[row]]
        assert found[row] == pytest.approx(np.mean(dense[others] @ dense[row]) if others else 1)


def test_a_misfit_leaves_with_its_copies() -> None:
    dense = np.zeros((6, 5))
    dense[:4, :4], dense[4:, 4] = alike(0.5, 4), 1
    originals = np.array([0, 1, 2, 3, 4, 4])
    articles = clusters(dense, originals=originals.tolist())
    one, nobody = np.zeros(6, dtype=np.int64), np.zeros(6, dtype=np.bool_)
    found = without_misfits(sparse.csr_array(dense), articles, one, originals, nobody, 0.17)
    assert grouping(found) == {frozenset(range(4)), frozenset({4, 5})}


def test_a_misfit_that_is_held_stays_with_its_copies() -> None:
    dense = np.zeros((6, 5))
    dense[:4, :4], dense[4:, 4] = alike(0.5, 4), 1
    originals = np.array([0, 1, 2, 3, 4, 4])
    articles = clusters(dense, originals=originals.tolist())
    one, held = np.zeros(6, dtype=np.int64), np.arange(6) == 5
    found = without_misfits(sparse.csr_array(dense), articles, one, originals, held, 0.17)
    assert grouping(found) == {frozenset(range(6))}


def test_two_texts_part_only_when_they_are_grouped_anew() -> None:
    dense = np.eye(2)
    one, nobody = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.bool_)
    found = without_misfits(sparse.csr_array(dense), clusters(dense), one, np.arange(2), nobody, 0.17)
    assert found.tolist() == [0, 0]


def test_what_is_apart_never_meets_not_by_others_either() -> None:
    alike = np.ones((6, 1))
    apart = np.array([[0, 5], [4, 1]])
    found = agglomerate(clusters(alike), np.arange(6), all_pairs(6), apart, threshold=0.1, sigma_seconds=ALL_DAY)
    assert found[0] != found[5]
    assert found[4] != found[1]
    assert len(np.unique(found)) == 2
