"""Comparison of two texts: the passages that they share word for word, and the text that only one of them has.

Texts are compared as in the copy test, by shingles of `transforms.sketch.shingles.WIDTH` words. A word is shared when a
shingle that contains it occurs anywhere in both texts; so a moved paragraph is shared, and a common word between
different ones is not. The time is proportional to the length of the texts; a usual diff's is to the product of both.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby, pairwise, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.clean.tokens import Tokens, tokenise
from transforms.sketch.shingles import WIDTH, combine

_TRIED = 8
"""Most occurrences in the other text at which a shared passage is tried, which limits the cost of frequent phrases."""
_ALIGNED = 200
"""Most paragraphs of a text that are aligned with those of the other; longer texts are shown unaligned."""
LONGEST = 200_000
"""Most characters of a text that are compared."""


class Passage(NamedTuple):
    """A sequence of words that occurs in both texts."""

    words: int
    a: tuple[int, int]
    """Start and end in the first text, in characters."""
    b: tuple[int, int]
    """Start and end in the second text, in characters."""


class Span(NamedTuple):
    """A part of a paragraph that is shared as a whole, or not at all."""

    text: str
    shared: bool


class Row(NamedTuple):
    """Two paragraphs shown side by side; either may be empty."""

    a: list[Span]
    b: list[Span]


class Comparison(NamedTuple):
    """Two texts side by side."""

    rows: list[Row]
    passages: list[Passage]
    """The shared passages, the longest first."""
    shared_a: float
    """Share of the first text's words that are shared, 0 to 1."""
    shared_b: float
    """Share of the second text's words that are shared, 0 to 1."""


class _Text(NamedTuple):
    text: str
    hashes: NDArray[np.uint64]
    starts: list[int]
    ends: list[int]
    runs: list[int]
    """The hash of the shingle that begins at each word."""


def _read(text: str) -> _Text:
    tokens: Tokens = tokenise([text])
    hashes = tokens.hashes
    n = len(hashes)
    windows = n - WIDTH + 1 if n >= WIDTH else min(n, 1)
    padded = np.concatenate([hashes, np.zeros(WIDTH, dtype=np.uint64)])
    runs = combine(*(padded[shift : shift + windows] for shift in range(WIDTH)))
    return _Text(text, hashes, tokens.starts.tolist(), tokens.ends.tolist(), runs.tolist())


def compare(a: str, b: str) -> Comparison:
    """Compares the first `LONGEST` characters of two texts side by side.

    Args:
        a: the first text, one paragraph per line.
        b: the second text, one paragraph per line.
    """
    left, right = _read(a[:LONGEST]), _read(b[:LONGEST])
    in_left, in_right = _covered(left, right), _covered(right, left)
    passages = _passages(left, right)
    pairs = _aligned(left, right, passages)
    a_lines, b_lines = _paragraphs(left, in_left), _paragraphs(right, in_right)
    rows = []
    for one, other in pairs:
        rows.append(Row(a_lines[one] if one is not None else [], b_lines[other] if other is not None else []))
    found = sorted(
        (
            Passage(
                words,
                (left.starts[at], left.ends[at + words - 1]),
                (right.starts[to], right.ends[to + words - 1]),
            )
            for at, to, words in passages
        ),
        key=lambda one: (-one.words, one.a),
    )
    return Comparison(rows, found, _share(in_left), _share(in_right))


def _share(covered: Sequence[bool]) -> float:
    return sum(covered) / len(covered) if covered else 0.0


def _covered(own: _Text, other: _Text) -> list[bool]:
    held = set(other.runs)
    covered = [False] * len(own.starts)
    for place, run in enumerate(own.runs):
        if run in held:
            covered[place : place + WIDTH] = [True] * len(covered[place : place + WIDTH])
    return covered


def _passages(left: _Text, right: _Text) -> list[tuple[int, int, int]]:
    """Returns the longest shared passages in order of the first text: first word in each text, number of words."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, run in enumerate(right.runs):
        if len(places[run]) < _TRIED:
            places[run].append(place)
    a, b = left.hashes.tolist(), right.hashes.tolist()
    found, at = [], 0
    while at < len(left.runs):
        best, to = 0, 0
        for place in places.get(left.runs[at], ()):
            words = 0
            while at + words < len(a) and place + words < len(b) and a[at + words] == b[place + words]:
                words += 1
            if words > best:
                best, to = words, place
        if best:
            found.append((at, to, best))
        at += max(best, 1)
    return found


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in text.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _paragraphs(own: _Text, covered: Sequence[bool]) -> list[list[Span]]:
    """Divides each paragraph into spans; characters between two shared words are shared."""
    lines: list[list[Span]] = []
    starts = [*_line_starts(own.text), len(own.text) + 1]
    words = 0
    for low, high in pairwise(starts):
        first = words
        while words < len(own.starts) and own.starts[words] < high:
            words += 1
        pieces, edge = [], low
        for shared, places in groupby(range(first, words), key=lambda place: covered[place]):
            last = list(places)[-1]
            end = own.ends[last] if last + 1 < words else high - 1
            if last + 1 < words and not shared:
                end = own.starts[last + 1]
            pieces.append(Span(own.text[edge:end], shared))
            edge = end
        if not pieces:
            pieces = [Span(own.text[low : high - 1], False)]
        lines.append(pieces)
    return lines


def _aligned(
    left: _Text, right: _Text, passages: Sequence[tuple[int, int, int]]
) -> list[tuple[int | None, int | None]]:
    """Aligns paragraphs in order so that those side by side share the most words."""
    a, b = _line_starts(left.text), _line_starts(right.text)
    n, m = len(a), len(b)
    if n > _ALIGNED or m > _ALIGNED:
        longest = max(n, m)
        return [(row if row < n else None, row if row < m else None) for row in range(longest)]
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for at, to, words in passages:
        for word in range(words):
            shared[bisect_right(a, left.starts[at + word]) - 1, bisect_right(b, right.starts[to + word]) - 1] += 1
    best = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            together = best[i + 1][j + 1] + shared[i, j] if (i, j) in shared else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    rows: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < n or j < m:
        if i < n and j < m and (i, j) in shared and best[i][j] == best[i + 1][j + 1] + shared[i, j]:
            rows.append((i, j))
            i, j = i + 1, j + 1
        elif j >= m or (i < n and best[i][j] == best[i + 1][j]):
            rows.append((i, None))
            i += 1
        else:
            rows.append((None, j))
            j += 1
    return _closed_up(rows)


def _closed_up(rows: Sequence[tuple[int | None, int | None]]) -> list[tuple[int | None, int | None]]:
    """Puts the unaligned paragraphs of both sides between two aligned rows side by side."""
    found: list[tuple[int | None, int | None]] = []
    for paired, group in groupby(rows, key=lambda row: None not in row):
        several = list(group)
        if not paired:
            left, right = ([row[side] for row in several if row[side] is not None] for side in (0, 1))
            several = list(zip_longest(left, right))
        found += several
    return found
