"""Chooses what describes a story: its representative and its keywords."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.clean.tokens import tokenise
from transforms.records.ragged import find_sorted, ranges
from transforms.sketch.terms import is_content, word_ids

KEYWORDS = 8
_FLAW = 0.8  # factor per flaw of its title on the rank of an article as representative
_LATENESS = 0.1  # how much lower the last article of a story ranks than the first
_SHORTEST, _LONGEST = 20, 110  # characters of a title: 98 in 100 of 8,000 news titles lie between
_COMPACT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, ideographs, hangul: a syllable and more each
_LIST = re.compile(
    r"(?:the\s+|top\s+)?\d{1,2}\s+(?:\w+\s+){0,2}"
    r"(?:things|ways|reasons|takeaways|facts|questions|tips|lessons|signs|moments|charts|photos|pictures)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:opinion|analysis|editorial|comment|column|live|watch|video|photos?|gallery|in pictures|podcast|quiz|"
    r"fact.?check)\b\s*[:|–—-]|\b(?:live (?:updates|blog)|in pictures|as it happened)\b",
    re.IGNORECASE,
)
_LEAD = 1000  # characters of the representative in which keywords are looked for
_STORIES = 512  # described at once, which bounds intermediate arrays


def flaws(title: str) -> int:
    """Counts what makes a title a poor headline of a story.

    A headline should say plainly what happened. The signs of other titles are those of Chakraborty et al. 2016, "Stop
    Clickbait" (doi:10.1109/ASONAM.2016.7752207): questions, exclamations, lists ("7 things"); furthermore words in
    capitals, labels of opinion, galleries and live blogs, and an unusual length. Scripts without spaces need fewer
    characters.
    """
    words = title.split()
    shouted = sum(word.isupper() and len(word) > 3 for word in words)
    compact = _COMPACT.search(title) is not None
    found = [
        not (_SHORTEST // (1 + 2 * compact) <= len(title) <= _LONGEST),
        "?" in title or "？" in title or "؟" in title,
        "!" in title or "！" in title,
        shouted >= 2 and 2 * shouted > len(words),
        _LIST.match(title) is not None,
        _LABEL.search(title) is not None,
    ]
    return sum(found)


def medoids(
    near: NDArray[np.float64], original: NDArray[np.bool_], titles: Sequence[str], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Chooses the representative of each story: an original, similar to the others, with a plain title, early.

    Args:
        near: the mean similarity of each article to its story, as returned by `nearness`; in order of time.
        original: whether each article is an original.
        titles: the title of each article.
        labels: the story of each article, all numbers from 0 on.

    Returns:
        The row of one article per story.
    """
    sizes = np.bincount(labels)
    by_label = np.argsort(labels, kind="stable")
    position = np.empty(len(labels))
    position[by_label] = np.arange(len(labels)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    sober = np.array(
        [_FLAW ** flaws(title) if sizes[label] > 1 else 1 for title, label in zip(titles, labels, strict=True)]
    )
    worth = near * sober * (1 - _LATENESS * position / sizes[labels])
    order = np.lexsort((np.arange(len(labels)), -np.round(worth, 6), ~original, labels))
    return np.asarray(order[np.unique(labels[order], return_index=True)[1]])


def keywords(texts: Sequence[str], sums: sparse.csr_array, ids: NDArray[np.uint32]) -> list[list[str]]:
    """Finds the heaviest words of each story, spelled as where they first occur in its representative.

    Args:
        texts: title and text of the representative of each story.
        sums: the sum of the vectors of the members, one row per story.
        ids: the term of each column of `sums`, ascending.
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
    places, known = find_sorted(ids, words)
    usable = np.flatnonzero(is_content(tokens) & known)
    # A cell of the sparse rows is found by its row and column in one sorted array.
    cells = (np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr)) << 32) | sums.indices
    wanted = (rows[usable] << 32) | places[usable]
    at, present = find_sorted(cells, wanted)
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
