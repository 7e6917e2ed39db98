"""Boilerplate learned per site: short lines that many articles of one site hold.

Requirements: a line that belongs to the story must stay; better a prompt too many than a sentence lost.
Theory: a line counts once for each article, never for a version of it, and only within its own site, so
that an agency's text survives in every outlet. It is boilerplate when at least three articles and a tenth
of the site's last 200 hold it: with three of ten articles all prompts of a mixed sample were found, a lower
count took 2 to 11 proper lines among 100 articles, count and share together none. Digits do not count,
since "12 comments" and "7 comments" are one prompt.
Known exception: a site with fewer than three articles in the store and the window teaches nothing.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

WINDOW = 200
"""Articles of a site that are remembered."""
_LEAST = 3
_SHARE = 0.1
_LONGEST = 25
"""Words of a line that can be boilerplate; longer ones are paragraphs of a text."""
_KEPT = 0.5
"""Share of an article's words that stays whatever repeats: a site that repeats itself is not emptied."""

_NO_LETTERS = re.compile(r"[\W\d_]+")


def hash_lines(text: str) -> list[int]:
    """One 32-bit hash for each line: equal for lines with the same words, -1 for one that never counts.

    Case, digits and punctuation make no difference; a line without letters or a long one does not count.
    """
    return [_hash_line(line) for line in text.split("\n")]


def _hash_line(line: str) -> int:
    if line.count(" ") >= _LONGEST:
        return -1
    words = _NO_LETTERS.sub(" ", line.lower()).strip()
    return zlib.crc32(words.encode("utf-8", "surrogatepass")) if words else -1


def pack_lines(hashes: Iterable[int]) -> bytes:
    """The distinct hashes that count, as sorted uint32."""
    return np.array(sorted({value for value in hashes if value >= 0}), dtype=np.uint32).tobytes()


def learn(packed: Sequence[bytes]) -> NDArray[np.uint32]:
    """The hashes of lines that are boilerplate, from the packed lines of a site's articles, newest first."""
    recent = packed[:WINDOW]
    counts = Counter(np.frombuffer(b"".join(recent), dtype=np.uint32).tolist())
    least = max(_LEAST, _SHARE * len(recent))
    return np.array(sorted(value for value, count in counts.items() if count >= least), dtype=np.uint32)


def boilerplate_lines(text: str, hashes: Sequence[int], learned: NDArray[np.uint32]) -> list[int]:
    """Indices of the lines of `text` to strip; none when more than half of its words would go."""
    if not len(learned):
        return []
    repeated = set(learned.tolist())
    lines = text.split("\n")
    indices = [index for index, value in enumerate(hashes) if value in repeated]
    words = [len(line) for line in lines]
    if sum(words[index] for index in indices) > (1 - _KEPT) * sum(words):
        return []
    return indices


def strip_lines(text: str, indices: Sequence[int]) -> str:
    """The text without these lines."""
    gone = set(indices)
    return "\n".join(line for index, line in enumerate(text.split("\n")) if index not in gone) if gone else text
