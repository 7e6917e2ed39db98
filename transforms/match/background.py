"""How common terms are in English news at large, so that a first run is not blind.

`background.npz` holds the document frequencies of the most frequent terms of some thousand articles: hashed terms
and rounded logarithms, no text. `python -m tools.background ARTICLES.jsonl.gz` makes it.
"""

from functools import lru_cache
from importlib import resources

import numpy as np

from transforms.records import Segment

LEVELS = 4
"""Steps to a doubling that frequencies are rounded to: 9 % at most, .03 in an inverse document frequency."""


@lru_cache(maxsize=1)
def background() -> Segment:
    """The articles of the background that hold each term, as a segment of the index holds such counts."""
    with resources.files(__package__).joinpath("background.npz").open("rb") as file, np.load(file) as table:
        counts = np.round(2 ** (table["levels"] / LEVELS)).astype(np.uint32)
        return Segment(np.cumsum(table["steps"], dtype=np.uint64), counts, int(table["articles"]))
