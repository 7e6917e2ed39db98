"""Average-link agglomeration over proposed pairs, in rounds of mutual nearest neighbours.

Merging every pair of clusters that are each other's nearest gives the hierarchy of the greedy method,
because the average link is reducible: a merger brings no third cluster nearer than the nearer part was
(Murtagh 1983, doi:10.1093/comjnl/26.4.354). For the same reason pairs below the threshold are forgotten
at once. Averages are exact over all members, proposed or not: the mean product of the members of two
clusters is the product of the clusters' sums.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.vectors import products


class Clusters(NamedTuple):
    """Clusters by row."""

    sums: sparse.csr_array
    """The sum of the members' vectors, each times its mass."""
    masses: NDArray[np.float64]
    spans: NDArray[np.float64]
    """Shape (clusters, 2): the earliest and the latest time of a member, NaN when none is known."""

    @classmethod
    def of_articles(
        cls, vectors: sparse.csr_array, masses: NDArray[np.float64], spans: NDArray[np.float64]
    ) -> "Clusters":
        """One cluster an article, from unit vectors and how much each counts in averages."""
        data = vectors.data * np.repeat(masses.astype(vectors.dtype), np.diff(vectors.indptr))
        return cls(sparse.csr_array((data, vectors.indices, vectors.indptr), shape=vectors.shape), masses, spans)

    def merged(self, target: NDArray[np.int64], n: int) -> "Clusters":
        """Unites all rows of one target; rows whose target is negative are left out."""
        rows = np.flatnonzero(target >= 0)
        onto = target[rows]
        membership = sparse.csr_array((np.ones(len(rows), dtype=self.sums.dtype), (onto, rows)), shape=(n, len(target)))
        sums = sparse.csr_array(membership @ self.sums)
        sums.sort_indices()
        spans = np.stack([np.full(n, np.inf), np.full(n, -np.inf)], axis=1)
        known = ~np.isnan(self.spans[rows, 0])
        np.minimum.at(spans[:, 0], onto[known], self.spans[rows[known], 0])
        np.maximum.at(spans[:, 1], onto[known], self.spans[rows[known], 1])
        spans[np.isinf(spans)] = np.nan
        masses = np.bincount(onto, weights=self.masses[rows], minlength=n).astype(np.float64)
        return Clusters(sums, masses, spans)

    def means(self, edges: NDArray[np.int64]) -> NDArray[np.float64]:
        """The mean product over all pairs of members of the two clusters of each edge."""
        a, b = edges.T
        return np.asarray(products(self.sums, a, self.sums, b) / (self.masses[a] * self.masses[b]))

    def nearness(self, edges: NDArray[np.int64], sigma_seconds: float) -> NDArray[np.float64]:
        """exp(-gap^2 / (2 sigma^2)) of the gap in time between the two clusters of each edge."""
        a, b = self.spans[edges[:, 0]], self.spans[edges[:, 1]]
        gap = np.maximum(np.maximum(a[:, 0] - b[:, 1], b[:, 0] - a[:, 1]), 0)
        return np.asarray(np.exp(-(np.nan_to_num(gap) ** 2) / (2 * sigma_seconds**2)))


def agglomerate(
    articles: Clusters,
    labels: NDArray[np.int64],
    pairs: NDArray[np.int64],
    *,
    threshold: float,
    sigma_seconds: float,
) -> NDArray[np.int64]:
    """Merges clusters as long as two that a pair connects are similar enough.

    Args:
        articles: one row an article.
        labels: the cluster of each article to begin with, numbers from 0 on.
        pairs: shape (pairs, 2): articles whose clusters may merge.
        threshold: the least mean product of two clusters that merge, after the time factor.
        sigma_seconds: scale of the time factor (Miranda et al. 2018, arXiv:1809.00540: three days).

    Returns:
        The cluster of each article, as one of the labels it began with.
    """
    parents = np.arange(int(labels.max(initial=-1)) + 1)
    names, clusters, edges = _compact(articles, labels, labels[pairs], len(parents))
    similarity: NDArray[np.float64] = np.full(len(edges), np.nan)
    while len(edges):
        unknown = np.isnan(similarity)
        similarity[unknown] = clusters.means(edges[unknown])
        edges, similarity = edges[similarity >= threshold], similarity[similarity >= threshold]
        merges = _mutual(edges, similarity * clusters.nearness(edges, sigma_seconds), threshold, len(names))
        if not len(merges):
            break
        parents[names[merges[:, 1]]] = names[merges[:, 0]]
        target = np.arange(len(names))
        target[merges[:, 1]] = merges[:, 0]
        touched = np.zeros(len(names), dtype=np.bool_)
        touched[merges[:, 0]] = True
        edges, similarity = _contract(target[edges], np.where(touched[target[edges]].any(axis=1), np.nan, similarity))
        live, clusters, edges = _compact(clusters, target, edges, len(names))
        names = names[live]
    while not np.array_equal(parents, parents[parents]):
        parents = parents[parents]
    return parents[labels]


def _compact(
    clusters: Clusters, target: NDArray[np.int64], edges: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], Clusters, NDArray[np.int64]]:
    """Keeps and renumbers only what an edge touches: the kept targets, their clusters, the edges."""
    edges = _contract(edges, np.zeros(len(edges)))[0]
    live = np.unique(edges)
    place = np.full(n, -1)
    place[live] = np.arange(len(live))
    return live, clusters.merged(place[target], len(live)), place[edges]


def _contract(
    edges: NDArray[np.int64], similarity: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Distinct edges between different clusters in ascending order, the smaller number first."""
    low, high = edges.min(axis=1, initial=1 << 31), edges.max(axis=1, initial=-1)
    first = np.unique((low << np.int64(32)) | high, return_index=True)[1]
    first = first[low[first] != high[first]]
    return np.stack([low[first], high[first]], axis=1), similarity[first]


def _mutual(edges: NDArray[np.int64], similarity: NDArray[np.float64], threshold: float, n: int) -> NDArray[np.int64]:
    """Edges whose ends are each other's nearest; of equally near ones that of the smallest numbers."""
    edges, similarity = edges[similarity >= threshold], similarity[similarity >= threshold]
    order = np.lexsort((edges[:, 1], edges[:, 0], -similarity))
    edges, rank = edges[order], np.arange(len(order))
    nearest = np.full(n, len(order))
    for end in (0, 1):
        np.minimum.at(nearest, edges[:, end], rank)
    return np.asarray(edges[(nearest[edges[:, 0]] == rank) & (nearest[edges[:, 1]] == rank)])
