"""Orders and numbers the articles of a window."""

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
    """Hashes a text to 63 bits, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def block_id(block: SketchedBlock) -> int:
    """Returns an id that no other block of the window has: a key is in one block only."""
    return stable_hash(block.articles[0].key)


class Precedence(NamedTuple):
    """The order of articles across blocks: by event time, then by a hash of the key."""

    times: NDArray[np.int64]
    ties: NDArray[np.int64]

    @classmethod
    def of(cls, articles: Sequence[Article]) -> "Precedence":
        """Returns the precedence of these articles, one value per article."""
        times = [event_time(article.published, article.fetched_at) for article in articles]
        ties = [stable_hash(article.key) for article in articles]
        return cls(np.array(times, dtype=np.int64), np.array(ties, dtype=np.int64))

    def order(self) -> NDArray[np.int64]:
        """Returns the rows in order of precedence."""
        return np.lexsort((self.ties, self.times))


def text_ids(articles: Sequence[Article]) -> NDArray[np.uint64]:
    """Returns one value per article, equal for articles with equal title and text."""
    return np.array([stable_hash(article.content_hash) for article in articles], dtype=np.uint64)


class Numbered(NamedTuple):
    """A window's articles in order."""

    sketched: Sketched
    places: NDArray[np.int64]
    """For each row of the given blocks, in their order, its row in `sketched`; -1 for an article that was left out."""


def number(blocks: Sequence[SketchedBlock], store: MatchStore) -> Numbered:
    """Joins blocks in order of precedence and gives new articles the next numbers of the store.

    Articles that the store already has with the same content are left out; changed ones keep their numbers.
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
