"""The store as each stage sees it: one small protocol per consumer, which any implementation can provide."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from transforms.records import (
    Committed,
    Delta,
    FeedState,
    Known,
    Link,
    Member,
    Ruling,
    Segment,
    Sketches,
    StoredStory,
)


class MovedOnError(Exception):
    """Raised when a delta was computed from an older state of the store: its window must be retried."""


class FetchStore(Protocol):
    """The store as FetchDocuments needs it."""

    def feeds(self, feeds: Sequence[str]) -> Mapping[str, FeedState]:
        """Returns the states of these feeds by address without credentials, except feeds that were never polled."""


class PollStore(FetchStore, Protocol):
    """The store as KeepPolling needs it."""

    def draining(self) -> bool:
        """Tells whether the stream that writes the store must end: a drain was requested, or a later run has begun."""


class UniteStore(Protocol):
    """The store as UniteArticles needs it."""

    def aliases(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Returns the article's own key for each of these keys that is an alias of a stored article."""


class KnownArticles(Protocol):
    """The look-up of stored articles by key."""

    def known(self, keys: Sequence[str]) -> Mapping[str, Known]:
        """Returns the stored articles with these keys, by key."""


class CompleteStore(UniteStore, KnownArticles, Protocol):
    """The store as CompleteArticles needs it."""


class RecogniseStore(KnownArticles, Protocol):
    """The store as RecogniseArticles needs it."""

    def buried(self, keys: Sequence[str]) -> AbstractSet[str]:
        """Returns those of these keys, of articles or aliases, whose article was deleted for good."""

    def owners(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Returns the keys of the stored articles that have these public ids, by id."""


class StripStore(Protocol):
    """The store as StripBoilerplate needs it."""

    def line_hashes(self, sites: Sequence[str], window: int, without: Sequence[int]) -> Mapping[str, Sequence[bytes]]:
        """Returns the line hashes of each site's newest `window` articles, except the numbers in `without`."""


class StoredSketches(Protocol):
    """The sketches and their index at the store's last commit, which both matching and folding read."""

    def commits(self) -> int:
        """Returns the number of commits so far, which identifies the state that a window was read from."""

    def clock(self) -> int:
        """Returns the newest event time of any article, 0 in an empty store."""

    def next_numbers(self) -> tuple[int, int]:
        """Returns the numbers of the next new article and of the next new story."""

    def segments(self, kind: str, since: int) -> Sequence[Segment]:
        """Returns all index segments of a kind whose articles arrived at data clock `since` or later."""

    def sketches(self, numbers: NDArray[np.int64]) -> Sketches:
        """Returns the sketches of these articles, which must exist."""


class MatchStore(StoredSketches, KnownArticles, Protocol):
    """The store as matching needs it."""

    def same_texts(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """Returns the number of the earliest article of an active story with each of these content hashes."""


class FoldStore(StoredSketches, Protocol):
    """The store as folding needs it."""

    def active_stories(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Returns the story of each of these articles, 0 where it is closed."""

    def stories(self, stories: Sequence[int]) -> Sequence[StoredStory]:
        """Returns these stories, ascending by number."""

    def members(self, stories: Sequence[int]) -> Sequence[Member]:
        """Returns all members of these stories, ascending by number."""

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """Returns the texts of these articles without boilerplate, by number."""

    def links(self, numbers: Sequence[int]) -> Sequence[Link]:
        """Returns the links whose left article is one of these."""

    def rulings(self, numbers: Sequence[int]) -> AbstractSet[Ruling]:
        """Returns the rulings that name any of these articles."""

    def quiet_stories(self, before: int) -> Sequence[int]:
        """Returns the active stories that last changed at a data clock before this time."""


class CommitStore(MatchStore, FoldStore, Protocol):
    """The store as CommitWindows needs it."""

    def commit(self, delta: Delta) -> Committed:
        """Applies a delta in one transaction: all of it or nothing.

        Raises:
            MovedOnError: another commit was made since the store was read for this delta.
        """


class Store(PollStore, CompleteStore, RecogniseStore, StripStore, CommitStore, Protocol):
    """The store as a whole pipeline needs it: the state of record at its last commit."""


Opened = TypeVar("Opened", covariant=True)


class StoreFactory(Protocol[Opened]):
    """Opens the store in a worker; it must be picklable and small."""

    def __call__(self) -> AbstractContextManager[Opened]: ...
