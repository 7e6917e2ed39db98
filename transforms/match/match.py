"""Matches the articles of a window with each other and with stored ones."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.match.archive import CAP, Archive
from transforms.match.bands import band_keys, banding
from transforms.match.candidates import pair_within
from transforms.match.copies import are_copies, are_more_than_a_template, overlap
from transforms.match.links import Links, join_links
from transforms.match.numbering import block_id, number, text_ids
from transforms.match.segments import COPY, STORY, TERM, Postings, index_segment, subtract_counts
from transforms.match.vectors import (
    TermMatrix,
    count_articles,
    most_promising,
    products,
    salient,
    stack,
    vectorise,
    vocabulary,
)
from transforms.ports import MatchStore
from transforms.records import Poll, Rejected, Segment, Sighting, Sketched, Window
from transforms.records.ragged import Ragged, concatenate


class Settings(NamedTuple):
    """The required similarities of links; see configs/newsfold.yaml."""

    copy_similarity: float
    copy_containment: float
    copy_recall: float
    story_threshold: float
    horizon_seconds: int
    shards: int = 1
    """Above 1 a window comes with its pairs of copies, as found by PairCopies."""


class Skipped(NamedTuple):
    """How many articles or pairs of a window were not compared, or not linked."""

    oversized_buckets: int = 0
    """Keys of copies that more articles shared than were paired."""
    template_pairs: int = 0
    """Pairs of which nothing but a template made copies."""
    oversized_terms: int = 0
    """Salient words that more articles shared than were paired."""
    pruned_pairs: int = 0
    """Pairs that shared too few salient words to be compared."""


class Matched(NamedTuple):
    """A window with its links, and with the index segments that a commit adds."""

    sketched: Sketched
    """All articles of the window in the order of their numbers."""
    links: Links
    """By number."""
    segments: Mapping[str, Segment]
    """By kind."""
    vectors: TermMatrix
    as_of: int
    """How many commits the store had before anything was read for it."""
    sightings: Sequence[Sighting] = ()
    rejected: Sequence[Rejected] = ()
    polls: Sequence[Poll] = ()
    skipped: Skipped = Skipped()


def match(window: Window, store: MatchStore, settings: Settings) -> Matched:
    """Finds the verified links of the articles of a window.

    New articles get the next numbers of the store in order of event time; changed ones keep their numbers. Articles
    that the store has by now are left out, so that a window may be delivered twice.

    Args:
        window: the window.
        store: read only.
        settings: thresholds.
    """
    as_of = store.commits()
    sketched, places = number(window.blocks, store)
    numbers, known = sketched.numbers, vocabulary(sketched.terms)
    counted = _without_former(count_articles(sketched.terms, known), numbers, store)
    archive = Archive(store, store.clock() - settings.horizon_seconds, counted)
    copy_keys = _copy_keys(sketched, banding(settings.copy_similarity, settings.copy_recall))
    within = _pairs_of_shards(window, places) if settings.shards > 1 else _pairs_within(sketched, copy_keys, settings)
    copies = _copy_links(sketched, copy_keys, within, archive, settings)

    vectors = vectorise(sketched.terms, known, archive.frequencies())
    words = salient(vectors)
    story_keys = _story_keys(words)
    # A copy of a whole text of this window joins the story of that text: it needs no candidates of its own.
    whole = copies.links.take(copies.links.scores >= settings.copy_similarity)
    copied = whole.left[np.isin(whole.left, numbers) & np.isin(whole.right, numbers)]
    proposed = story_keys.take(~np.isin(numbers[story_keys.holders], copied))
    stories = _story_links(_Compared(numbers, vectors, words), proposed, archive, settings)
    return Matched(
        sketched=sketched,
        links=join_links([copies.links, stories.links]).ordered(),
        segments=_segments(numbers, copy_keys, story_keys, counted),
        vectors=vectors,
        as_of=as_of,
        sightings=window.sightings,
        rejected=window.rejected,
        polls=window.polls,
        skipped=Skipped(copies.oversized_buckets, copies.template_pairs, stories.oversized_terms, stories.pruned_pairs),
    )


def index(sketched: Sketched, bands: tuple[int, int], frequencies: Sequence[Segment]) -> dict[str, Segment]:
    """Indexes articles that are already numbered.

    Args:
        sketched: the articles.
        bands: the number of bands and of rows per band.
        frequencies: the document frequencies of earlier articles.

    Returns:
        Index segments by kind.
    """
    known = vocabulary(sketched.terms)
    counted = count_articles(sketched.terms, known)
    vectors = vectorise(sketched.terms, known, [*frequencies, counted])
    return _segments(sketched.numbers, _copy_keys(sketched, bands), _story_keys(salient(vectors)), counted)


def _segments(
    numbers: NDArray[np.int64], copy_keys: Postings, story_keys: Postings, counted: Segment
) -> dict[str, Segment]:
    return {
        COPY: index_segment(copy_keys._replace(holders=numbers[copy_keys.holders])),
        STORY: index_segment(story_keys._replace(holders=numbers[story_keys.holders])),
        TERM: counted,
    }


def _story_keys(words: TermMatrix) -> Postings:
    rows = np.repeat(np.arange(words.rows.shape[0]), np.diff(words.rows.indptr))
    return Postings(words.terms[words.rows.indices].astype(np.uint64), rows)


def _copy_keys(sketched: Sketched, bands: tuple[int, int]) -> Postings:
    # All texts without words share the empty signature, which is no evidence.
    worded = np.flatnonzero(sketched.shingles.lengths)
    return Postings.of_matrix(band_keys(sketched.signatures[worded], *bands), worded)


class _Within(NamedTuple):
    """Pairs of rows of a window that are similar enough."""

    pairs: Links
    oversized_buckets: int


def _pairs_within(sketched: Sketched, keys: Postings, settings: Settings) -> _Within:
    found = pair_within(keys, CAP, text_ids(sketched.articles))
    return _Within(verify(sketched.shingles, found.left, found.right, settings), found.oversized_buckets)


def verify(sets: Ragged, left: NDArray[np.int64], right: NDArray[np.int64], settings: Settings) -> Links:
    """Returns those pairs of rows that are copies by their shingles."""
    shared = overlap(sets, left, right)
    kept = are_copies(shared, similarity=settings.copy_similarity, containment=settings.copy_containment)
    return Links.of_copies(left, right, shared.jaccard, shared.containment).take(kept)


def _pairs_of_shards(window: Window, places: NDArray[np.int64]) -> _Within:
    """Returns the pairs that a window contains, by row, without those of articles that were left out."""
    starts: dict[int, int] = {}
    total = 0
    for block in window.blocks:
        starts[block_id(block)] = total
        total += len(block.articles)
    pairs = join_links(
        [
            Links.of_copies(
                places[starts[part.left] + np.frombuffer(part.left_rows, dtype=np.int32)],
                places[starts[part.right] + np.frombuffer(part.right_rows, dtype=np.int32)],
                np.frombuffer(part.scores, dtype=np.float64),
                np.frombuffer(part.containments, dtype=np.float64),
            )
            for part in window.pairs
        ]
    )
    return _Within(pairs.take((pairs.left >= 0) & (pairs.right >= 0)), 0)


class _Copies(NamedTuple):
    links: Links
    """By number."""
    oversized_buckets: int
    template_pairs: int


def _copy_links(sketched: Sketched, keys: Postings, within: _Within, archive: Archive, settings: Settings) -> _Copies:
    """Links articles with the same text to the earliest of them, whatever their keys, and others by their shingles."""
    same = _same_texts(sketched, np.unique(keys.holders), archive.store)
    across = archive.candidates(sketched.numbers, keys, COPY, newest=False)
    sets = concatenate([sketched.shingles, across.stored.shingles])
    found = join_links([within.pairs, verify(sets, across.left, across.right, settings)])
    kept = are_more_than_a_template(
        sets,
        found.left,
        found.right,
        similarity=settings.copy_similarity,
        containment=settings.copy_containment,
    )
    others = found.take(kept).numbered(across.numbers)
    links = join_links([same, others.take(~np.isin(others.keys(), same.keys()))])
    return _Copies(links, within.oversized_buckets + across.oversized_buckets, int((~kept).sum()))


def _same_texts(sketched: Sketched, worded: NDArray[np.int64], store: MatchStore) -> Links:
    """Links every article to the earliest of the store, else of the window, with the same title and text."""
    hashes = [sketched.articles[row].content_hash for row in worded]
    own = [sketched.articles[row].number for row in worded]
    earliest: dict[str, int] = {}
    for content, mine in zip(hashes, own, strict=True):
        earliest.setdefault(content, mine)
    in_window = set(own)
    stored = store.same_texts(sorted(earliest))
    earliest |= {content: found for content, found in stored.items() if found not in in_window}
    a, b = np.array(own, dtype=np.int64), np.array([earliest[content] for content in hashes], dtype=np.int64)
    sure = np.ones(len(a))
    return Links.of_copies(np.maximum(a, b), np.minimum(a, b), sure, sure).take(a != b)


class _Compared(NamedTuple):
    """The articles of a window as they are compared with others."""

    numbers: NDArray[np.int64]
    vectors: TermMatrix
    words: TermMatrix
    """Their salient words."""


class _Stories(NamedTuple):
    links: Links
    """By number."""
    oversized_terms: int
    pruned_pairs: int


def _story_links(new: _Compared, keys: Postings, archive: Archive, settings: Settings) -> _Stories:
    """Links articles with similar term vectors.

    Args:
        new: the articles of the window.
        keys: the salient words of those articles that need candidates.
        archive: the stored articles.
        settings: thresholds.
    """
    within = pair_within(keys, CAP)
    across = archive.candidates(new.numbers, keys, STORY, newest=True)
    stored = vectorise(across.stored.terms, vocabulary(across.stored.terms), archive.frequencies())
    left, right = np.concatenate([within.left, across.left]), np.concatenate([within.right, across.right])
    words = stack([new.words, salient(stored)], new.words.terms)
    newer = np.where(right < len(new.numbers), right, left)
    promising = most_promising(words, left, right, newer, settings.story_threshold)
    left, right = left[promising], right[promising]
    vectors = stack([new.vectors, stored], new.vectors.terms).rows
    scores = products(vectors, left, vectors, right)
    found = Links.of_stories(left, right, scores).take(scores >= settings.story_threshold)
    return _Stories(
        found.numbered(across.numbers),
        within.oversized_buckets + across.oversized_buckets,
        len(promising) - int(promising.sum()),
    )


def _without_former(counted: Segment, numbers: NDArray[np.int64], store: MatchStore) -> Segment:
    """Subtracts the counts of the texts that a window replaces."""
    changed = numbers[numbers < store.next_numbers()[0]]
    if not len(changed):
        return counted
    former = store.sketches(changed).terms
    return subtract_counts(counted, count_articles(former, vocabulary(former)))
