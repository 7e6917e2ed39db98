"""Windows: sketched articles and the pairs among them, as columns of bytes that are cheap to send."""

from collections.abc import Sequence
from typing import NamedTuple

from transforms.records.articles import Article, Rejected, Sighting
from transforms.records.feeds import Poll


class SketchedBlock(NamedTuple):
    """`Sketched` articles on their way to another worker, as columns of native little-endian numbers."""

    articles: Sequence[Article]
    signatures: bytes
    """uint32 [articles, PERMUTATIONS]."""
    shingles: bytes
    """uint32, ascending within an article."""
    shingle_counts: bytes
    """int64, distinct shingles of each article."""
    terms: bytes
    """uint32, ascending within an article."""
    frequencies: bytes
    """uint16, how often each term occurs, the lead counted twice."""
    term_counts: bytes
    """int64, distinct terms of each article."""


class BandShare(NamedTuple):
    """The band keys of one block that fall to one shard, as columns."""

    block: int
    """As of `transforms.match.numbering.block_id`."""
    keys: bytes
    """uint64."""
    rows: bytes
    """int32, the row of the block that holds each key."""
    times: bytes
    """int64: event time of every row of the block."""
    ties: bytes
    """int64: what orders rows of one time."""
    texts: bytes
    """uint64: equal for rows of the same title and text."""


class BlockPairs(NamedTuple):
    """Candidates whose left article stands in one block, as columns."""

    left_rows: bytes
    """int32."""
    rights: bytes
    """int64: blocks of the right articles."""
    right_rows: bytes
    """int32."""


class BlockShingles(NamedTuple):
    """The shingles of a block's articles."""

    values: bytes
    """uint32, ascending within an article."""
    lengths: bytes
    """int64."""


class PairedRows(NamedTuple):
    """Pairs of rows of two blocks on their way to the right one, with the shingles of the left."""

    left: int
    """The left block."""
    left_rows: bytes
    """int32: the rows whose shingles are sent."""
    places: bytes
    """int32: for each pair a place in `left_rows`."""
    right_rows: bytes
    """int32: for each pair a row of the right block."""
    shingles: bytes
    """uint32."""
    shingle_counts: bytes
    """int64."""


class AtBlock(NamedTuple):
    """What meets at a block: its shingles, candidates of its articles, questions of other blocks."""

    shingles: Sequence[BlockShingles]
    """One element or none."""
    pairs: Sequence[BlockPairs]
    asked: Sequence[PairedRows]


class CopyPairs(NamedTuple):
    """Pairs of copies between two blocks of a window, as columns."""

    left: int
    """Of a block, as of `transforms.match.numbering.block_id`."""
    right: int
    left_rows: bytes
    """int32, rows of the block."""
    right_rows: bytes
    """int32."""
    scores: bytes
    """float64: Jaccard similarity of shingles."""
    containments: bytes
    """float64: containment of the smaller shingle set."""


class Window(NamedTuple):
    """Everything that one window brought, to be matched, folded and written together."""

    blocks: Sequence[SketchedBlock]
    sightings: Sequence[Sighting]
    rejected: Sequence[Rejected]
    polls: Sequence[Poll]
    pairs: Sequence[CopyPairs] = ()
    """The copies within the window, where several workers looked for them."""


class Committed(NamedTuple):
    """What one commit did."""

    articles: int
    changes: int
