"""Folding one window: from verified links to the stories it founds, grows, merges, splits and closes."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy import sparse

from transforms.fold.agglomerate import Clusters, agglomerate
from transforms.fold.describe import keywords, medoids, nearness
from transforms.fold.story_record import change, closed, story_record
from transforms.match.match import event_time
from transforms.match.segments import TERM, Segment
from transforms.match.vectors import vectorise, vocabulary, weigh
from transforms.ports import Member, Store, StoryState
from transforms.recognise.boilerplate import strip_lines
from transforms.records import Change, Delta, Link, Links, Matched, Placement, SketchedBlock, StoryRow
from transforms.sketch.block import join_terms, terms_of

EVIDENCE = 8
"""Links that are kept of one article, the strongest: enough to say why it is where it is."""


class Settings(NamedTuple):
    """How stories form and end; see configs/newsfold.yaml."""

    threshold: float
    sigma_seconds: int
    close_after_seconds: int
    horizon_seconds: int


class _Scene(NamedTuple):
    """The articles a fold looks at: those of the window and all members of the stories they touch."""

    members: list[Member]
    """Ascending by number; `story` is the stored story, 0 for a new article."""
    fresh: set[int]
    """Numbers of the window's articles."""
    vectors: sparse.csr_array
    terms: NDArray[np.uint32]
    """The term id of each column of the vectors."""
    states: dict[int, StoryState]


def fold(matched: Matched, store: Store, settings: Settings, now: int) -> Delta:
    """Places every article of a window in a story.

    Copies go where the text they copy is. All others join by average link over term vectors, new stories
    and stored ones alike, so that two stored stories merge when new coverage shows them to be one. A changed
    article stays with its story unless it no longer resembles it.

    Args:
        matched: the window's articles, numbered, and their links.
        store: read only.
        settings: thresholds.
        now: the time of the run.
    """
    links = _active_links(matched.links, matched.block, store)
    scene = _load(matched, links, store, settings)
    number_at = np.array([member.number for member in scene.members], dtype=np.int64)
    left, right = np.searchsorted(number_at, links.left), np.searchsorted(number_at, links.right)
    copy_of, copy_score = _copies(scene, left[links.copies], right[links.copies], links.scores[links.copies])
    roots = _roots(copy_of)
    mass = 1.0 / np.bincount(roots, minlength=len(roots))[roots]
    articles = Clusters.of_articles(scene.vectors, mass, _spans(scene.members))
    labels = _leave_unlike(articles, scene, _first_labels(scene, copy_of), copy_of, settings.threshold)
    labels = agglomerate(
        articles,
        labels,
        np.stack([left, right], axis=1),
        threshold=settings.threshold,
        sigma_seconds=settings.sigma_seconds,
    )
    labels = np.unique(labels, return_inverse=True)[1]
    return _delta(matched, links, scene, articles, labels, copy_of, copy_score, store, settings, now)


class _LinkColumns(NamedTuple):
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    copies: NDArray[np.bool_]
    scores: NDArray[np.float64]
    containments: NDArray[np.float64]

    def take(self, rows: NDArray[np.bool_]) -> "_LinkColumns":
        return _LinkColumns(
            self.left[rows], self.right[rows], self.copies[rows], self.scores[rows], self.containments[rows]
        )


def _active_links(links: Links, block: SketchedBlock, store: Store) -> _LinkColumns:
    """The links whose ends are new or in active stories."""
    columns = _LinkColumns(
        np.frombuffer(links.left, dtype=np.int64),
        np.frombuffer(links.right, dtype=np.int64),
        np.frombuffer(links.copies, dtype=np.bool_),
        np.frombuffer(links.scores, dtype=np.float64),
        np.frombuffer(links.containments, dtype=np.float64),
    )
    fresh = np.array([article.number for article in block.articles], dtype=np.int64)
    stored = np.setdiff1d(np.concatenate([columns.left, columns.right]), fresh)
    ended = stored[store.active_stories(stored) == 0]
    return columns.take(~np.isin(columns.left, ended) & ~np.isin(columns.right, ended))


def _load(matched: Matched, links: _LinkColumns, store: Store, settings: Settings) -> _Scene:
    block = matched.block
    fresh = {article.number for article in block.articles}
    stored = np.union1d(
        np.setdiff1d(np.concatenate([links.left, links.right]), np.fromiter(fresh, np.int64, len(fresh))),
        np.array([article.number for article in block.articles if article.version > 1], dtype=np.int64),
    )
    stories = np.unique(store.active_stories(stored))
    touched = [int(story) for story in stories if story]
    known = {member.number: member for member in store.members(touched)}
    others = [member for member in known.values() if member.number not in fresh]
    new = [
        Member(
            number=article.number,
            story=known[article.number].story if article.number in known else 0,
            id=article.id,
            url=article.url,
            title=article.title,
            source=article.source,
            language=article.language,
            published=article.published,
            published_quality=article.published_quality,
            first_seen=known[article.number].first_seen if article.number in known else article.fetched_at,
            version=article.version,
            copy_of=0,
            similarity=1.0,
        )
        for article in block.articles
    ]
    numbers = np.array([member.number for member in (*new, *others)], dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    terms = join_terms([terms_of(block), store.sketches(numbers[len(new) :]).terms])
    counted = [
        Segment(np.frombuffer(part.keys, np.uint64), np.frombuffer(part.values, np.uint32), part.articles)
        for part in matched.segments
        if part.kind == TERM
    ]
    frequencies = [*store.segments(TERM, store.clock() - settings.horizon_seconds), *counted]
    known_terms = vocabulary(terms)
    vectors = vectorise(terms, known_terms, weigh(terms, known_terms, frequencies))
    together = [*new, *others]
    return _Scene(
        [together[row] for row in order],
        fresh,
        vectors[order],
        known_terms.ids,
        {state.number: state for state in store.story_states(touched)},
    )


def _copies(
    scene: _Scene, newer: NDArray[np.int64], older: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The row that each row copies, itself for an original: the earliest in time of those it is linked to."""
    times = np.array([event_time(member.published, member.first_seen) for member in scene.members], dtype=np.int64)
    place = {member.number: row for row, member in enumerate(scene.members)}
    copy_of = np.array([place.get(member.copy_of, row) for row, member in enumerate(scene.members)], dtype=np.int64)
    similarity = np.array([member.similarity for member in scene.members])
    order = np.lexsort((older, times[older], newer))
    rows, first = np.unique(newer[order], return_index=True)
    copy_of[rows] = older[order][first]
    similarity[rows] = scores[order][first]
    return copy_of, similarity


def _roots(copy_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The original at the end of each chain of copies; every step leads to an older article."""
    roots = copy_of
    while not np.array_equal(roots, roots[roots]):
        roots = roots[roots]
    return roots


def _spans(members: Sequence[Member]) -> NDArray[np.float64]:
    times = np.array(
        [np.nan if member.published is None else min(member.published, member.first_seen) for member in members]
    )
    return np.stack([times, times], axis=1).reshape(-1, 2)


def _first_labels(scene: _Scene, copy_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cluster each article begins in: its stored story, that of the text it copies, or one of its own."""
    labels = np.arange(len(scene.members))
    founders: dict[int, int] = {}
    for row, member in enumerate(scene.members):
        if member.story:
            labels[row] = founders.setdefault(member.story, row)
        elif copy_of[row] != row:
            labels[row] = labels[copy_of[row]]
    return labels


def _leave_unlike(
    articles: Clusters,
    scene: _Scene,
    labels: NDArray[np.int64],
    copy_of: NDArray[np.int64],
    threshold: float,
) -> NDArray[np.int64]:
    """Takes changed articles out of stored stories whose other members they no longer resemble."""
    labels = labels.copy()
    for row, member in enumerate(scene.members):
        if member.number not in scene.fresh or not member.story or copy_of[row] != row:
            continue
        company = np.flatnonzero((labels == labels[row]) & (np.arange(len(labels)) != row))
        if not len(company):
            continue
        target = np.full(len(labels), -1)
        target[company], target[row] = 0, 1
        if articles.merged(target, 2).means(np.array([[0, 1]]))[0] < threshold:
            if labels[row] == row:
                labels[company] = company[0]
            labels[row] = row
    return labels


def _mint(number: int, founder: str) -> str:
    """A story id: never used again, since the number of a story is not."""
    return "s_" + hashlib.sha256(f"{number}:{founder}".encode()).hexdigest()[:12]


def _delta(
    matched: Matched,
    links: _LinkColumns,
    scene: _Scene,
    articles: Clusters,
    labels: NDArray[np.int64],
    copy_of: NDArray[np.int64],
    copy_score: NDArray[np.float64],
    store: Store,
    settings: Settings,
    now: int,
) -> Delta:
    members = scene.members
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        rows_of[label].append(row)
    numbers, redirects = _assign(rows_of, scene, store.next_numbers()[1])
    changed = [label for label, rows in rows_of.items() if _is_changed(rows, numbers[label], scene)]

    sums = articles.merged(labels, len(rows_of)).sums
    near = nearness(scene.vectors, articles.masses, sums, labels)
    original = copy_of == np.arange(len(members))
    placed = [
        member._replace(
            story=numbers[label],
            copy_of=0 if original[row] else members[copy_of[row]].number,
            similarity=float(near[row] if original[row] else copy_score[row]),
        )
        for row, (member, label) in enumerate(zip(members, labels.tolist(), strict=True))
    ]
    kept = _evidence(links)
    stories, changes = _render(
        changed,
        rows_of,
        numbers,
        redirects,
        placed,
        kept,
        medoids(near, original, labels),
        sums,
        matched,
        scene,
        store,
        now,
    )
    clock = max([store.clock(), *(event_time(member.published, member.first_seen) for member in members)])
    for state in store.story_states(store.quiet_stories(clock - settings.close_after_seconds)):
        if state.number not in scene.states:
            record = closed(state.record)
            stories.append(StoryRow(state.number, state.id, "closed", clock, record))
            changes.append(change("closed", record))
    touched = set(changed)
    return Delta(
        block=matched.block,
        links=kept,
        placements=[
            Placement(member.number, member.story, member.copy_of, member.similarity)
            for member, label in zip(placed, labels.tolist(), strict=True)
            if label in touched
        ],
        stories=[story._replace(quiet_since=clock) for story in stories],
        redirects=redirects,
        changes=changes,
        segments=matched.segments,
        sightings=matched.sightings,
        rejected=matched.rejected,
        clock=clock,
    )


def _assign(
    rows_of: dict[int, list[int]], scene: _Scene, next_story: int
) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """The story number of each label, and which stored stories end in which.

    A stored story lives on in the part that holds its earliest member; of several in one part the oldest.
    """
    home: dict[int, int] = {}
    for label, rows in sorted(rows_of.items(), key=lambda pair: pair[1][0]):
        for row in rows:
            if scene.members[row].story:
                home.setdefault(scene.members[row].story, label)
    claims: dict[int, list[int]] = defaultdict(list)
    for story, label in home.items():
        claims[label].append(story)
    numbers: dict[int, int] = {}
    redirects = []
    for label, _ in sorted(rows_of.items(), key=lambda pair: pair[1][0]):
        if label in claims:
            numbers[label] = min(claims[label])
            redirects += [(story, numbers[label]) for story in sorted(claims[label])[1:]]
        else:
            numbers[label] = next_story
            next_story += 1
    return numbers, redirects


def _is_changed(rows: Sequence[int], story: int, scene: _Scene) -> bool:
    """Whether a story has a new or changed member, gained one from elsewhere, or lost one."""
    members = [scene.members[row] for row in rows]
    if any(member.number in scene.fresh or member.story != story for member in members):
        return True
    return sum(member.story == story for member in scene.members) > len(members)


def _evidence(links: _LinkColumns) -> list[Link]:
    """The strongest links of each newer article, copies first."""
    order = np.lexsort((links.right, -links.scores, ~links.copies, links.left))
    newer = links.left[order]
    rank = np.arange(len(order)) - np.searchsorted(newer, newer)
    return [
        Link(
            int(links.left[row]),
            int(links.right[row]),
            "copy" if links.copies[row] else "story",
            float(links.scores[row]),
            float(links.containments[row]),
        )
        for row in np.sort(order[rank < EVIDENCE])
    ]


def _render(
    changed: Sequence[int],
    rows_of: dict[int, list[int]],
    numbers: dict[int, int],
    redirects: Sequence[tuple[int, int]],
    placed: Sequence[Member],
    kept: Sequence[Link],
    representatives: NDArray[np.int64],
    sums: sparse.csr_array,
    matched: Matched,
    scene: _Scene,
    store: Store,
    now: int,
) -> tuple[list[StoryRow], list[Change]]:
    """The records of all changed stories and the changes that they went through."""
    speaking = [int(representatives[label]) for label in changed]
    texts = {article.number: strip_lines(article.text, article.boilerplate) for article in matched.block.articles}
    texts |= store.texts([placed[row].number for row in speaking if placed[row].number not in texts])
    found = keywords(
        [placed[row].title + "\n" + texts[placed[row].number] for row in speaking],
        sums[np.array(changed, dtype=np.int64)],
        scene.terms,
    )
    stored = [
        placed[row].number for label in changed for row in rows_of[label] if placed[row].number not in scene.fresh
    ]
    story_of = {member.number: member.story for member in placed}
    links_of: dict[int, list[Link]] = defaultdict(list)
    for link in (*kept, *store.links(stored)):
        if link.left in story_of and story_of[link.left] == story_of.get(link.right):
            links_of[story_of[link.left]].append(link)

    ended: dict[int, list[int]] = defaultdict(list)
    for gone, survivor in redirects:
        ended[survivor].append(gone)
    stories: list[StoryRow] = []
    changes: list[Change] = []
    for label, row, words in zip(changed, speaking, found, strict=True):
        number, rows = numbers[label], rows_of[label]
        before = orjson.loads(scene.states[number].record) if number in scene.states else None
        merged = [scene.states[story].id for story in ended[number]]
        inherited = [
            scene.states[scene.members[other].story].id
            for other in rows
            if scene.members[other].story not in (0, number, *ended[number])
        ]
        split_from = before["split_from"] if before else next(iter(inherited), None)
        identity = before["id"] if before else _mint(number, placed[rows[0]].id)
        record = story_record(
            story=identity,
            members=[placed[other] for other in rows],
            representative=placed[row],
            representative_text=texts[placed[row].number],
            keywords=words,
            links=links_of[number],
            last_updated=now,
            merged_from=[*(before["merged_from"] if before else []), *merged],
            split_from=split_from,
        )
        stories.append(StoryRow(number, identity, "active", 0, record))
        added = [placed[other].id for other in rows if scene.members[other].story != number]
        updated = [
            placed[other].id
            for other in rows
            if scene.members[other].story == number and placed[other].number in scene.fresh
        ]
        if merged:
            changes.append(change("merged", record, merged_from=merged))
        if before is None and split_from:
            changes.append(change("split", record, split_from=split_from, articles=added))
        elif before is None:
            changes.append(change("new", record, articles=added))
        else:
            changes.append(change("updated", record, articles=added, new_versions=updated))
    return stories, changes
