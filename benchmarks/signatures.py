"""Compares newsfold with other libraries from text to MinHash signature, on one core in one process."""

import re
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from datasketch import MinHash

from benchmarks.environments import libraries
from benchmarks.material import Row
from benchmarks.report import Check, Part, Table
from transforms.clean.tokens import tokenise_tiles
from transforms.records.ragged import concatenate
from transforms.sketch.shingles import WIDTH, shingle
from transforms.sketch.signatures import PERMUTATIONS, SEED, sign
from transforms.sketch.terms import count_terms

PEERS = ("rensa==0.5.0", "xxhash==4.1.0")
"""The newest release of each in November 2026."""
LONG, SHORT = 500, 40
"""Words of an article and of a feed's summary."""

_WORD = re.compile(r"\w+")
_AT_ONCE = 2048
"""Articles per block, as in SketchArticles."""

Signer = Callable[[Sequence[str]], Any]
"""Signs texts and returns an object with all signatures."""


class Method(NamedTuple):
    """One method of computing signatures."""

    name: str
    sign: Signer
    slow: bool = False
    """Whether it gets only a tenth of the texts."""


def newsfold(texts: Sequence[str]) -> Any:
    """Computes signatures as SketchArticles does."""
    return np.concatenate(
        [
            sign(concatenate([shingle(tokens) for tokens in tokenise_tiles(texts[low : low + _AT_ONCE])]))
            for low in range(0, len(texts), _AT_ONCE)
        ]
    )


def shingle_set(text: str) -> set[bytes]:
    """Returns the word shingles of a text as Python objects, as tutorials do."""
    words = _WORD.findall(text.lower())
    return {" ".join(words[start : start + WIDTH]).encode() for start in range(max(1, len(words) - WIDTH + 1))}


def datasketch_loop(texts: Sequence[str]) -> Any:
    """Computes signatures with the loop of datasketch's tutorial."""
    signed = []
    for text in texts:
        one = MinHash(num_perm=PERMUTATIONS, seed=SEED)
        for element in shingle_set(text):
            one.update(element)
        signed.append(one)
    return signed


def datasketch_bulk(xxhash: Any) -> Signer:
    """Returns datasketch's fastest documented method, with a faster hash than its default."""
    return lambda texts: MinHash.bulk(
        map(shingle_set, texts), num_perm=PERMUTATIONS, seed=SEED, hashfunc=xxhash.xxh32_intdigest
    )


def rensa_loop(rensa: Any) -> Signer:
    """Returns the method of rensa's README, one RMinHash per text."""

    def sign_all(texts: Sequence[str]) -> Any:
        signed = []
        for text in texts:
            one = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
            one.update(list(shingle_set(text)))
            signed.append(one.digest())
        return signed

    return sign_all


def rensa_matrix(rensa: Any) -> Signer:
    """Returns rensa's fastest method from Python sets, all sets in one call."""
    return lambda texts: rensa.RMinHash.digest_matrix_from_token_byte_sets(
        [list(shingle_set(text)) for text in texts], num_perm=PERMUTATIONS, seed=SEED
    )


def methods(rensa: Any, xxhash: Any) -> list[Method]:
    """Returns all methods that are compared, newsfold first."""
    return [
        Method("newsfold", newsfold),
        Method(f"datasketch {version('datasketch')}, update loop", datasketch_loop, slow=True),
        Method(f"datasketch {version('datasketch')}, bulk with xxh32", datasketch_bulk(xxhash)),
        Method(f"rensa {PEERS[0].partition('==')[2]}, update", rensa_loop(rensa)),
        Method(f"rensa {PEERS[0].partition('==')[2]}, matrix from sets", rensa_matrix(rensa)),
    ]


def steps(texts: Sequence[str]) -> dict[str, float]:
    """Measures the microseconds per text of each step of newsfold's sketching, and of counting terms."""
    spent = {"tokenise": 0, "shingle": 0, "sign": 0, "count_terms (not part of a signature)": 0}
    for low in range(0, len(texts), _AT_ONCE):
        marks = [time.perf_counter_ns()]
        tiles = list(tokenise_tiles(texts[low : low + _AT_ONCE]))
        marks.append(time.perf_counter_ns())
        sets = concatenate([shingle(tokens) for tokens in tiles])
        marks.append(time.perf_counter_ns())
        sign(sets)
        marks.append(time.perf_counter_ns())
        for tokens in tiles:
            count_terms(tokens)
        marks.append(time.perf_counter_ns())
        for place, name in enumerate(spent):
            spent[name] += marks[place + 1] - marks[place]
    return {name: nanoseconds / 1000 / max(1, len(texts)) for name, nanoseconds in spent.items()}


def speeds(compared: Sequence[Method], texts: Sequence[str], rounds: int) -> list[list[float]]:
    """Measures texts per second of each method in each round; every round runs all methods one after the other."""
    found: list[list[float]] = [[] for _ in compared]
    for _ in range(rounds):
        for place, method in enumerate(compared):
            given = texts[: max(1, len(texts) // 10)] if method.slow else texts
            started = time.perf_counter()
            method.sign(given)
            found[place].append(len(given) / (time.perf_counter() - started))
    return found


def first_words(rows: Sequence[Row], words: int) -> list[str]:
    """Returns the first words of the texts that have at least that many."""
    split = (row["text"].split() for row in rows)
    return [" ".join(one[:words]) for one in split if len(one) >= words]


def judge(rows: Sequence[Row], cache: Path, rounds: int) -> Part:
    """Measures all methods on the first words of articles.

    Raises:
        SkippedError: the other libraries cannot be installed.
    """
    libraries(cache / "libraries", PEERS)
    compared = methods(import_module("rensa"), import_module("xxhash"))
    tables, checks, figures = [], [], {}
    for words, target in ((LONG, 45_000.0), (SHORT, 300_000.0)):
        texts = first_words(rows, words)
        newsfold(texts[:_AT_ONCE])  # tables of characters and permutations are built once per process
        found = speeds(compared, texts, rounds)
        own = found[0]
        ratios = [median(mine / theirs for mine, theirs in zip(own, other, strict=True)) for other in found]
        best = [max(other) for other in found]
        tables.append(
            Table(
                f"{len(texts):,} texts of {words} words, {rounds} rounds",
                ("method", "texts/s, median", "best", "newsfold is faster by"),
                [
                    (method.name, median(other), fastest, ratio)
                    for method, other, fastest, ratio in zip(compared, found, best, ratios, strict=True)
                ],
            )
        )
        spent = steps(texts)
        tables.append(Table("newsfold's time by step", (f"step, {words} words", "us per text"), list(spent.items())))
        checks.append(Check(f"texts of {words} words per second", target, max(own)))
        if words == LONG:
            rensa = [max(pair) for pair in zip(found[-2], found[-1], strict=True)]
            times = median(mine / theirs for mine, theirs in zip(own, rensa, strict=True))
            checks.append(Check("times as fast as rensa from Python sets (this or the line above)", 6.0, times))
        figures[f"words_{words}"] = {
            "texts": len(texts),
            "per_second": {
                method.name: {"median": median(other), "best": fastest, "newsfold_faster_by": ratio}
                for method, other, fastest, ratio in zip(compared, found, best, ratios, strict=True)
            },
            "microseconds": spent,
        }
    return Part(tables, checks, figures)
