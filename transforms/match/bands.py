"""Banding of MinHash signatures: which pairs become candidates.

Two texts of Jaccard similarity s agree in all r values of one of b bands with the probability
1 - (1 - s^r)^b (Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4).
"""

import numpy as np
from numpy.typing import NDArray

from transforms.clean.tokens import mix
from transforms.sketch.signatures import PERMUTATIONS


def chance(similarity: float, bands: int, rows: int) -> float:
    """The probability that a pair of this similarity becomes a candidate."""
    return float(1 - (1 - similarity**rows) ** bands)


def banding(similarity: float, recall: float) -> tuple[int, int]:
    """The (bands, rows) with the most rows, so the fewest false candidates, that keep the recall.

    Args:
        similarity: the Jaccard similarity from which pairs must be found, above 0 and at most 1.
        recall: the least probability of finding a pair of just that similarity, below 1.

    Raises:
        ValueError: not even bands of one row reach the recall.
    """
    for rows in range(PERMUTATIONS, 0, -1):
        if chance(similarity, PERMUTATIONS // rows, rows) >= recall:
            return PERMUTATIONS // rows, rows
    raise ValueError(f"{PERMUTATIONS} permutations cannot find pairs of similarity {similarity} with recall {recall}")


def band_keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> NDArray[np.uint64]:
    """One 64-bit key for each band of each signature: shape (number of signatures, bands).

    Equal keys mean equal values in the same band, up to chance collisions of 64-bit hashes.
    """
    used = signatures[:, : bands * rows].astype(np.uint64).reshape(len(signatures), bands, rows)
    keys = np.broadcast_to(np.arange(1, bands + 1, dtype=np.uint64), (len(signatures), bands)).copy()
    for row in range(rows):
        keys = mix(keys * np.uint64(0x9E3779B97F4A7C15) + used[:, :, row])
    return keys
