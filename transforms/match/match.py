"""Matching one window: new articles with each other and with the stored ones."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transforms.match.bands import band_keys, banding
from transforms.match.candidates import pair_within
from transforms.match.copies import are_copies, are_more_than_a_template, overlap
from transforms.match.links import NO_PAIRS, Verified, as_links, candidates_with_stored, join_verified
from transforms.match.numbering import block_id, number, text_ids
from transforms.match.segments import COPY, STORY, TERM, Postings, index_segment, subtract_counts
from transforms.match.vectors import (
    count_articles,
    most_promising,
    pack_vectors,
    products,
    salient,
    translate,
    vectorise,
    vocabulary,
)
from transforms.ports import MatchStore
from transforms.records import IndexSegment, Matched, Segment, SketchedBlock, Window
from transforms.records.ragged import Ragged, concatenate
from transforms.sketch.block import shingles_of, signatures_of, terms_of

CAP = 32
"""Articles that one is paired with for one key; beyond it the key belongs to a template or a common name."""


class Settings(NamedTuple):
    """How alike articles must be; see configs/newsfold.yaml."""

    copy_similarity: float
    copy_containment: float
    copy_recall: float
    story_threshold: float
    horizon_seconds: int
    shards: int = 1
    """Above 1 a window brings its pairs of copies along, as of PairCopies."""


def match(window: Window, store: MatchStore, settings: Settings) -> Matched:
    """Finds the verified links of a window's articles.

    New articles take the store's next numbers in order of event time; the numbers of changed ones stay. What the
    store has got meanwhile is left out, so that a window may be delivered twice.
    """
    as_of = store.commits()
    block, places = number(window.blocks, store)
    numbers = np.array([article.number for article in block.articles], dtype=np.int64)
    since = store.clock() - settings.horizon_seconds
    bands = banding(settings.copy_similarity, settings.copy_recall)
    copy_keys = _copy_keys(block, bands)
    within = _pairs_of_shards(window, places) if settings.shards > 1 else _pairs_within(block, copy_keys, settings)
    copies = _copy_links(block, numbers, copy_keys, within, store, since, settings)

    terms = terms_of(block)
    known = vocabulary(terms)
    counted = _without_former(count_articles(terms, known), numbers, store)
    frequencies = [*store.segments(TERM, since), counted]
    vectors = vectorise(terms, known, frequencies)
    heaviest = salient(vectors, known.ids)
    story_keys = _story_keys(heaviest, known.ids)
    # What is alike as a whole goes where the text of this window goes that it copies: it need not be proposed again.
    alike = copies.links.take(copies.links.score >= settings.copy_similarity)
    copied = alike.left[np.isin(alike.left, numbers) & np.isin(alike.right, numbers)]
    asking = story_keys.take(~np.isin(numbers[story_keys.holders], copied))
    stories = _story_links(vectors, heaviest, known.ids, numbers, asking, store, since, settings, frequencies)
    return Matched(
        block=block,
        links=as_links(copies.links, stories.links),
        segments=_segments(numbers, copy_keys, story_keys, counted),
        sightings=window.sightings,
        rejected=window.rejected,
        polls=window.polls,
        vectors=pack_vectors(vectors, known.ids),
        oversized_buckets=copies.oversized_buckets,
        template_pairs=copies.template_pairs,
        as_of=as_of,
        oversized_terms=stories.oversized_buckets,
        pruned_pairs=stories.pruned_pairs,
    )


class Index(NamedTuple):
    """What finds some articles again."""

    segments: list[IndexSegment]
    counted: Segment
    """Their document frequencies."""


def index(block: SketchedBlock, bands: tuple[int, int], frequencies: Sequence[Segment]) -> Index:
    """Indexes articles that are already numbered.

    Args:
        block: their sketches.
        bands: bands and rows.
        frequencies: document frequencies of earlier articles.
    """
    terms = terms_of(block)
    known = vocabulary(terms)
    counted = count_articles(terms, known)
    numbers = np.array([article.number for article in block.articles], dtype=np.int64)
    vectors = vectorise(terms, known, [*frequencies, counted])
    story_keys = _story_keys(salient(vectors, known.ids), known.ids)
    return Index(_segments(numbers, _copy_keys(block, bands), story_keys, counted), counted)


def _segments(
    numbers: NDArray[np.int64], copy_keys: Postings, story_keys: Postings, counted: Segment
) -> list[IndexSegment]:
    return [
        _pack(COPY, index_segment(copy_keys._replace(holders=numbers[copy_keys.holders]))),
        _pack(STORY, index_segment(story_keys._replace(holders=numbers[story_keys.holders]))),
        _pack(TERM, counted),
    ]


def _story_keys(heaviest: sparse.csr_array, ids: NDArray[np.uint32]) -> Postings:
    rows = np.repeat(np.arange(heaviest.shape[0]), np.diff(heaviest.indptr))
    return Postings(ids[heaviest.indices].astype(np.uint64), rows)


def _copy_keys(block: SketchedBlock, bands: tuple[int, int]) -> Postings:
    # A text without words has the empty signature, which all such texts share: it is no evidence.
    worded = np.flatnonzero(shingles_of(block).lengths)
    return Postings.of_matrix(band_keys(signatures_of(block)[worded], *bands), worded)


class _Within(NamedTuple):
    """Pairs of rows of a window that are similar enough."""

    pairs: Verified
    oversized_buckets: int


def _pairs_within(block: SketchedBlock, keys: Postings, settings: Settings) -> _Within:
    found = pair_within(keys, CAP, text_ids(block.articles))
    return _Within(verify(shingles_of(block), found.left, found.right, settings), found.oversized_buckets)


def verify(sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64], settings: Settings) -> Verified:
    """Those of the pairs that are copies by their shingles."""
    shared = overlap(sets, left, right)
    kept = are_copies(
        sets, left, right, shared, similarity=settings.copy_similarity, containment=settings.copy_containment
    )
    return Verified(left, right, shared.jaccard, shared.containment).take(kept)


def _pairs_of_shards(window: Window, places: NDArray[np.int64]) -> _Within:
    """The pairs that a window brings along, by row; those of articles that were left out are left out."""
    starts: dict[int, int] = {}
    total = 0
    for block in window.blocks:
        starts[block_id(block)] = total
        total += len(block.articles)
    parts = [
        Verified(
            places[starts[part.left] + np.frombuffer(part.left_rows, dtype=np.int32)],
            places[starts[part.right] + np.frombuffer(part.right_rows, dtype=np.int32)],
            np.frombuffer(part.scores, dtype=np.float64),
            np.frombuffer(part.containments, dtype=np.float64),
        )
        for part in window.pairs
    ]
    pairs = join_verified([NO_PAIRS, *parts])
    return _Within(pairs.take((pairs.left >= 0) & (pairs.right >= 0)), 0)


class _Copies(NamedTuple):
    links: Verified
    """By number."""
    oversized_buckets: int
    """Keys of which not every holder was paired with every other."""
    template_pairs: int
    """Pairs that only a template made alike."""


def _copy_links(
    block: SketchedBlock,
    numbers: NDArray[np.int64],
    keys: Postings,
    within: _Within,
    store: MatchStore,
    since: int,
    settings: Settings,
) -> _Copies:
    """Articles with one text are linked to its earliest, whatever their keys; all others by their shingles."""
    same = _same_texts(block, np.unique(keys.holders), numbers, store)
    across = candidates_with_stored(numbers, keys, store.segments(COPY, since), store, CAP, newest=False)
    sets = concatenate([shingles_of(block), across.stored.shingles])
    alike = join_verified([within.pairs, verify(sets, across.left, across.right, settings)])
    kept = are_more_than_a_template(
        sets,
        alike.left,
        alike.right,
        similarity=settings.copy_similarity,
        containment=settings.copy_containment,
    )
    others = alike.take(kept).numbered(across.numbers)
    links = join_verified([same, others.take(~np.isin(others.keys(), same.keys()))])
    return _Copies(links, within.oversized_buckets + across.oversized_buckets, int((~kept).sum()))


def _same_texts(
    block: SketchedBlock, worded: NDArray[np.int64], numbers: NDArray[np.int64], store: MatchStore
) -> Verified:
    """Links every article to the earliest of the store, else of the window, with the same title and text."""
    hashes = [block.articles[row].content_hash for row in worded]
    own = numbers[worded].tolist()
    earliest: dict[str, int] = {}
    for content, mine in zip(hashes, own, strict=True):
        earliest.setdefault(content, mine)
    in_window = set(own)
    stored = store.same_texts(sorted(earliest))
    earliest |= {content: found for content, found in stored.items() if found not in in_window}
    a, b = np.array(own, dtype=np.int64), np.array([earliest[content] for content in hashes], dtype=np.int64)
    sure = np.ones(len(a))
    return Verified(np.maximum(a, b), np.minimum(a, b), sure, sure).take(a != b)


class _Stories(NamedTuple):
    links: Verified
    """By number."""
    oversized_buckets: int
    """Salient words of which not every holder was paired with every other."""
    pruned_pairs: int
    """Pairs that were not compared."""


def _story_links(
    vectors: sparse.csr_array,
    heaviest: sparse.csr_array,
    ids: NDArray[np.uint32],
    numbers: NDArray[np.int64],
    keys: Postings,
    store: MatchStore,
    since: int,
    settings: Settings,
    frequencies: Sequence[Segment],
) -> _Stories:
    """Pairs whose vectors are alike.

    Args:
        vectors: of the new rows, one column for each of `ids`.
        heaviest: their salient terms.
        ids: of terms.
        numbers: of the new rows.
        keys: their salient terms, of those that are to be paired.
        store: read only.
        since: the data clock from which stored articles count.
        settings: thresholds.
        frequencies: of terms.
    """
    within = pair_within(keys, CAP)
    across = candidates_with_stored(numbers, keys, store.segments(STORY, since), store, CAP, newest=True)
    known = vocabulary(across.stored.terms)
    stored = vectorise(across.stored.terms, known, frequencies)
    theirs = translate(salient(stored, known.ids), known.ids, ids)
    left, right = np.concatenate([within.left, across.left]), np.concatenate([within.right, across.right])
    every = sparse.vstack([heaviest, theirs], format="csr")
    newer = np.where(right < len(numbers), right, left)
    likely = most_promising(every, left, right, newer, settings.story_threshold)
    left, right = left[likely], right[likely]
    every = sparse.vstack([vectors, translate(stored, known.ids, ids)], format="csr")
    score = products(every, left, every, right)
    found = Verified(left, right, score, np.zeros(len(score))).take(score >= settings.story_threshold)
    pruned_pairs = len(likely) - int(likely.sum())
    return _Stories(found.numbered(across.numbers), within.oversized_buckets + across.oversized_buckets, pruned_pairs)


def _without_former(counted: Segment, numbers: NDArray[np.int64], store: MatchStore) -> Segment:
    """The counts of a window less those of the texts that it replaces."""
    changed = numbers[numbers < store.next_numbers()[0]]
    if not len(changed):
        return counted
    former = store.sketches(changed).terms
    return subtract_counts(counted, count_articles(former, vocabulary(former)))


def _pack(kind: str, segment: Segment) -> IndexSegment:
    return IndexSegment(kind, segment.keys.tobytes(), segment.values.tobytes(), segment.articles)
