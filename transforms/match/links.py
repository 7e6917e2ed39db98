"""The table of links between articles."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Links(NamedTuple):
    """Pairs of copies or of similar articles, one column per property; articles are rows of a block, or numbers."""

    left: NDArray[np.int64]
    """The newer article, when articles are numbers."""
    right: NDArray[np.int64]
    copies: NDArray[np.bool_]
    """True for a copy link, False for a story link."""
    scores: NDArray[np.float64]
    """The Jaccard similarity of the shingles of a copy, the product of the term vectors otherwise."""
    containments: NDArray[np.float64]
    """The containment of the smaller shingle set of a copy, 0 otherwise."""

    @classmethod
    def of_copies(
        cls,
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        scores: NDArray[np.float64],
        containments: NDArray[np.float64],
    ) -> "Links":
        """Makes a table of pairs of copies."""
        return cls(left, right, np.ones(len(left), dtype=np.bool_), scores, containments)

    @classmethod
    def of_stories(cls, left: NDArray[np.int64], right: NDArray[np.int64], scores: NDArray[np.float64]) -> "Links":
        """Makes a table of pairs of similar articles."""
        return cls(left, right, np.zeros(len(left), dtype=np.bool_), scores, np.zeros(len(left)))

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> "Links":
        """Returns the links selected by a mask or by indices."""
        return Links(self.left[rows], self.right[rows], self.copies[rows], self.scores[rows], self.containments[rows])

    def keys(self) -> NDArray[np.int64]:
        """Returns one value per pair."""
        return (self.left << 32) | self.right

    def numbered(self, numbers: NDArray[np.int64]) -> "Links":
        """Names articles by number instead of by row.

        Args:
            numbers: the number of each row.

        Returns:
            The same links, the newer article on the left.
        """
        a, b = numbers[self.left], numbers[self.right]
        return self._replace(left=np.maximum(a, b), right=np.minimum(a, b))

    def ordered(self) -> "Links":
        """Returns the links by their left and right articles, copies first."""
        return self.take(np.lexsort((~self.copies, self.right, self.left)))


NO_LINKS = Links.of_copies(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


def join_links(parts: Sequence[Links]) -> Links:
    """Returns the links of all parts, in order."""
    return Links(*(np.concatenate(columns) for columns in zip(NO_LINKS, *parts, strict=True)))
