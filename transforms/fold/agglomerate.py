"""Clusters articles by average-link agglomeration over proposed pairs, in rounds of mutual nearest neighbours.

Every two clusters that are each other's nearest merge (Murtagh 1983, doi:10.1093/comjnl/26.4.354). Averages are exact
over all members, proposed or not: the mean product of the members of two clusters is the product of the sums of the
clusters. Each of the two clusters multiplies the threshold by a factor:

- **Cohesion.** The factor is higher for a cluster whose members are more similar than usual, lower for a loose one:
  (cohesion / usual)^`_ADAPTATION`, where cohesion is the mean product among its members. This is local scaling
  (Zelnik-Manor & Perona 2004, "Self-tuning spectral clustering") of clusters instead of points, with a small
  exponent. Usual is `_USUAL` for full texts and more for short ones: two headlines about one event share many words or
  none, so a pair of them is poor evidence and must be as similar as two articles, whereas the mean over two groups of
  headlines is low and yet significant.
- **Size.** Each doubling raises the factor by `_TIGHTENING`, so that no cluster attracts everything.

Measured with one threshold for all as mean BCubed F1 of seven sets (ECB+ in two halves by topic, cut to 60
words, to one line, to mixed lengths; UCI headlines in two halves by story): plain average link .807, with cohesion
.850, with size too .864. Scaling each pair by the lengths of its texts instead reached .842 and joined headlines about
different events: .66 of pairs of Russian titles were judged right, .72 without it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.vectors import products

_ADAPTATION = 0.35  # .2 to .5 give the same within .003
_USUAL = 0.3  # the mean product of articles of one event in ECB+
_FULL = 40  # distinct words from which on a text is full: 30 and 60 are worse by .005
_SHORTNESS = 0.75  # usual cohesion grows by (_FULL / words)^.75: .5 and 1 give the same within .003
_TIGHTENING = 0.03
_FORGET = 0.5  # of the threshold: a cluster that becomes looser may still get that much nearer to another
_MISFIT = 0.3  # of the threshold
_LOOSEST = 0.02  # a cohesion that unrelated texts reach
_ROUNDING = 1e-6


class Clusters(NamedTuple):
    """Clusters of articles, one per row."""

    sums: sparse.csr_array
    """The sum of the vectors of the members, each times its mass."""
    masses: NDArray[np.float64]
    """The number of texts, copies counted once."""
    squares: NDArray[np.float64]
    """The product of the sum of a cluster with itself."""
    self_products: NDArray[np.float64]
    """The part of that product that comes from the products of each text with itself and its copies."""
    words: NDArray[np.float64]
    """The sum of the logarithms of the numbers of distinct words of the members, each times its mass."""
    spans: NDArray[np.float64]
    """Shape (clusters, 2): the earliest and the latest time of a member, NaN if no time is known."""

    @classmethod
    def of_articles(
        cls,
        vectors: sparse.csr_array,
        originals: NDArray[np.int64],
        words: NDArray[np.int64],
        times: NDArray[np.float64],
    ) -> "Clusters":
        """Makes one cluster per article.

        Args:
            vectors: the unit vector of each article.
            originals: the row of the text that each article copies at the end of the chain, its own for an original.
                The mass of an article is 1 divided by the number of copies of its text.
            words: the number of distinct words of each article.
            times: the time of each article, NaN if unknown.
        """
        n = len(originals)
        masses = 1.0 / np.bincount(originals, minlength=n)[originals]
        data = vectors.data * np.repeat(masses.astype(vectors.dtype), np.diff(vectors.indptr))
        sums = sparse.csr_array((data, vectors.indices, vectors.indptr), shape=vectors.shape)
        squares = _squares(sums)
        self_products = squares.copy()
        printed = np.flatnonzero(masses < 1)
        texts = sparse.csr_array((np.ones(len(printed)), (originals[printed], printed)), shape=(n, n)) @ sums
        self_products[printed] = products(sums, printed, sparse.csr_array(texts), originals[printed])
        logarithms = np.log(np.maximum(words, 1))
        return cls(sums, masses, squares, self_products, masses * logarithms, np.stack([times, times], axis=1))

    def merged(self, target: NDArray[np.int64], n: int) -> "Clusters":
        """Merges clusters.

        Args:
            target: the new row of each cluster; those with a negative target are left out.
            n: the number of new rows.
        """
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
        masses, self_products, words = (
            np.bincount(onto, weights=column[rows], minlength=n).astype(np.float64)
            for column in (self.masses, self.self_products, self.words)
        )
        return Clusters(sums, masses, _squares(sums), self_products, words, spans)

    def united(
        self,
        alone: NDArray[np.int64],
        first: NDArray[np.int64],
        second: NDArray[np.int64],
        product: NDArray[np.float64],
    ) -> "Clusters":
        """Keeps some clusters and appends the unions of pairs of others.

        Args:
            alone: the rows that are kept.
            first: one row of each pair.
            second: the other row of each pair.
            product: the product of the two sums of each pair.
        """

        def joined(column: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.concatenate([column[alone], column[first] + column[second]])

        sums = sparse.vstack([self.sums[alone], self.sums[first] + self.sums[second]], format="csr")
        squares = joined(self.squares)
        squares[len(alone) :] += 2 * product
        early = np.fmin(self.spans[first, 0], self.spans[second, 0])
        late = np.fmax(self.spans[first, 1], self.spans[second, 1])
        spans = np.concatenate([self.spans[alone], np.stack([early, late], axis=1)])
        return Clusters(sums, joined(self.masses), squares, joined(self.self_products), joined(self.words), spans)

    def threshold_factors(self) -> NDArray[np.float64]:
        """Returns the factor by which each cluster multiplies the threshold of what joins it; 1 for usual cohesion."""
        usual = np.minimum(_USUAL * np.maximum(_FULL / np.exp(self.words / self.masses), 1) ** _SHORTNESS, 1)
        pairs = self.masses * (self.masses - 1)
        several = self.masses > 1 + _ROUNDING
        inside = self.squares - self.self_products
        cohesion = np.where(several, inside / np.where(several, pairs, 1), usual)
        size = 1 + _TIGHTENING * np.log2(np.maximum(self.masses, 1))
        return np.asarray((np.maximum(cohesion, _LOOSEST) / usual) ** _ADAPTATION * size)

    def similarities(self, edges: NDArray[np.int64], product: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns what a threshold is compared with: mean products divided by the factors of both clusters.

        Args:
            edges: shape (edges, 2): rows of clusters.
            product: the product of the two sums of each edge.
        """
        scale = self.masses * self.threshold_factors()
        return np.asarray(product / (scale[edges[:, 0]] * scale[edges[:, 1]]))

    def gaps(self, edges: NDArray[np.int64]) -> NDArray[np.float64]:
        """Returns the seconds between the two clusters of each edge, 0 if they overlap or one has no time."""
        a, b = self.spans[edges[:, 0]], self.spans[edges[:, 1]]
        return np.nan_to_num(np.maximum(np.maximum(a[:, 0] - b[:, 1], b[:, 0] - a[:, 1]), 0))

    def nearness(self, edges: NDArray[np.int64], sigma_seconds: float) -> NDArray[np.float64]:
        """Returns exp(-gap^2 / (2 sigma^2)) of the gap in time between the two clusters of each edge."""
        return np.asarray(np.exp(-(self.gaps(edges) ** 2) / (2 * sigma_seconds**2)))


def agglomerate(
    articles: Clusters,
    labels: NDArray[np.int64],
    pairs: NDArray[np.int64],
    cannot_link: NDArray[np.int64],
    *,
    threshold: float,
    sigma_seconds: float,
) -> NDArray[np.int64]:
    """Merges clusters as long as two that a pair connects are similar enough.

    Args:
        articles: one row per article.
        labels: the cluster of each article at the beginning, numbers from 0 on.
        pairs: shape (pairs, 2): articles whose clusters may merge.
        cannot_link: shape (pairs, 2): labels that are never merged.
        threshold: the least similarity of two clusters that merge, after the time factor.
        sigma_seconds: the scale of the time factor (Miranda et al. 2018, arXiv:1809.00540: three days).

    Returns:
        The cluster of each article, as one of the given labels.
    """
    parents = np.arange(int(labels.max(initial=-1)) + 1)
    edges = _distinct(labels[pairs])
    names = np.unique(edges)
    place = np.full(len(parents), -1)
    place[names] = np.arange(len(names))
    clusters, edges = articles.merged(place[labels], len(names)), place[edges]
    product: NDArray[np.float64] = np.full(len(edges), np.nan)
    while len(edges):
        cannot_link = _distinct(parents[cannot_link])
        free = ~np.isin(_keys(names[edges]), _keys(cannot_link))
        edges, product = edges[free], product[free]
        unknown = np.isnan(product)
        product[unknown] = products(clusters.sums, edges[unknown, 0], clusters.sums, edges[unknown, 1])
        similarity = clusters.similarities(edges, product)
        kept = similarity >= _FORGET * threshold
        edges, product, similarity = edges[kept], product[kept], similarity[kept]
        merges = _mutual(names[edges], similarity * clusters.nearness(edges, sigma_seconds), threshold, len(parents))
        if not len(merges):
            break
        first, second = edges[merges].T
        parents[names[second]] = names[first]
        partner, joint = np.full(len(names), -1), np.zeros(len(names))
        partner[first], partner[second], joint[first] = second, first, product[merges]
        edges, product = _contract(edges, product, partner, first)
        alive = np.zeros(len(names), dtype=np.bool_)
        alive[edges] = True
        alone, united = np.flatnonzero(alive & (partner < 0)), np.flatnonzero(alive & (partner >= 0))
        clusters = clusters.united(alone, united, partner[united], joint[united])
        live = np.r_[alone, united]
        place = np.empty(len(names), dtype=np.int64)
        place[live] = np.arange(len(live))
        names, edges = names[live], place[edges]
        backward = names[edges[:, 0]] > names[edges[:, 1]]
        edges[backward] = edges[backward, ::-1]
    while not np.array_equal(parents, parents[parents]):
        parents = parents[parents]
    return parents[labels]


def nearness(
    vectors: sparse.csr_array, articles: Clusters, stories: Clusters, labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Returns the mean product of each article with the other texts of its story, 1 without other texts.

    Args:
        vectors: the unit vector of each article.
        articles: one row per article.
        stories: one row per label.
        labels: the story of each article, the same for all copies of a text.
    """
    others = stories.masses[labels] - 1
    rows = np.flatnonzero(others > _ROUNDING)
    product = products(vectors, rows, stories.sums, labels[rows]) - (articles.self_products / articles.masses)[rows]
    near = np.ones(len(labels))
    near[rows] = product / others[rows]
    return near


def without_misfits(
    vectors: sparse.csr_array,
    articles: Clusters,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    locked: NDArray[np.bool_],
    threshold: float,
) -> NDArray[np.int64]:
    """Takes texts out of clusters of three and more texts if they are hardly similar to the other members.

    Such a text may have come with a part of the cluster that it is similar to. Copies of a text that leaves go with it.
    Measured: `_MISFIT` of .3 takes 50 of 6,366 headlines out of stories, BCubed F1 +.002; .7 takes 149 out, -.006.

    Args:
        vectors: the unit vector of each article.
        articles: one row per article.
        labels: the cluster of each article.
        groups: for each article the row of one that it stays with, such as the text that it copies.
        locked: which articles never leave.
        threshold: see `agglomerate`.

    Returns:
        The cluster of each article, numbers from 0 on.
    """
    names, labels = np.unique(labels, return_inverse=True)
    clusters = articles.merged(labels, len(names))
    similarity = nearness(vectors, articles, clusters, labels) / (
        articles.threshold_factors() * clusters.threshold_factors()[labels]
    )
    leaves = (similarity < _MISFIT * threshold) & (clusters.masses[labels] > 2 + _ROUNDING)
    leaves[groups[locked]] = False
    return np.where(leaves[groups], len(names) + groups, labels)


def _distinct(edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the edges between different clusters, each once, the smaller number first."""
    edges = np.sort(edges[edges[:, 0] != edges[:, 1]], axis=1)
    keys = np.unique(_keys(edges))
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)


def _keys(edges: NDArray[np.int64]) -> NDArray[np.int64]:
    return (edges[:, 0] << 32) | edges[:, 1]


def _contract(
    edges: NDArray[np.int64], product: NDArray[np.float64], partner: NDArray[np.int64], first: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Returns the edges after pairs of clusters have merged, and the products of the sums at their ends.

    The product of two sums is the sum of the products of their parts: if all of these were edges, nothing has to be
    multiplied (Lance & Williams 1967, doi:10.1093/comjnl/9.4.373). Otherwise it is NaN.

    Args:
        edges: distinct edges.
        product: the product of the two sums of each edge.
        partner: the cluster with which each cluster merges, -1 for those that do not.
        first: of each pair that merges the cluster whose number is kept.
    """
    kept = np.arange(len(partner))
    kept[partner[first]] = first
    touched = (partner[edges] >= 0).any(axis=1)
    moved = kept[edges[touched]]
    between = moved[:, 0] != moved[:, 1]
    moved, parts = moved[between], product[touched][between]
    keys, place, counts = np.unique(
        (moved.min(axis=1, initial=1 << 31) << 32) | moved.max(axis=1, initial=-1),
        return_inverse=True,
        return_counts=True,
    )
    low, high = keys >> 32, keys & 0xFFFFFFFF
    whole = counts == (1 + (partner[low] >= 0)) * (1 + (partner[high] >= 0))
    summed = np.where(whole, np.bincount(place, weights=parts, minlength=len(keys)), np.nan)
    return (
        np.concatenate([edges[~touched], np.stack([low, high], axis=1)]),
        np.concatenate([product[~touched], summed]),
    )


def _mutual(edges: NDArray[np.int64], nearness: NDArray[np.float64], threshold: float, n: int) -> NDArray[np.int64]:
    """Finds the edges whose ends are each other's nearest; of equally near ones the one with the smallest numbers.

    Args:
        edges: edges between clusters by name, the smaller one first.
        nearness: the nearness of the ends of each edge.
        threshold: the least nearness that counts.
        n: one more than the largest name.

    Returns:
        The places of these edges.
    """
    near = np.flatnonzero(nearness >= threshold)
    ends, value = edges[near], nearness[near]
    highest = np.full(n, -np.inf)
    for end in (0, 1):
        np.maximum.at(highest, ends[:, end], value)
    top = (highest[ends] == value[:, None]).any(axis=1)
    near, ends, value = near[top], ends[top], value[top]
    order = np.lexsort((ends[:, 1], ends[:, 0], -value))
    near, ends, rank = near[order], ends[order], np.arange(len(order))
    nearest = np.full(n, len(order))
    for end in (0, 1):
        np.minimum.at(nearest, ends[:, end], rank)
    return np.asarray(near[(nearest[ends] == rank[:, None]).all(axis=1)])


def _squares(vectors: sparse.csr_array) -> NDArray[np.float64]:
    """Returns the product of each row with itself."""
    squares = np.zeros(vectors.shape[0])
    filled = np.flatnonzero(np.diff(vectors.indptr))
    squares[filled] = np.add.reduceat(vectors.data**2, vectors.indptr[filled], dtype=np.float64)
    return squares
