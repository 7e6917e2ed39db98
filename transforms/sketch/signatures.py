"""Computes the MinHash signatures of many shingle sets at once, equal bit for bit to datasketch's.

The permutations, the seed and the pre-mixing are those of datasketch 2's scheme `affine32`: h -> fmix32(h) * a + b
modulo 2^32. Only the order of the computation differs: one permutation at a time over a tile of whole texts.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from transforms.records.ragged import Ragged

if TYPE_CHECKING:
    from datasketch import LeanMinHash

PERMUTATIONS = 128
SEED = 1
SCHEME = "affine32"
_TILE = 1 << 16
"""Shingles per tile: the fastest of 2k to 512k for texts of 500 and of 40 words."""
_FEW = 2000
"""Number of shingles up to which all permutations at once are faster: 25 times for one text of 40 words, not at all for
2,000 shingles."""
_EMPTY = np.uint32(0xFFFFFFFF)
"""The minimum of an empty set in datasketch."""


@lru_cache(maxsize=1)
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    from datasketch import MinHash

    multipliers, increments = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME).permutations
    return multipliers, increments


def _premix(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Applies MurmurHash3's 32-bit finaliser, as datasketch does before its permutations."""
    hashes = hashes ^ (hashes >> np.uint32(16))
    hashes = hashes * np.uint32(0x85EBCA6B)
    hashes = hashes ^ (hashes >> np.uint32(13))
    hashes = hashes * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


def sign(sets: Ragged) -> NDArray[np.uint32]:
    """Computes the signature of each set.

    Returns:
        uint32 of shape (sets, PERMUTATIONS). An empty set has the signature of datasketch's empty MinHash, all bits
        set.
    """
    signatures = np.full((len(sets.offsets) - 1, PERMUTATIONS), _EMPTY, dtype=np.uint32)
    filled = np.flatnonzero(sets.lengths)
    starts, ends = sets.offsets[filled], sets.offsets[filled + 1]
    multipliers, increments = _permutations()
    if 0 < len(sets.values) <= _FEW:
        permuted = _premix(sets.values)[:, np.newaxis] * multipliers + increments
        signatures[filled] = np.minimum.reduceat(permuted, starts, axis=0)
        return signatures
    low = 0
    while low < len(filled):
        high = max(low + 1, int(np.searchsorted(ends, starts[low] + _TILE, side="right")))
        hashes = _premix(sets.values[starts[low] : ends[high - 1]])
        cuts = starts[low:high] - starts[low]
        minima = np.empty((PERMUTATIONS, high - low), dtype=np.uint32)
        permuted = np.empty_like(hashes)
        for permutation in range(PERMUTATIONS):
            np.multiply(hashes, multipliers[permutation], out=permuted)
            np.add(permuted, increments[permutation], out=permuted)
            np.minimum.reduceat(permuted, cuts, out=minima[permutation])
        signatures[filled[low:high]] = minima.T
        low = high
    return signatures


def lean_minhash(signature: NDArray[np.uint32]) -> "LeanMinHash":
    """Returns a signature as a datasketch object, for use with datasketch's own indexes.

    Args:
        signature: uint32 of shape (PERMUTATIONS,).
    """
    from datasketch import LeanMinHash

    return LeanMinHash(seed=SEED, hashvalues=signature, scheme=SCHEME)
