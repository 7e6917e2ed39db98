"""From text to MinHash signature on one core in one process: newsfold beside other libraries."""

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
from transforms.records.ragged import concatenate
from transforms.sketch.shingles import WIDTH, shingle
from transforms.sketch.signatures import PERMUTATIONS, SEED, sign
from transforms.sketch.terms import count_terms
from transforms.sketch.tokens import tokenise_tiles

PEERS = ("rensa==0.5.0", "xxhash==4.1.0")
"""The newest of each in November 2026."""
LONG, SHORT = 500, 40
"""Words of an article and of a feed's summary."""

_WORD = re.compile(r"\w+")
_AT_ONCE = 2048  # articles, as SketchArticles takes them

Signer = Callable[[Sequence[str]], Any]
"""Signs texts and returns something that holds all signatures."""


class Method(NamedTuple):
    """One way from texts to signatures."""

    name: str
    sign: Signer
    slow: bool = False
    """Gets a tenth of the texts."""


def newsfold(texts: Sequence[str]) -> Any:
    """Signatures as SketchArticles makes them."""
    return np.concatenate(
        [
            sign(concatenate([shingle(tokens) for tokens in tokenise_tiles(texts[low : low + _AT_ONCE])]))
            for low in range(0, len(texts), _AT_ONCE)
        ]
    )


def shingle_set(text: str) -> set[bytes]:
    """The word shingles of a text as Python objects, as tutorials make them."""
    words = _WORD.findall(text.lower())
    return {" ".join(words[start : start + WIDTH]).encode() for start in range(max(1, len(words) - WIDTH + 1))}


def datasketch_loop(texts: Sequence[str]) -> Any:
    """The loop of datasketch's tutorial."""
    signed = []
    for text in texts:
        one = MinHash(num_perm=PERMUTATIONS, seed=SEED)
        for element in shingle_set(text):
            one.update(element)
        signed.append(one)
    return signed


def datasketch_bulk(xxhash: Any) -> Signer:
    """Datasketch's fastest documented way, with a faster hash than its default."""
    return lambda texts: MinHash.bulk(
        map(shingle_set, texts), num_perm=PERMUTATIONS, seed=SEED, hashfunc=xxhash.xxh32_intdigest
    )


def rensa_loop(rensa: Any) -> Signer:
    """One RMinHash a text, as rensa's README has it."""

    def sign_all(texts: Sequence[str]) -> Any:
        signed = []
        for text in texts:
            one = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
            one.update(list(shingle_set(text)))
            signed.append(one.digest())
        return signed

    return sign_all


def rensa_matrix(rensa: Any) -> Signer:
    """All sets in one call, rensa's fastest way from Python sets."""
    return lambda texts: rensa.RMinHash.digest_matrix_from_token_byte_sets(
        [list(shingle_set(text)) for text in texts], num_perm=PERMUTATIONS, seed=SEED
    )


def methods(rensa: Any, xxhash: Any) -> list[Method]:
    """All that are compared, newsfold first."""
    return [
        Method("newsfold", newsfold),
        Method(f"datasketch {version('datasketch')}, update loop", datasketch_loop, slow=True),
        Method(f"datasketch {version('datasketch')}, bulk with xxh32", datasketch_bulk(xxhash)),
        Method(f"rensa {PEERS[0].partition('==')[2]}, update", rensa_loop(rensa)),
        Method(f"rensa {PEERS[0].partition('==')[2]}, matrix from sets", rensa_matrix(rensa)),
    ]


def steps(texts: Sequence[str]) -> dict[str, float]:
    """Microseconds a text of each step of newsfold's sketching, the terms beside it."""
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
    """Texts a second of each method in each round; every round runs all of them, one after the other."""
    found: list[list[float]] = [[] for _ in compared]
    for _ in range(rounds):
        for place, method in enumerate(compared):
            given = texts[: max(1, len(texts) // 10)] if method.slow else texts
            started = time.perf_counter()
            method.sign(given)
            found[place].append(len(given) / (time.perf_counter() - started))
    return found


def first_words(rows: Sequence[Row], words: int) -> list[str]:
    """The beginnings of the texts that have so many words."""
    split = (row["text"].split() for row in rows)
    return [" ".join(one[:words]) for one in split if len(one) >= words]


def judge(rows: Sequence[Row], cache: Path, rounds: int) -> Part:
    """Times all methods on the beginnings of these articles.

    Raises:
        SkippedError: the other libraries cannot be installed.
    """
    libraries(cache / "libraries", PEERS)
    compared = methods(import_module("rensa"), import_module("xxhash"))
    tables, checks, figures = [], [], {}
    for words, asked in ((LONG, 45_000.0), (SHORT, 300_000.0)):
        texts = first_words(rows, words)
        newsfold(texts[:_AT_ONCE])  # tables of characters and permutations are made once a process
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
        tables.append(Table("where newsfold's time goes", (f"step, {words} words", "us a text"), list(spent.items())))
        checks.append(Check(f"texts of {words} words a second", asked, max(own)))
        if words == LONG:
            rensa = [max(pair) for pair in zip(found[-2], found[-1], strict=True)]
            times = median(mine / theirs for mine, theirs in zip(own, rensa, strict=True))
            checks.append(Check("times rensa from Python sets (this or the line above)", 6.0, times))
        figures[f"words_{words}"] = {
            "texts": len(texts),
            "per_second": {
                method.name: {"median": median(other), "best": fastest, "newsfold_faster_by": ratio}
                for method, other, fastest, ratio in zip(compared, found, best, ratios, strict=True)
            },
            "microseconds": spent,
        }
    return Part(tables, checks, figures)
