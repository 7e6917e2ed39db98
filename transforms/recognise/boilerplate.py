"""Boilerplate learned per site: lines, and the ends of paragraphs, that many articles of one site hold.

Requirements: a sentence of the story must stay; better a prompt too many than a sentence lost.

Theory of operation: two kinds of prints of a text are counted, each once for an article, never for a version of it, and
only within its own site, so that an agency's text survives in every outlet. A print of a whole line finds a prompt
wherever it stands and however long it is. Prints of every run of some words near the beginning and the end of the text
find what was glued to a paragraph: it goes only from one end of its line, so that a phrase amid prose never does. A
print is boilerplate when at least three articles and a tenth of the site's last 200 hold it: with three of ten articles
all prompts of a mixed sample were found, a lower count took 2 to 11 proper lines among 100 articles, count and share
together none. Digits do not count, since "12 comments" and "7 comments" are one prompt.

Known exceptions: a site with fewer than three articles in the store and the window teaches nothing; a prompt of a few
words glued to a paragraph stays; three articles that a small site writes about one event lose a paragraph that all
three repeat word by word.
"""

import string
import zlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from transforms.records import Article

WINDOW = 200
"""Articles of a site that are remembered."""
_LEAST = 3
_SHARE = 0.1
_RUN = 6
"""Words of a run."""
_ZONE = 100
"""Words at either end of a text whose runs are counted: templates stand there, and stock phrases everywhere."""
_KEPT = 0.5
"""Share of an article's text that stays whatever repeats: a site that repeats itself is not emptied."""
_CERTAIN_LEAST, _CERTAIN_SHARE = 10, 0.5
_LEFT = 30
"""A text that is mostly prompts loses those that ten articles and half of the site's hold, since copies of one story
are never so many, as long as so many characters are left with a title of its own: those of a short headline. It is
what feeds with headlines and a prompt for a body need."""

_IDLE = (string.digits + string.punctuation).encode()


class Prints(NamedTuple):
    """The prints of one text as 32-bit hashes; lines are known by their index."""

    lines: list[int]
    """One for each line: equal for lines with the same words, -1 for a line without letters."""
    heads: dict[int, list[int]]
    """Lines near the beginning of the text: their runs, from the first word on."""
    tails: dict[int, list[int]]
    """Lines near the end of the text: their runs, from the last word back."""
    title: int
    """The title's print, as that of a line."""

    def packed(self) -> bytes:
        """The distinct prints that count, as ascending uint32."""
        found = {self.title}.union(self.lines, *self.heads.values(), *self.tails.values())
        found.discard(-1)
        return np.sort(np.fromiter(found, dtype=np.uint32, count=len(found))).tobytes()


def prints(title: str, text: str) -> Prints:
    """Takes the prints of an article; case, digits and ASCII punctuation make no difference.

    Args:
        title: on one line.
        text: one paragraph a line.
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
    return Prints(hashes, heads, tails, _hash_lines(_folded(title))[0])


def _hash_lines(folded: bytes) -> list[int]:
    return [zlib.crc32(line) if line else -1 for line in folded.replace(b" ", b"").split(b"\n")]


def _hash_runs(words: Sequence[bytes]) -> list[int]:
    runs = zip(*(words[shift:] for shift in range(_RUN)), strict=False)
    return list(map(zlib.crc32, map(b" ".join, runs)))


def _folded(text: str) -> bytes:
    return text.lower().encode("utf-8", "surrogatepass").translate(None, _IDLE)


class Learned(NamedTuple):
    """The boilerplate of a site."""

    counts: dict[int, int]
    """How many articles hold each print."""
    certain: float
    """So many of them make a print certain."""


def learn(packed: Sequence[bytes]) -> Learned:
    """Finds the prints that are boilerplate.

    Args:
        packed: the packed prints of a site's articles, the newest first; only the first `WINDOW` count.
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

    More than `WINDOW` of them are taken in slices by time, so that each is judged by what its site wrote in its days.

    Args:
        articles: in any order, at most one a key.
        stored: the packed prints of the site's stored articles, the newest first, those of `articles` aside.

    Returns:
        The articles, the newest first.
    """
    newest = sorted(articles, key=lambda one: (-(one.published or one.fetched_at), one.key))
    found = [prints(article.title, article.text) for article in newest]
    packed = [one.packed() for one in found]
    known = [*packed, *stored]
    done = []
    for start in range(0, len(newest), WINDOW):
        learned = learn(known[max(0, min(start, len(known) - WINDOW)) :])
        for place in range(start, min(start + WINDOW, len(newest))):
            spans = boilerplate_spans(newest[place], found[place], learned)
            done.append(newest[place]._replace(line_hashes=packed[place], boilerplate=spans))
    return done


def boilerplate_spans(article: Article, found: Prints, learned: Learned) -> list[int]:
    """Finds the stretches of an article's text that are boilerplate of its site.

    Args:
        article: of that site.
        found: its prints.
        learned: of its site.

    Returns:
        Start and end of each stretch in characters, ascending: `[start, end, start, end, ...]`. When more than half of
        the text would go only what is certain goes, and nothing when hardly a headline would be left.
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


def _spans(text: str, found: Prints, counts: Mapping[int, int]) -> list[int]:
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
    """How many words the learned runs cover that `runs` begins with.

    Where an article's own words follow, the last run may be frequent by chance, as "template The" is: a run that less
    than half as many articles hold as another is left.
    """
    if not runs or runs[0] not in counts:
        return 0
    held = [counts[run] for run in takewhile(counts.__contains__, runs)]
    least = max(held) / 2
    while held[-1] < least:
        held.pop()
    return len(held) + _RUN - 1


def _glued(line: str, head: int, tail: int) -> list[tuple[int, int]]:
    """The stretches of a line that are its first `head` and its last `tail` words."""
    starts = _word_starts(line)
    if head + tail >= len(starts):
        return [(0, len(line) + 1)]
    stretches = [(0, starts[head]), (starts[-tail], len(line))] if tail else [(0, starts[head])]
    return stretches if head else stretches[1:]


def _word_starts(line: str) -> list[int]:
    """Where the words of a line begin that `prints` counts."""
    starts, place = [], 0
    for word in line.split(" "):
        if _folded(word).strip():
            starts.append(place)
        place += len(word) + 1
    return starts


def length(spans: Sequence[int]) -> int:
    """How many characters these stretches hold."""
    return sum(spans[1::2]) - sum(spans[::2])


def without_spans(text: str, spans: Sequence[int]) -> str:
    """The text without these stretches, as of `boilerplate_spans`."""
    if not spans:
        return text
    edges = [0, *spans, len(text)]
    kept = "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    return "\n".join(line.strip() for line in kept.split("\n") if line.strip())
