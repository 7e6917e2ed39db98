"""The records that stages pass to each other and to the store: immutable tuples that do not depend on Beam.

Those of `articles`, `feeds` and `windows` cross shuffles: `transforms.coders` registers them as Beam rows, and their
columns of numbers are native little-endian bytes. Those of `index` and `stories` stay within a worker and the store.
Times are whole seconds since 1970 in UTC. In what crosses a shuffle a value that may be missing is `Optional`: Beam
pickles an `X | None` inside the row, which no runner in Java can read.
"""

from transforms.records.articles import Article, Item, Known, Recognised, Reference, Rejected, Sighting
from transforms.records.feeds import Document, FeedState, Poll, Request
from transforms.records.index import Segment, Sketched, Sketches, Terms
from transforms.records.stories import (
    CANNOT_LINK,
    MUST_LINK,
    PINNED,
    Change,
    Delta,
    Link,
    Member,
    Placement,
    Ruling,
    StoredStory,
)
from transforms.records.windows import (
    AtBlock,
    BandShare,
    BlockPairs,
    BlockShingles,
    Committed,
    CopyPairs,
    PairedRows,
    SketchedBlock,
    Window,
)

__all__ = [
    "CANNOT_LINK",
    "MUST_LINK",
    "PINNED",
    "Article",
    "AtBlock",
    "BandShare",
    "BlockPairs",
    "BlockShingles",
    "Change",
    "Committed",
    "CopyPairs",
    "Delta",
    "Document",
    "FeedState",
    "Item",
    "Known",
    "Link",
    "Member",
    "PairedRows",
    "Placement",
    "Poll",
    "Recognised",
    "Reference",
    "Rejected",
    "Request",
    "Ruling",
    "Segment",
    "Sighting",
    "Sketched",
    "SketchedBlock",
    "Sketches",
    "StoredStory",
    "Terms",
    "Window",
]
