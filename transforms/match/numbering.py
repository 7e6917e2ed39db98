"""The order of a window's articles: which of two that share a key comes first, and what number each gets."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.ports import MatchStore
from transforms.recognise.recognise import tell_apart
from transforms.records import Article, Sketched, SketchedBlock
from transforms.records.times import event_time
from transforms.sketch.block import join, unpack


def stable_hash(text: str) -> int:
    """63 bits that are the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def block_id(block: SketchedBlock) -> int:
    """What tells a block from all others of its window: a key is in one block only."""
    return stable_hash(block.articles[0].key)


class Precedence(NamedTuple):
    """What orders articles whichever block they are in: event time, then a hash of the key."""

    times: NDArray[np.int64]
    ties: NDArray[np.int64]

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Precedence":
        """One value an article."""
        times = [event_time(article.published, article.fetched_at) for article in articles]
        ties = [stable_hash(article.key) for article in articles]
        return cls(np.array(times, dtype=np.int64), np.array(ties, dtype=np.int64))

    def order(self) -> NDArray[np.int64]:
        """The rows in order."""
        return np.lexsort((self.ties, self.times))


def text_ids(articles: Sequence[Article]) -> NDArray[np.uint64]:
    """One value an article, equal for equal title and text."""
    return np.array([stable_hash(article.content_hash) for article in articles], dtype=np.uint64)


class Numbered(NamedTuple):
    """A window's articles in order."""

    sketched: Sketched
    places: NDArray[np.int64]
    """For each row of the given blocks, one after the other, its row in `sketched`; -1 for what the store has."""


def number(blocks: Sequence[SketchedBlock], store: MatchStore) -> Numbered:
    """Joins blocks in order of precedence and gives new articles the store's next numbers.

    Articles that the store already holds with this very content are left out; the numbers of changed ones stay.
    """
    articles = [article for block in blocks for article in block.articles]
    known = store.known([article.key for article in articles])
    fresh = np.array(
        [
            article.key not in known or known[article.key].content_hash != article.content_hash
            for article in articles
        ],
        dtype=np.bool_,
    )  # fmt: skip
    order = Precedence.of(articles).order()
    order = order[fresh[order]]
    places = np.full(len(articles), -1)
    places[order] = np.arange(len(order))
    sketched = join([unpack(block) for block in blocks], order)
    next_number = store.next_numbers()[0]
    numbered = []
    taken: set[str] = set()
    for article in sketched.articles:
        if article.id in taken:
            article = tell_apart(article)
        taken.add(article.id)
        if article.number == 0:
            article = article._replace(number=next_number)
            next_number += 1
        numbered.append(article)
    return Numbered(sketched._replace(articles=numbered), places)
