"""What the stages ask of a store: protocols, so that any store that keeps them can serve."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from transforms.fetch.health import FeedState
from transforms.match.segments import Segment
from transforms.records import Committed, Delta, Link
from transforms.sketch.ragged import Ragged
from transforms.sketch.terms import Terms


class Known(NamedTuple):
    """What recognising needs to know of a stored article."""

    number: int
    id: str
    version: int
    content_hash: str
    feed: str
    """The feed whose content is stored."""
    length: int
    """Characters of the stored text."""


class Sketches(NamedTuple):
    """Sketches of stored articles, in the order of the numbers they were asked by."""

    shingles: Ragged
    terms: Terms


class Member(NamedTuple):
    """A stored article as a member of its story."""

    number: int
    story: int
    id: str
    url: str
    title: str
    source: str
    site: str
    """As of `Article`."""
    language: str
    published: int | None
    published_quality: str
    first_seen: int
    version: int
    copy_of: int
    """Number of the article that it copies, 0 for an original."""
    similarity: float


class StoryState(NamedTuple):
    """A stored story."""

    number: int
    id: str
    record: bytes
    """Its line of stories.jsonl."""


MUST_LINK, CANNOT_LINK, PINNED = "must_link", "cannot_link", "pinned"


class Ruling(NamedTuple):
    """What a person has ruled about articles, by number, the smaller one on the left; see `transforms.fold.rulings`."""

    kind: str
    left: int
    right: int | None = None
    """None for a pinned article."""


class MovedOnError(Exception):
    """A delta rests on an older state of the store: what it was made of is to be matched and folded again."""


class Store(Protocol):
    """The state of record, as of the last commit."""

    def commits(self) -> int:
        """How many commits it has had: what a window's reading rests on."""

    def feeds(self, feeds: Sequence[str]) -> Mapping[str, FeedState]:
        """What is remembered of these feeds, by address without credentials; feeds never asked are left out."""

    def known(self, keys: Sequence[str]) -> Mapping[str, Known]:
        """The stored articles among these keys."""

    def aliases(self, keys: Sequence[str]) -> Mapping[str, str]:
        """For those of these keys that are aliases of a stored article, its own key."""

    def buried(self, keys: Sequence[str]) -> AbstractSet[str]:
        """Those of these keys, of articles or aliases, whose article was deleted for good."""

    def same_texts(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """The earliest article of an active story with each of these content hashes, by number."""

    def owners(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The keys of the stored articles that bear these public ids."""

    def line_hashes(self, sites: Sequence[str], window: int, without: Sequence[int]) -> Mapping[str, Sequence[bytes]]:
        """The line hashes of each site's newest articles, at most `window` of them, these numbers aside."""

    def clock(self) -> int:
        """The newest event time of any article, 0 in an empty store."""

    def next_numbers(self) -> tuple[int, int]:
        """The numbers of the next new article and of the next new story."""

    def segments(self, kind: str, since: int) -> Sequence[Segment]:
        """All index segments of a kind whose articles arrived at data clock `since` or later."""

    def sketches(self, numbers: NDArray[np.int64]) -> Sketches:
        """The sketches of these articles, which must exist."""

    def active_stories(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The story of each of these articles, 0 where it is closed."""

    def story_states(self, stories: Sequence[int]) -> Sequence[StoryState]:
        """These stories, ascending by number."""

    def members(self, stories: Sequence[int]) -> Sequence[Member]:
        """All members of these stories, ascending by number."""

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """The texts of these articles without boilerplate."""

    def links(self, numbers: Sequence[int]) -> Sequence[Link]:
        """The links that begin at these articles."""

    def rulings(self, numbers: Sequence[int]) -> AbstractSet[Ruling]:
        """What people have ruled about these articles."""

    def quiet_stories(self, before: int) -> Sequence[int]:
        """Active stories that last changed when the data clock stood before this time."""

    def commit(self, delta: Delta) -> Committed:
        """Applies a delta in one transaction; all of it or nothing.

        Raises:
            MovedOnError: there was another commit since the reading that the delta rests on.
        """

    def draining(self) -> bool:
        """Whether the stream that writes it is to end: it was asked to, or a later run has begun."""


class StoreFactory(Protocol):
    """Opens the store in a worker: must be picklable and small."""

    def __call__(self) -> AbstractContextManager[Store]: ...
