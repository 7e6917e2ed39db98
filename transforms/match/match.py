"""Matching one window: new articles with each other and with the stored ones."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.match.bands import band_keys, banding
from transforms.match.candidates import pair_with_stored, pair_within
from transforms.match.copies import are_copies, overlap
from transforms.match.segments import COPY, STORY, TERM, Postings, Segment, index_segment
from transforms.match.vectors import count_articles, products, salient_terms, vectorise, vocabulary, weigh
from transforms.ports import Sketches, Store
from transforms.recognise.recognise import tell_apart
from transforms.records import IndexSegment, Links, Matched, SketchedBlock, Window
from transforms.sketch.block import join, join_terms, shingles_of, signatures_of, terms_of
from transforms.sketch.ragged import concatenate
from transforms.sketch.terms import Terms

CAP = 32
"""Articles that one is paired with for one key; beyond it the key belongs to a template or a common name."""


class Settings(NamedTuple):
    """How alike articles must be; see configs/newsfold.yaml."""

    copy_similarity: float
    copy_containment: float
    copy_recall: float
    story_threshold: float
    horizon_seconds: int


class _Numbered(NamedTuple):
    """New rows 0..n-1 and, behind them, the stored articles that they may match."""

    numbers: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    """Candidate pairs by row."""
    stored: Sketches


def match(window: Window, store: Store, settings: Settings) -> Matched:
    """Finds the verified links of a window's articles.

    New articles take the store's next numbers in order of event time; the numbers of changed ones stay. What the
    store has got meanwhile is left out, so that a window may be delivered twice.
    """
    block = _number(window.blocks, store)
    numbers = np.array([article.number for article in block.articles], dtype=np.int64)
    since = store.clock() - settings.horizon_seconds
    # A text without words has the empty signature, which all such texts share: it is no evidence.
    worded = np.flatnonzero(shingles_of(block).lengths)
    bands = banding(settings.copy_similarity, settings.copy_recall)
    copy_keys = Postings.of_matrix(band_keys(signatures_of(block)[worded], *bands), worded)
    copies = _copy_links(block, numbers, copy_keys, store, since, settings)

    terms = terms_of(block)
    known = vocabulary(terms)
    counted = count_articles(terms, known)
    frequencies = [*store.segments(TERM, since), counted]
    salient = salient_terms(terms, weigh(terms, known, frequencies))
    story_keys = Postings(salient.values.astype(np.uint64), salient.row_ids)
    stories = _story_links(terms, numbers, story_keys, store, since, settings, frequencies)

    segments = [
        _pack(COPY, index_segment(copy_keys._replace(holders=numbers[copy_keys.holders]))),
        _pack(STORY, index_segment(story_keys._replace(holders=numbers[story_keys.holders]))),
        _pack(TERM, counted),
    ]
    return Matched(block, _join_links(copies, stories), segments, window.sightings, window.rejected, window.polls)


def event_time(published: int | None, first_seen: int) -> int:
    """When an article counts as having happened: published, but never after it was first seen."""
    return min(published, first_seen) if published is not None else first_seen


def _number(blocks: Sequence[SketchedBlock], store: Store) -> SketchedBlock:
    articles = [article for block in blocks for article in block.articles]
    known = store.known([article.key for article in articles])
    times = {
        row: (event_time(article.published, article.fetched_at), article.key)
        for row, article in enumerate(articles)
        if article.key not in known or known[article.key].content_hash != article.content_hash
    }
    block = join(blocks, np.array(sorted(times, key=times.__getitem__), dtype=np.int64))
    next_number = store.next_numbers()[0]
    numbered = []
    taken: set[str] = set()
    for article in block.articles:
        if article.id in taken:
            article = tell_apart(article)
        taken.add(article.id)
        if article.number == 0:
            article = article._replace(number=next_number)
            next_number += 1
        numbered.append(article)
    return block._replace(articles=numbered)


def _pair_rows(
    numbers: NDArray[np.int64],
    keys: Postings,
    segments: Sequence[Segment],
    store: Store,
) -> _Numbered:
    """Candidates among the new rows and with stored articles, whose sketches are loaded."""
    within = pair_within(keys, CAP)
    across = pair_with_stored(keys, segments, CAP)
    # A changed article is in the index with its former text; only its new one counts.
    current = ~np.isin(across.right, numbers)
    found, place = np.unique(across.right[current], return_inverse=True)
    return _Numbered(
        np.concatenate([numbers, found]),
        np.concatenate([within.left, across.left[current]]),
        np.concatenate([within.right, len(numbers) + place]),
        store.sketches(found),
    )


class _Found(NamedTuple):
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float64]
    containment: NDArray[np.float64]


def _newer_first(
    numbered: _Numbered, kept: NDArray[np.bool_], score: NDArray[np.float64], containment: NDArray[np.float64]
) -> _Found:
    a, b = numbered.numbers[numbered.left[kept]], numbered.numbers[numbered.right[kept]]
    return _Found(np.maximum(a, b), np.minimum(a, b), score[kept], containment[kept])


def _copy_links(
    block: SketchedBlock,
    numbers: NDArray[np.int64],
    keys: Postings,
    store: Store,
    since: int,
    settings: Settings,
) -> _Found:
    candidates = _pair_rows(numbers, keys, store.segments(COPY, since), store)
    sets = concatenate([shingles_of(block), candidates.stored.shingles])
    shared = overlap(sets, candidates.left, candidates.right)
    kept = are_copies(
        sets,
        candidates.left,
        candidates.right,
        shared,
        similarity=settings.copy_similarity,
        containment=settings.copy_containment,
    )
    return _newer_first(candidates, kept, shared.jaccard, shared.containment)


def _story_links(
    terms: Terms,
    numbers: NDArray[np.int64],
    keys: Postings,
    store: Store,
    since: int,
    settings: Settings,
    frequencies: Sequence[Segment],
) -> _Found:
    candidates = _pair_rows(numbers, keys, store.segments(STORY, since), store)
    together = join_terms([terms, candidates.stored.terms])
    known = vocabulary(together)
    vectors = vectorise(together, known, weigh(together, known, frequencies))
    score = products(vectors, candidates.left, vectors, candidates.right)
    return _newer_first(candidates, score >= settings.story_threshold, score, np.zeros(len(score)))


def _join_links(copies: _Found, stories: _Found) -> Links:
    is_copy = np.r_[np.ones(len(copies.left), dtype=np.bool_), np.zeros(len(stories.left), dtype=np.bool_)]
    left, right = np.r_[copies.left, stories.left], np.r_[copies.right, stories.right]
    order = np.lexsort((~is_copy, right, left))
    return Links(
        left[order].tobytes(),
        right[order].tobytes(),
        is_copy[order].tobytes(),
        np.r_[copies.score, stories.score][order].tobytes(),
        np.r_[copies.containment, stories.containment][order].tobytes(),
    )


def _pack(kind: str, segment: Segment) -> IndexSegment:
    return IndexSegment(kind, segment.keys.tobytes(), segment.values.tobytes(), segment.articles)
