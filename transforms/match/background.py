"""Provides document frequencies of English news at large, so that a first run already knows common terms.

`background.npz` contains the document frequencies of the most frequent terms of some thousand articles: hashed terms
and rounded logarithms, no text. `python -m tools.background ARTICLES.jsonl.gz` makes it.
"""

from functools import lru_cache
from importlib import resources

import numpy as np

from transforms.records import Segment

LEVELS = 4
"""Steps per doubling to which frequencies are rounded: at most 9 % off, .03 in an inverse document frequency."""


@lru_cache(maxsize=1)
def background() -> Segment:
    """Returns how many background articles contain each term, as an index segment."""
    with resources.files(__package__).joinpath("background.npz").open("rb") as file, np.load(file) as table:
        counts = np.round(2 ** (table["levels"] / LEVELS)).astype(np.uint32)
        return Segment(np.cumsum(table["steps"], dtype=np.uint64), counts, int(table["articles"]))
