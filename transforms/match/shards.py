"""Finds the copies within a window with several workers: the share of one worker.

Band keys are distributed to shards by their value, so that each bucket lies in one shard. A shard knows no texts, only
rows of blocks. The pairs that it finds go to the block of their left article, where a pair that was found in several
bands becomes one, and from there with the shingles of the left article to the block of the right one, where they are
verified. Columns are sent, one element per block and shard or per two blocks.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from transforms.match.archive import CAP
from transforms.match.bands import band_keys
from transforms.match.candidates import pair_within
from transforms.match.match import Settings, verify
from transforms.match.numbering import Precedence, block_id, text_ids
from transforms.match.segments import Postings
from transforms.records import AtBlock, BandShare, BlockPairs, CopyPairs, PairedRows, SketchedBlock
from transforms.records.ragged import Ragged, concatenate, offsets_of
from transforms.sketch.block import ragged, unpack

Number = TypeVar("Number", bound=np.generic)


def deal_bands(block: SketchedBlock, bands: tuple[int, int], shards: int) -> Iterator[tuple[int, BandShare]]:
    """Distributes the band keys of a block to shards.

    Args:
        block: the block.
        bands: the number of bands and of rows per band.
        shards: the number of shards.

    Yields:
        The number of a shard, and its share.
    """
    sketched = unpack(block)
    worded = np.flatnonzero(sketched.shingles.lengths)
    keys, rows = Postings.of_matrix(band_keys(sketched.signatures[worded], *bands), worded)
    precedence = Precedence.of(block.articles)
    columns = (precedence.times.tobytes(), precedence.ties.tobytes(), text_ids(block.articles).tobytes())
    shard_of = keys % np.uint64(shards)
    for shard in np.unique(shard_of).tolist():
        own = shard_of == shard
        yield shard, BandShare(block_id(block), keys[own].tobytes(), rows[own].astype(np.int32).tobytes(), *columns)


class ShardPairs(NamedTuple):
    """The candidates that one shard finds."""

    pairs: list[tuple[int, BlockPairs]]
    """The id of the block of the left articles, and the pairs."""
    oversized_buckets: int


def pair_shard(shares: Sequence[BandShare]) -> ShardPairs:
    """Pairs all rows of all blocks that share a key of one shard."""
    shares = sorted(shares)
    times, ties = (_column(shares, name, np.int64) for name in ("times", "ties"))
    starts = offsets_of(np.array([len(share.times) // 8 for share in shares], dtype=np.int64))
    order = Precedence(times, ties).order()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    entries = [len(share.rows) // 4 for share in shares]
    holders = rank[_column(shares, "rows", np.int32) + np.repeat(starts[:-1], entries)]
    by_rank = np.argsort(holders, kind="stable")
    postings = Postings(_column(shares, "keys", np.uint64)[by_rank], holders[by_rank])
    found = pair_within(postings, CAP, _column(shares, "texts", np.uint64)[order])
    left, right = order[found.left], order[found.right]
    blocks = np.array([share.block for share in shares], dtype=np.int64)
    left_block, right_block = (np.searchsorted(starts, rows, side="right") - 1 for rows in (left, right))
    left_rows, right_rows = left - starts[left_block], right - starts[right_block]
    pairs = []
    for place in np.unique(left_block).tolist():
        own = left_block == place
        columns = BlockPairs(
            left_rows[own].astype(np.int32).tobytes(),
            blocks[right_block[own]].tobytes(),
            right_rows[own].astype(np.int32).tobytes(),
        )
        pairs.append((int(blocks[place]), columns))
    return ShardPairs(pairs, found.oversized_buckets)


def send_shingles(block: int, arrived: Sequence[AtBlock]) -> Iterator[tuple[int, AtBlock]]:
    """Sends the shingles of the articles of a block to the blocks of their partners, each pair once.

    Args:
        block: the id of the block of the left articles.
        arrived: its shingles, and the pairs that shards found.

    Yields:
        The id of a block of right articles, and what is sent to it.

    Raises:
        ValueError: if the shingles of the block are missing.
    """
    sets = _shingles(block, arrived)
    found = [pairs for part in arrived for pairs in part.pairs]
    columns = (
        _column(found, "rights", np.int64),
        _column(found, "right_rows", np.int32).astype(np.int64),
        _column(found, "left_rows", np.int32).astype(np.int64),
    )
    rights, right_rows, left_rows = np.unique(np.stack(columns), axis=1)
    for right in np.unique(rights).tolist():
        own = rights == right
        needed, places = np.unique(left_rows[own], return_inverse=True)
        sent = sets.take(needed)
        paired = PairedRows(
            block,
            needed.astype(np.int32).tobytes(),
            places.astype(np.int32).tobytes(),
            right_rows[own].astype(np.int32).tobytes(),
            sent.values.tobytes(),
            sent.lengths.tobytes(),
        )
        yield right, AtBlock([], [], [paired])


def verify_block(block: int, arrived: Sequence[AtBlock], settings: Settings) -> Iterator[CopyPairs]:
    """Verifies pairs by their shingles.

    Args:
        block: the id of the block of the right articles.
        arrived: its shingles, and the pairs that other blocks sent.
        settings: thresholds.

    Yields:
        The copies between this block and another one.

    Raises:
        ValueError: if the shingles of the block are missing.
    """
    own = _shingles(block, arrived)
    paired = sorted(one for part in arrived for one in part.paired)
    sets = concatenate([own, *(ragged(one.shingles, one.shingle_counts) for one in paired)])
    start = len(own.offsets) - 1
    for one in paired:
        rows, places = np.frombuffer(one.left_rows, dtype=np.int32), np.frombuffer(one.places, dtype=np.int32)
        right = np.frombuffer(one.right_rows, dtype=np.int32).astype(np.int64)
        found = verify(sets, start + places.astype(np.int64), right, settings)
        if len(found.left):
            yield CopyPairs(
                one.left,
                block,
                rows[found.left - start].tobytes(),
                found.right.astype(np.int32).tobytes(),
                found.scores.tobytes(),
                found.containments.tobytes(),
            )
        start += len(rows)


def _shingles(block: int, arrived: Sequence[AtBlock]) -> Ragged:
    held = [one for part in arrived for one in part.shingles]
    if len(held) != 1:
        raise ValueError(f"block {block} came with {len(held)} sets of shingles")
    return ragged(held[0].values, held[0].lengths)


def _column(parts: Sequence[BandShare | BlockPairs], name: str, of: type[Number]) -> NDArray[Number]:
    return np.frombuffer(b"".join(getattr(part, name) for part in parts), dtype=of)
