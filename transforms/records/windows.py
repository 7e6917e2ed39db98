"""Windows: sketched articles and the pairs among them, as columns of bytes that are cheap to send."""

from collections.abc import Sequence
from typing import NamedTuple

from transforms.records.articles import Article, Rejected, Sighting
from transforms.records.feeds import Poll


class SketchedBlock(NamedTuple):
    """`Sketched` articles as columns of native little-endian numbers, as sent between workers."""

    articles: Sequence[Article]
    signatures: bytes
    """uint32 [articles, PERMUTATIONS]."""
    shingles: bytes
    """uint32, ascending within an article."""
    shingle_counts: bytes
    """int64, number of distinct shingles of each article."""
    terms: bytes
    """uint32, ascending within an article."""
    frequencies: bytes
    """uint16, count of each term, in which the lead counts twice."""
    term_counts: bytes
    """int64, number of distinct terms of each article."""


class BandShare(NamedTuple):
    """The band keys of one block that belong to one shard, as columns."""

    block: int
    """As returned by `transforms.match.numbering.block_id`."""
    keys: bytes
    """uint64."""
    rows: bytes
    """int32, the row of the block that has each key."""
    times: bytes
    """int64: event time of every row of the block."""
    ties: bytes
    """int64: order among rows of the same time."""
    texts: bytes
    """uint64: equal for rows with the same title and text."""


class BlockPairs(NamedTuple):
    """Candidate pairs whose left article is in one block, as columns."""

    left_rows: bytes
    """int32."""
    rights: bytes
    """int64: the ids of the blocks of the right articles."""
    right_rows: bytes
    """int32."""


class BlockShingles(NamedTuple):
    """The shingles of a block's articles."""

    values: bytes
    """uint32, ascending within an article."""
    lengths: bytes
    """int64."""


class PairedRows(NamedTuple):
    """Pairs of rows of two blocks, as sent to the right block with the shingles of the left."""

    left: int
    """The id of the left block."""
    left_rows: bytes
    """int32: the rows whose shingles are sent."""
    places: bytes
    """int32: index into `left_rows`, one per pair."""
    right_rows: bytes
    """int32: row of the right block, one per pair."""
    shingles: bytes
    """uint32."""
    shingle_counts: bytes
    """int64."""


class AtBlock(NamedTuple):
    """The elements that are grouped by a block: its shingles, its candidate pairs, and pairs from other blocks."""

    shingles: Sequence[BlockShingles]
    """One element, or empty."""
    pairs: Sequence[BlockPairs]
    paired: Sequence[PairedRows]


class CopyPairs(NamedTuple):
    """Pairs of copies between two blocks of a window, as columns."""

    left: int
    """Id of a block, as returned by `transforms.match.numbering.block_id`."""
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
    """Everything that arrived in one window, which is matched, folded and committed together."""

    blocks: Sequence[SketchedBlock]
    sightings: Sequence[Sighting]
    rejected: Sequence[Rejected]
    polls: Sequence[Poll]
    pairs: Sequence[CopyPairs] = ()
    """The copies within the window, when several workers searched for them."""


class Committed(NamedTuple):
    """The numbers of articles and changes that one commit wrote."""

    articles: int
    changes: int
