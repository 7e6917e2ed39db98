"""Learns the boilerplate of each site: lines, and ends of paragraphs, that many articles of the site share.

Requirements: no sentence of a story may be lost; a prompt too many is better than a sentence too few.

Theory of operation: two kinds of fingerprints of a text are counted, each once per article, never again for a new
version of it, and only within its own site, so that an agency's text survives in every outlet. The fingerprint of a
whole line finds a prompt anywhere and of any length. The fingerprints of all runs of `_RUN` words near the beginning
and the end of the text find what was glued to a paragraph; it is removed only from one end of its line, so that a
phrase within prose is never removed. A fingerprint is boilerplate if at least three articles and a tenth of the site's
last 200 share it: with three of ten articles all prompts of a mixed sample were found, a lower count removed 2 to 11
proper lines among 100 articles, count and share together none. Digits are ignored, since "12 comments" and
"7 comments" are the same prompt.

Known exceptions: nothing is learned from a site with fewer than three articles in the store and the window; a prompt of
a few words glued to a paragraph is kept; three articles that a small site writes about one event lose a paragraph that
all three repeat word for word.
"""

import string
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from transforms.records import Article

WINDOW = 200
"""Articles of a site from which boilerplate is learned, the newest."""
_LEAST = 3
"""Least number of articles that share boilerplate."""
_SHARE = 0.1
"""Least share of a site's articles that share boilerplate."""
_RUN = 6
"""Words of a run."""
_ZONE = 100
"""Words at either end of a text whose runs are counted: templates are found there, stock phrases everywhere."""
_KEPT = 0.5
"""Least share of a text that is kept in spite of repetition, so that a site that repeats itself is not emptied."""
_CERTAIN_LEAST, _CERTAIN_SHARE = 10, 0.5
"""Least number and share of articles that make boilerplate certain, since copies of one story are never so many. A text
that consists mostly of prompts loses those that are certain."""
_LEFT = 30
"""Least number of characters, the length of a short headline, that must be left of a text and its own title after that.
Feeds with headlines and a prompt in place of a body need this."""

_IGNORED = (string.digits + string.punctuation).encode()


class Fingerprints(NamedTuple):
    """The fingerprints of one text as 32-bit hashes; dictionaries are keyed by the index of the line."""

    lines: list[int]
    """One per line: equal for lines with the same words, -1 for a line without letters."""
    heads: dict[int, list[int]]
    """The runs of the lines near the beginning of the text, from the first word on."""
    tails: dict[int, list[int]]
    """The runs of the lines near the end of the text, from the last word back."""
    title: int
    """That of the title, computed as for a line."""

    def packed(self) -> bytes:
        """Returns the distinct fingerprints that count, as ascending uint32."""
        found = {self.title}.union(self.lines, *self.heads.values(), *self.tails.values())
        found.discard(-1)
        return np.sort(np.fromiter(found, dtype=np.uint32, count=len(found))).tobytes()


def fingerprints(title: str, text: str) -> Fingerprints:
    """Computes the fingerprints of an article; case, digits and ASCII punctuation are ignored.

    Args:
        title: on one line.
        text: one paragraph per line.
    """
    folded = _folded(text)
    lines = folded.split(b"\n")
    hashes = _hash_lines(folded)
    heads, tails = {}, {}
    left = _ZONE
    for index, line in enumerate(lines):
        if left < _RUN:
            break
        words = line.split(maxsplit=left)[:left]
        heads[index] = _hash_runs(words)
        left -= len(words)
    left = _ZONE
    for index in range(len(lines) - 1, -1, -1):
        if left < _RUN:
            break
        words = lines[index].rsplit(maxsplit=left)[-left:]
        tails[index] = _hash_runs(words)[::-1]
        left -= len(words)
    return Fingerprints(hashes, heads, tails, _hash_lines(_folded(title))[0])


def _hash_lines(folded: bytes) -> list[int]:
    return [zlib.crc32(line) if line else -1 for line in folded.replace(b" ", b"").split(b"\n")]


def _hash_runs(words: Sequence[bytes]) -> list[int]:
    runs = zip(*(words[shift:] for shift in range(_RUN)), strict=False)
    return list(map(zlib.crc32, map(b" ".join, runs)))


def _folded(text: str) -> bytes:
    return text.lower().encode("utf-8", "surrogatepass").translate(None, _IGNORED)


class Learned(NamedTuple):
    """The boilerplate learned for a site."""

    counts: dict[int, int]
    """By fingerprint of boilerplate, the number of articles that have it."""
    certain: float
    """Number of articles from which on a fingerprint is certain to be boilerplate."""


def learn(packed: Sequence[bytes]) -> Learned:
    """Finds the fingerprints that are boilerplate.

    Args:
        packed: the packed fingerprints of a site's articles, the newest first; only the first `WINDOW` count.
    """
    recent = packed[:WINDOW]
    values = np.sort(np.frombuffer(b"".join(recent), dtype=np.uint32))
    firsts = np.flatnonzero(np.diff(values, prepend=values[:1] ^ 1))
    counts = np.diff(firsts, append=len(values))
    often = counts >= max(_LEAST, _SHARE * len(recent))
    return Learned(
        dict(zip(values[firsts[often]].tolist(), counts[often].tolist(), strict=True)),
        max(_CERTAIN_LEAST, _CERTAIN_SHARE * len(recent)),
    )


def strip_site(articles: Iterable[Article], stored: Sequence[bytes]) -> list[Article]:
    """Sets `line_hashes` and `boilerplate` of new articles of one site.

    More than `WINDOW` articles are processed in slices by time, so that each is compared with what its site published
    around the same time.

    Args:
        articles: in any order, at most one per key.
        stored: the packed fingerprints of the site's stored articles except `articles`, the newest first.

    Returns:
        The articles, the newest first.
    """
    newest = sorted(articles, key=lambda one: (-(one.published or one.fetched_at), one.key))
    found = [fingerprints(article.title, article.text) for article in newest]
    packed = [one.packed() for one in found]
    known = [*packed, *stored]
    done = []
    for start in range(0, len(newest), WINDOW):
        learned = learn(known[max(0, min(start, len(known) - WINDOW)) :])
        for place in range(start, min(start + WINDOW, len(newest))):
            spans = boilerplate_spans(newest[place], found[place], learned)
            done.append(newest[place]._replace(line_hashes=packed[place], boilerplate=spans))
    return done


def boilerplate_spans(article: Article, found: Fingerprints, learned: Learned) -> list[int]:
    """Finds the spans of an article's text that are boilerplate of its site.

    Args:
        article: an article of the site.
        found: its fingerprints.
        learned: the boilerplate of the site.

    Returns:
        Start and end of each span in characters, ascending: `[start, end, start, end, ...]`. If they would cover more
        than half of the text, only certain boilerplate is included, and none if less than a headline would be left.
    """
    text = article.text
    spans = _spans(text, found, learned.counts) if learned.counts else []
    if length(spans) > (1 - _KEPT) * len(text):
        certain = {one: count for one, count in learned.counts.items() if count >= learned.certain}
        spans = _spans(text, found, certain)
        own_title = 0 if found.title in certain else len(article.title)
        if own_title + len(text) - length(spans) < _LEFT:
            return []
    return spans


def _spans(text: str, found: Fingerprints, counts: Mapping[int, int]) -> list[int]:
    spans: list[int] = []
    start = 0
    for index, line in enumerate(text.split("\n")):
        stop = start + len(line) + 1
        if found.lines[index] in counts:
            spans += start, min(stop, len(text))
        elif index in found.heads or index in found.tails:
            head = _leading(found.heads.get(index, ()), counts)
            tail = _leading(found.tails.get(index, ()), counts)
            for first, last in _glued(line, head, tail) if head or tail else ():
                spans += start + first, min(start + last, len(text))
        start = stop
    return spans


def _leading(runs: Sequence[int], counts: Mapping[int, int]) -> int:
    """Counts the words covered by the learned runs at the beginning of `runs`.

    Where an article's own words follow, the last run may be frequent by chance, like "template The", so runs at the end
    that are less than half as frequent as the most frequent one do not count.
    """
    if not runs or runs[0] not in counts:
        return 0
    held = [counts[run] for run in takewhile(counts.__contains__, runs)]
    least = max(held) / 2
    while held[-1] < least:
        held.pop()
    return len(held) + _RUN - 1


def _glued(line: str, head: int, tail: int) -> list[tuple[int, int]]:
    """Returns the spans of a line that hold its first `head` and its last `tail` words."""
    starts = _word_starts(line)
    if head + tail >= len(starts):
        return [(0, len(line) + 1)]
    spans = [(0, starts[head]), (starts[-tail], len(line))] if tail else [(0, starts[head])]
    return spans if head else spans[1:]


def _word_starts(line: str) -> list[int]:
    """Returns the starts of the words in a line that `fingerprints` counts."""
    starts, place = [], 0
    for word in line.split(" "):
        if _folded(word).strip():
            starts.append(place)
        place += len(word) + 1
    return starts


def length(spans: Sequence[int]) -> int:
    """Returns the number of characters in spans that are returned by `boilerplate_spans`."""
    return sum(spans[1::2]) - sum(spans[::2])


def without_spans(text: str, spans: Sequence[int]) -> str:
    """Returns the text without the spans, which are as returned by `boilerplate_spans`."""
    if not spans:
        return text
    edges = [0, *spans, len(text)]
    kept = "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return "\n".join(line.strip() for line in kept.split("\n") if line.strip())
