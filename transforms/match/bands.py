"""Bands MinHash signatures, which decides which pairs become candidates.

Two texts of Jaccard similarity s agree in all r values of one of b bands with the probability
1 - (1 - s^r)^b (Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4).
"""

import numpy as np
from numpy.typing import NDArray

from transforms.clean.tokens import mix
from transforms.sketch.signatures import PERMUTATIONS


def chance(similarity: float, bands: int, rows: int) -> float:
    """Returns the probability that a pair of this Jaccard similarity becomes a candidate."""
    return float(1 - (1 - similarity**rows) ** bands)


def banding(similarity: float, recall: float) -> tuple[int, int]:
    """Chooses the banding with the most rows per band, and so the fewest false candidates, that keeps the recall.

    Args:
        similarity: the Jaccard similarity from which on pairs must be found, above 0 and at most 1.
        recall: the least probability with which a pair of exactly that similarity is found, below 1.

    Returns:
        The number of bands, and of rows per band.

    Raises:
        ValueError: if not even bands of one row reach the recall.
    """
    for rows in range(PERMUTATIONS, 0, -1):
        if chance(similarity, PERMUTATIONS // rows, rows) >= recall:
            return PERMUTATIONS // rows, rows
    raise ValueError(f"{PERMUTATIONS} permutations cannot find pairs of similarity {similarity} with recall {recall}")


def band_keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> NDArray[np.uint64]:
    """Hashes each band of each signature to 64 bits.

    Equal keys mean equal values in the same band, except for chance collisions of 64-bit hashes.

    Args:
        signatures: shape (articles, PERMUTATIONS).
        bands: number of bands.
        rows: number of rows per band.

    Returns:
        Keys of shape (articles, bands).
    """
    used = signatures[:, : bands * rows].astype(np.uint64).reshape(len(signatures), bands, rows)
    keys = np.broadcast_to(np.arange(1, bands + 1, dtype=np.uint64), (len(signatures), bands)).copy()
    for row in range(rows):
        keys = mix(keys * np.uint64(0x9E3779B97F4A7C15) + used[:, :, row])
    return keys
