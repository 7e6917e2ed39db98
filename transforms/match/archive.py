"""The stored articles that a window is compared with."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.match.candidates import pair_with_stored
from transforms.match.segments import TERM, Postings
from transforms.ports import MatchStore
from transforms.records import Segment, Sketches

CAP = 32
"""Greatest number of articles that one is paired with under one key: a key shared by more comes from a template or a
common name."""


class WithStored(NamedTuple):
    """Candidate pairs of new articles, rows 0 to n - 1, and stored ones, the rows after them."""

    numbers: NDArray[np.int64]
    """The number of every row."""
    left: NDArray[np.int64]
    """New rows."""
    right: NDArray[np.int64]
    """Rows of stored articles."""
    stored: Sketches
    oversized_buckets: int


class Archive(NamedTuple):
    """The stored articles within the horizon; read only."""

    store: MatchStore
    since: int
    """The data clock from which stored articles are considered."""
    counted: Segment
    """The document frequencies added by the window."""

    def frequencies(self) -> list[Segment]:
        """Returns the document frequencies of the stored articles and of the window."""
        return [*self.store.segments(TERM, self.since), self.counted]

    def candidates(self, numbers: NDArray[np.int64], keys: Postings, kind: str, *, newest: bool) -> WithStored:
        """Pairs new articles with stored ones that share a key, and loads the sketches of the latter.

        Args:
            numbers: the number of each new row.
            keys: the keys of the new rows.
            kind: the kind of the index segments, COPY or STORY.
            newest: take the newest `CAP` articles that have a key, else the oldest.
        """
        found = pair_with_stored(keys, self.store.segments(kind, self.since), CAP, newest=newest)
        # A changed article is in the index with its previous text, which must not be compared.
        current = ~np.isin(found.right, numbers)
        stored, place = np.unique(found.right[current], return_inverse=True)
        return WithStored(
            np.concatenate([numbers, stored]),
            found.left[current],
            len(numbers) + place,
            self.store.sketches(stored),
            found.oversized_buckets,
        )
