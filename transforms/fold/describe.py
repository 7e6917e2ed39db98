"""What stands for a story: its representative, how near each member is, and its keywords."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.vectors import products
from transforms.sketch.ragged import ranges
from transforms.sketch.terms import is_content, word_ids
from transforms.sketch.tokens import tokenise

KEYWORDS = 8
_LEAD = 2000  # characters of the representative in which keywords are looked for
_STORIES = 512  # described at once: what is needed in between stays small


def nearness(
    vectors: sparse.csr_array, mass: NDArray[np.float64], sums: sparse.csr_array, labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The mean product of each article with the other members of its story, 1 for one that is alone.

    Args:
        vectors: unit vectors of the articles.
        mass: how much each counts.
        sums: the sum of the members' vectors times their mass, one row a label.
        labels: the story of each article.
    """
    rows = np.arange(len(labels))
    total = np.bincount(labels, weights=mass)[labels]
    others = total - mass
    product = products(vectors, rows, sums, labels) - mass * np.asarray(vectors.multiply(vectors).sum(axis=1))
    return np.where(others > 1e-9, product / np.maximum(others, 1e-9), 1.0)


def medoids(near: NDArray[np.float64], original: NDArray[np.bool_], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The article that is nearest to the others of its story, one a label: originals first, then the earlier.

    Args:
        near: as of `nearness`, of articles in order of time.
        original: whether the article is no copy.
        labels: the story of each article, every number from 0 on.
    """
    order = np.lexsort((np.arange(len(labels)), -np.round(near, 6), ~original, labels))
    return np.asarray(order[np.unique(labels[order], return_index=True)[1]])


def keywords(texts: Sequence[str], sums: sparse.csr_array, ids: NDArray[np.uint32]) -> list[list[str]]:
    """The heaviest words of each story, as they are first spelled in its representative.

    Args:
        texts: title and text of each story's representative.
        sums: one row a story.
        ids: the term id of each column of `sums`, ascending.
    """
    found: list[list[str]] = []
    for low in range(0, len(texts), _STORIES):
        leads = [text[:_LEAD] for text in texts[low : low + _STORIES]]
        found += _keywords(leads, sums[low : low + _STORIES], ids)
    return found


def _keywords(texts: Sequence[str], sums: sparse.csr_array, ids: NDArray[np.uint32]) -> list[list[str]]:
    tokens = tokenise(texts)
    rows = np.repeat(np.arange(len(texts)), np.diff(tokens.offsets))
    words = word_ids(tokens)
    places = np.minimum(np.searchsorted(ids, words), len(ids) - 1)
    usable = np.flatnonzero(is_content(tokens) & (ids[places] == words))
    # A cell of the sparse rows is found by its row and column in one sorted array.
    cells = (np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr)) << 32) | sums.indices
    wanted = (rows[usable] << 32) | places[usable]
    at = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
    present = cells[at] == wanted
    usable, wanted, weight = usable[present], wanted[present], sums.data[at[present]]
    first = np.unique(wanted, return_index=True)[1]
    usable, weight = usable[first], weight[first]
    order = np.lexsort((usable, -weight, rows[usable]))
    usable = usable[order]
    counts = np.bincount(rows[usable], minlength=len(texts))
    taken = np.minimum(counts, 2 * KEYWORDS)  # numbers among them are left out
    chosen = usable[ranges(np.r_[0, np.cumsum(counts)[:-1]], taken)]
    found: list[list[str]] = [[] for _ in texts]
    for token in chosen.tolist():
        row = int(rows[token])
        word = texts[row][tokens.starts[token] : tokens.ends[token]]
        if not word.isnumeric():
            found[row].append(word)
    return [words[:KEYWORDS] for words in found]
