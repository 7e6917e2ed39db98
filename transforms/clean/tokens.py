"""Splits a block of texts into words and hashes them to 64 bits, in numpy, without a Python object per word.

The texts are concatenated as code points. Words consist of letters, digits and combining marks, everything else
separates them; each character of a script that is written without spaces is a word of its own. The hash of a word is a
polynomial over its lower-cased code points, computed from one prefix sum over the whole block, which turns every word
into one subtraction, and then mixed. The idea is Karp and Rabin's (1987, doi:10.1147/rd.312.0249); 1.1 million distinct
word shingles had no collision.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.records.ragged import offsets_of

_BASE = 0x9E3779B97F4A7C15  # Knuth's golden ratio; odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 1 << 64)
TILE = 1 << 17
"""Code points that are hashed at once, and also the best size of a block of texts: the intermediate arrays stay in the
processor's cache. Measured with texts of 500 words: 14 us per text for 2^17, 15 for 2^16, 25 for 2^21."""

STEM = 6
"""Characters of a word that are its stem: a stemmer for every language that inflects at the end of words. Measured as
mean BCubed F1 of seven labelled sets of news: whole words .853, 5 characters .862, 6 characters .864; accuracy on pairs
of Russian articles .767, .791, .786. Prefixes as stems: McNamee & Mayfield 2004,
doi:10.1023/B:INRT.0000009441.78971.be."""

_PLANES = 0x20000
"""Number of code points in the first two planes of Unicode; those above are not letters of running text."""

_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x1B000, 0x1B16F),
)
"""First and last code points of scripts written without spaces between words (Unicode 15, Scripts.txt): Thai, Lao,
Myanmar, Khmer, Hiragana and Katakana, CJK ideographs and their extensions in the first two planes."""


class Tokens(NamedTuple):
    """The words of n texts in order; all arrays but `offsets` have one element per word."""

    hashes: NDArray[np.uint64]
    stems: NDArray[np.uint64]
    """Hash of the first `STEM` characters."""
    capital: NDArray[np.bool_]
    """Whether the word begins with an upper-case letter."""
    single: NDArray[np.bool_]
    """Whether the word is one character of a script without spaces."""
    long: NDArray[np.bool_]
    """Whether the word has two or more characters."""
    starts: NDArray[np.int64]
    """Index of the first code point in the text."""
    ends: NDArray[np.int64]
    """Index after the last code point in the text."""
    offsets: NDArray[np.int64]
    """The words of text i are `offsets[i]:offsets[i + 1]`; n + 1 elements."""


class _Tables(NamedTuple):
    word: NDArray[np.bool_]
    single: NDArray[np.bool_]
    upper: NDArray[np.bool_]
    folded: NDArray[np.uint32]
    powers: NDArray[np.uint64]
    inverses: NDArray[np.uint64]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    word = np.zeros(_PLANES, dtype=np.bool_)
    upper = np.zeros(_PLANES, dtype=np.bool_)
    folded = np.arange(_PLANES, dtype=np.uint32)
    for point in range(_PLANES):
        char = chr(point)
        if char.isalnum():
            word[point] = True
            lower = char.lower()
            if lower != char and len(lower) == 1:
                upper[point] = True
                folded[point] = ord(lower)
        elif unicodedata.category(char)[0] == "M":
            word[point] = True
    single = np.zeros(_PLANES, dtype=np.bool_)
    for low, high in _UNSPACED:
        single[low : high + 1] = word[low : high + 1]
    return _Tables(word, single, upper, folded, _powers(_BASE), _powers(_INVERSE))


def _powers(base: int) -> NDArray[np.uint64]:
    factors = np.full(2 * TILE, base & 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Applies MurmurHash3's 64-bit finaliser (Appleby 2011): every input bit affects every output bit."""
    hashes = hashes ^ (hashes >> np.uint64(33))
    hashes *= np.uint64(0xFF51AFD7ED558CCD)
    hashes ^= hashes >> np.uint64(33)
    hashes *= np.uint64(0xC4CEB9FE1A85EC53)
    hashes ^= hashes >> np.uint64(33)
    return hashes


def tokenise_tiles(texts: Sequence[str]) -> Iterator[Tokens]:
    """Tokenises texts in blocks of at most `TILE` characters; a longer text is a block of its own."""
    tile: list[str] = []
    points = 0
    for text in texts:
        if tile and points + len(text) > TILE:
            yield tokenise(tile)
            tile, points = [], 0
        tile.append(text)
        points += len(text)
    yield tokenise(tile)


def tokenise(texts: Sequence[str]) -> Tokens:
    """Splits each text into words and hashes them.

    Texts may be of any length and language; a lone surrogate counts as a separator. Two words have the same hash if
    their first `TILE` characters, each lower-cased by itself, are equal.
    """
    tables = _tables()
    # A separator precedes each text and follows the last.
    points = np.frombuffer("\0".join(["", *texts, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    text_starts = offsets_of(np.array([len(text) + 1 for text in texts], dtype=np.int64))
    narrow = points.astype(np.uint8)
    folded = narrow | np.uint8(0x20)  # lower-cases ASCII letters and leaves ASCII digits as they are
    word = (folded - np.uint8(0x61) < 26) | (narrow - np.uint8(0x30) < 10)
    # The few characters beyond ASCII are handled separately, so that all others need no look-up in large tables.
    wide = np.flatnonzero(points > 0x7F)
    wide_points = points[wide]
    wide_points[wide_points >= _PLANES] = 0
    word[wide] = tables.word[wide_points]
    edges = np.flatnonzero(word[1:] != word[:-1]) + 1
    single = wide[tables.single[wide_points]]
    if len(single):
        within = np.union1d(single, single + 1)
        within = within[word[within - 1] & word[within]]
        edges = np.sort(np.concatenate([edges, within, within]))
    starts, ends = edges.reshape(-1, 2).T.copy()
    hashes, stems = _hash_words(folded, wide, tables.folded[wide_points], starts, ends)
    offsets = np.searchsorted(starts, text_starts)
    first = np.repeat(text_starts[:-1] + 1, np.diff(offsets))
    initials = points[starts]
    return Tokens(
        hashes,
        stems,
        tables.upper[initials],
        tables.single[initials],
        ends - starts > 1,
        starts - first,
        ends - first,
        offsets,
    )


def _hash_words(
    folded: NDArray[np.uint8],
    wide: NDArray[np.int64],
    wide_folded: NDArray[np.uint32],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hashes all words and their stems.

    Args:
        folded: the lower-cased ASCII characters of the block; any value in place of all others.
        wide: indices of the characters beyond ASCII, ascending.
        wide_folded: these characters, lower-cased.
        starts: index of the first character of each word, ascending.
        ends: index after the last character of each word.

    Returns:
        The hashes of the words and of their stems, uint64 with one element per word.
    """
    powers, inverses = _tables().powers, _tables().inverses
    ends = np.minimum(ends, starts + TILE)
    hashes, stems = np.empty(len(starts), dtype=np.uint64), np.empty(len(starts), dtype=np.uint64)
    low = 0
    while low < len(starts):
        origin = starts[low]
        high = int(np.searchsorted(starts, origin + TILE))
        values = folded[origin : ends[high - 1]].astype(np.uint64)
        values *= powers[: len(values)]
        others = slice(*np.searchsorted(wide, [origin, origin + len(values)]))
        places = wide[others] - origin
        values[places] = powers[places] * wide_folded[others]
        sums = np.empty(len(values) + 1, dtype=np.uint64)
        sums[0] = 0
        np.cumsum(values, out=sums[1:])
        begin = starts[low:high] - origin
        end = ends[low:high] - origin
        before, scale = sums[begin], inverses[begin]
        hashes[low:high] = (sums[end] - before) * scale
        stems[low:high] = (sums[np.minimum(begin + STEM, end)] - before) * scale
        low = high
    return mix(hashes), mix(stems)
