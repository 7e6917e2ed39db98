"""Builds the background of document frequencies: python -m tools.background ARTICLES.jsonl.gz...

The one that is shipped was built from the 8,000 English news articles of Article-Bias-Prediction (Baly et al. 2020).
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from transforms.clean.article import clean
from transforms.fetch.files import read_file
from transforms.match.background import LEVELS
from transforms.match.segments import merge_counts
from transforms.match.vectors import count_articles, vocabulary
from transforms.parse.rows import parse_rows
from transforms.records import Article, Item, Segment
from transforms.sketch.block import sketch

_MAX_BYTES = 1 << 24
_BLOCK = 512
_TERMS = 1 << 16
"""Terms that are kept: on seven labelled sets all 1,060,762, 100,000 and 50,000 give the same BCubed F1 to .001."""


def main() -> None:
    """Reads the articles, counts their terms and writes the background."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("transforms/match/background.npz"))
    arguments = parser.parse_args()
    counted = merge_counts([_count(block) for block in _blocks(arguments.files)])
    np.savez_compressed(arguments.output, **compress(counted, _TERMS))  # type: ignore[arg-type]
    print(f"{arguments.output}: {counted.articles} articles, {_TERMS} of {len(counted.keys)} terms")


def _blocks(files: list[Path]) -> Iterator[list[Article]]:
    articles: list[Article] = []
    now = int(time.time())
    for file in files:
        for document in read_file(file, max_bytes=_MAX_BYTES, now=now):
            for item in parse_rows(document):
                if isinstance(item, Item):
                    articles.append(clean(item, now))
                if len(articles) == _BLOCK:
                    yield articles
                    articles = []
    yield articles


def _count(articles: list[Article]) -> Segment:
    terms = sketch(articles).terms
    return count_articles(terms, vocabulary(terms))


def compress(counted: Segment, terms: int) -> dict[str, np.ndarray]:
    """Compresses counts into the arrays of the file.

    Args:
        counted: in how many articles each term occurs.
        terms: how many terms are kept, the most frequent.

    Returns:
        The differences between successive term ids, the logarithmic levels of the counts, and the number of articles.
    """
    kept = np.sort(np.argsort(-counted.values.astype(np.int64), kind="stable")[:terms])
    return {
        "steps": np.diff(counted.keys[kept], prepend=np.uint64(0)).astype(np.uint32),
        "levels": np.round(LEVELS * np.log2(counted.values[kept])).astype(np.uint8),
        "articles": np.array(counted.articles),
    }


if __name__ == "__main__":
    main()
