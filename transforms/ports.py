"""What each stage needs of a store: one small protocol per consumer, so that any store that keeps them can serve."""

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
    """A delta rests on an older state of the store: its window must be matched and folded again."""


class FetchStore(Protocol):
    """What FetchDocuments needs."""

    def feeds(self, feeds: Sequence[str]) -> Mapping[str, FeedState]:
        """What is remembered of these feeds, by address without credentials; feeds never asked are left out."""


class PollStore(FetchStore, Protocol):
    """What KeepPolling needs."""

    def draining(self) -> bool:
        """Whether the stream that writes it is to end: it was asked to, or a later run has begun."""


class UniteStore(Protocol):
    """What UniteArticles needs."""

    def aliases(self, keys: Sequence[str]) -> Mapping[str, str]:
        """For those of these keys that are aliases of a stored article, its own key."""


class KnownArticles(Protocol):
    """What tells stored articles from new ones."""

    def known(self, keys: Sequence[str]) -> Mapping[str, Known]:
        """The stored articles among these keys."""


class CompleteStore(UniteStore, KnownArticles, Protocol):
    """What CompleteArticles needs."""


class RecogniseStore(KnownArticles, Protocol):
    """What RecogniseArticles needs."""

    def buried(self, keys: Sequence[str]) -> AbstractSet[str]:
        """Those of these keys, of articles or aliases, whose article was deleted for good."""

    def owners(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The keys of the stored articles that bear these public ids."""


class StripStore(Protocol):
    """What StripBoilerplate needs."""

    def line_hashes(self, sites: Sequence[str], window: int, without: Sequence[int]) -> Mapping[str, Sequence[bytes]]:
        """The line hashes of each site's newest articles, at most `window` of them, these numbers aside."""


class StoredSketches(Protocol):
    """What matching and folding both read: the state of the store at its last commit, sketches and their index."""

    def commits(self) -> int:
        """How many commits it has had: what a window's reading rests on."""

    def clock(self) -> int:
        """The newest event time of any article, 0 in an empty store."""

    def next_numbers(self) -> tuple[int, int]:
        """The numbers of the next new article and of the next new story."""

    def segments(self, kind: str, since: int) -> Sequence[Segment]:
        """All index segments of a kind whose articles arrived at data clock `since` or later."""

    def sketches(self, numbers: NDArray[np.int64]) -> Sketches:
        """The sketches of these articles, which must exist."""


class MatchStore(StoredSketches, KnownArticles, Protocol):
    """What matching needs."""

    def same_texts(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """The earliest article of an active story with each of these content hashes, by number."""


class FoldStore(StoredSketches, Protocol):
    """What folding needs."""

    def active_stories(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The story of each of these articles, 0 where it is closed."""

    def stories(self, stories: Sequence[int]) -> Sequence[StoredStory]:
        """These stories, ascending by number."""

    def members(self, stories: Sequence[int]) -> Sequence[Member]:
        """All members of these stories, ascending by number."""

    def texts(self, numbers: Sequence[int]) -> Mapping[int, str]:
        """The texts of these articles without boilerplate."""

    def links(self, numbers: Sequence[int]) -> Sequence[Link]:
        """The links that begin at these articles."""

    def rulings(self, numbers: Sequence[int]) -> AbstractSet[Ruling]:
        """The rulings that name any of these articles."""

    def quiet_stories(self, before: int) -> Sequence[int]:
        """Active stories that last changed when the data clock stood before this time."""


class CommitStore(MatchStore, FoldStore, Protocol):
    """What CommitWindows needs."""

    def commit(self, delta: Delta) -> Committed:
        """Applies a delta in one transaction; all of it or nothing.

        Raises:
            MovedOnError: there was another commit since the reading that the delta rests on.
        """


class Store(PollStore, CompleteStore, RecogniseStore, StripStore, CommitStore, Protocol):
    """What a whole pipeline needs: the state of record at its last commit."""


Opened = TypeVar("Opened", covariant=True)


class StoreFactory(Protocol[Opened]):
    """Opens the store in a worker: must be picklable and small."""

    def __call__(self) -> AbstractContextManager[Opened]: ...
