"""Shingles: the set of all runs of `WIDTH` successive words of a text, as 32-bit hashes.

Broder 1997, "On the resemblance and containment of documents" (doi:10.1109/SEQUEN.1997.666900). Runs of
three words suit news: duplicates of newspaper articles share 30 % of their 3-grams on average and fewer
of longer ones (Silcock et al. 2022, arXiv:2210.04261).
"""

import numpy as np
from numpy.typing import NDArray

from transforms.sketch.ragged import Ragged, from_pairs, ranges, runs
from transforms.sketch.tokens import Tokens, mix

WIDTH = 3

_FACTORS = np.array([0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3], dtype=np.uint64)


def combine(*hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One mixed hash of up to three successive word hashes; their order counts."""
    total = hashes[0] * _FACTORS[0]
    for factor, column in zip(_FACTORS[1:], hashes[1:], strict=False):
        total = total + column * factor
    return mix(total)


def shingle(tokens: Tokens) -> Ragged:
    """The distinct shingles of each text, ascending.

    A text of fewer words than `WIDTH` has one shingle, the whole of it; a text without words has none.
    """
    lengths = np.diff(tokens.offsets)
    windows = np.where(lengths >= WIDTH, lengths - WIDTH + 1, np.minimum(lengths, 1))
    starts = ranges(tokens.offsets[:-1], windows)
    # Beyond the end of a short text stands a zero, which no word's hash is likely to be.
    padded = np.concatenate([tokens.hashes, np.zeros(WIDTH, dtype=np.uint64)])
    ends = np.repeat(tokens.offsets[1:], windows)
    columns = [np.where(starts + shift < ends, padded[starts + shift], np.uint64(0)) for shift in range(WIDTH)]
    rows = np.repeat(np.arange(len(lengths), dtype=np.uint64), windows)
    pairs = np.sort((rows << np.uint64(32)) | combine(*columns).astype(np.uint32))
    return from_pairs(pairs[runs(pairs)], len(lengths))
