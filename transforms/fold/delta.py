"""From a placing of articles to all that it changes in a store: stories, ids, evidence, changes."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from transforms.fold.agglomerate import Clusters, nearness
from transforms.fold.context import FoldContext
from transforms.fold.describe import keywords, medoids
from transforms.fold.rulings import ManualEdit
from transforms.fold.story_record import change, closed, emptied, story_record
from transforms.match.match import Matched
from transforms.match.vectors import top_shared
from transforms.ports import FoldStore
from transforms.recognise.boilerplate import without_spans
from transforms.records import Change, Delta, Link, Member, Placement, StoryRow
from transforms.records.times import event_time

EVIDENCE = 8
"""Links that are kept of one article, the strongest: enough to say why it is where it is."""

EVIDENT_TERMS = 6
"""Shared terms that are kept of a link: as many as a person reads in a line."""


class Placing(NamedTuple):
    """Where the articles of a context belong, by row."""

    labels: NDArray[np.int64]
    """The story of each article, numbers from 0 on."""
    copy_of: NDArray[np.int64]
    """The row that each row copies, itself for an original."""
    copy_score: NDArray[np.float64]
    """How similar a copy is to it."""
    articles: Clusters


class _Stories(NamedTuple):
    """The stories of a placing, by label."""

    rows: list[list[int]]
    """Rows of the members, ascending."""
    numbers: list[int]
    redirects: dict[int, int]
    """Stored stories that end, and in which."""
    changed: list[int]
    """Labels of the stories that are not as they were stored."""


def describe_changes(
    matched: Matched,
    context: FoldContext,
    placing: Placing,
    store: FoldStore,
    edit: ManualEdit,
    *,
    close_after_seconds: int,
) -> Delta:
    """All that a window, or a person's edit, changes.

    A stored story lives on in the part that holds its earliest member, a pinned one in that of its pinned members; of
    several in one part the oldest does, one that is pinned before all others, and the others end in it. Only stories
    that gained, lost or saw a member change are rewritten.

    Args:
        matched: the window.
        context: the articles.
        placing: where they belong.
        store: read only.
        edit: what a person does.
        close_after_seconds: quiet stories close when the data clock has moved on by so much.
    """
    stories = _assign(placing.labels, context, store.next_numbers()[1])
    merged = placing.articles.merged(placing.labels, len(stories.rows))
    sums, near = merged.sums, nearness(context.vectors.rows, placing.articles, merged, placing.labels)
    original = placing.copy_of == np.arange(len(context.members))
    placed = [
        member._replace(
            story=stories.numbers[label],
            copy_of=0 if original[row] else context.members[placing.copy_of[row]].number,
            similarity=float(near[row] if original[row] else placing.copy_score[row]),
        )
        for row, (member, label) in enumerate(zip(context.members, placing.labels.tolist(), strict=True))
    ]
    titles = [member.title for member in context.members]
    speakers = medoids(near, original, titles, placing.labels)[stories.changed]
    texts = _texts(matched, [placed[row].number for row in speakers], store)
    titled = [placed[row].title + "\n" + texts[placed[row].number] for row in speakers]
    words = keywords(titled, sums[stories.changed], context.vectors.terms)
    evidence = _evidence(context)
    links = _links_by_story(evidence, stories, placed, context, store)
    clock = max([store.clock(), *(event_time(member.published, member.first_seen) for member in placed)])
    updated = max((article.fetched_at for article in matched.sketched.articles), default=edit.at)
    rows: list[StoryRow] = []
    changes: list[Change] = []
    for label, row, found in zip(stories.changed, speakers.tolist(), words, strict=True):
        members = [placed[other] for other in stories.rows[label]]
        before = _Before.of(label, stories, context)
        identity = before.id or _mint(stories.numbers[label], members[0].id)
        record = story_record(
            story=identity,
            members=members,
            representative=placed[row],
            representative_text=texts[placed[row].number],
            keywords=found,
            links=links[stories.numbers[label]],
            last_updated=updated,
            merged_from=[*before.merged_from, *before.merged],
            split_from=before.split_from,
        )
        if before.closed:
            record = closed(record)
        rows.append(StoryRow(stories.numbers[label], identity, "closed" if before.closed else "active", clock, record))
        changes += _changes(record, label, stories, context, before)
    changes += _emptied(context)
    for state in store.story_states(store.quiet_stories(clock - close_after_seconds)):
        if state.number not in context.states:
            record = closed(state.record)
            rows.append(StoryRow(state.number, state.id, "closed", clock, record))
            changes.append(change("closed", record))
    return Delta(
        sketched=matched.sketched,
        links=evidence,
        placements=[
            Placement(placed[row].number, placed[row].story, placed[row].copy_of, placed[row].similarity)
            for label in stories.changed
            for row in stories.rows[label]
        ],
        stories=rows,
        redirects=list(stories.redirects.items()),
        changes=changes,
        segments=matched.segments,
        sightings=matched.sightings,
        rejected=matched.rejected,
        polls=matched.polls,
        clock=clock,
        as_of=matched.as_of,
    )


def _assign(labels: NDArray[np.int64], context: FoldContext, next_story: int) -> _Stories:
    rows: list[list[int]] = [[] for _ in range(int(labels.max(initial=-1)) + 1)]
    pinned = {context.members[row].story: int(labels[row]) for row in np.flatnonzero(context.ruled.pinned)}
    home = dict(pinned)
    for row, label in enumerate(labels.tolist()):
        rows[label].append(row)
        if context.members[row].story:
            home.setdefault(context.members[row].story, label)
    claims: dict[int, list[int]] = defaultdict(list)
    for story, label in home.items():
        claims[label].append(story)
    numbers = [0] * len(rows)
    redirects: dict[int, int] = {}
    for label in sorted(range(len(rows)), key=rows.__getitem__):
        if label in claims:
            first, *others = sorted(claims[label], key=lambda story: (story not in pinned, story))
            numbers[label] = first
            redirects |= dict.fromkeys(others, first)
        else:
            numbers[label] = next_story
            next_story += 1
    size_before = Counter(member.story for member in (*context.members, *context.retracted))
    changed = [
        label
        for label, members in enumerate(rows)
        if size_before[numbers[label]] != len(members)
        or any(
            context.members[row].number in context.fresh or context.members[row].story != numbers[label]
            for row in members
        )
    ]
    return _Stories(rows, numbers, redirects, changed)


def _texts(matched: Matched, numbers: Sequence[int], store: FoldStore) -> dict[int, str]:
    """The texts of these articles without boilerplate."""
    wanted = set(numbers)
    texts = {
        article.number: without_spans(article.text, article.boilerplate)
        for article in matched.sketched.articles
        if article.number in wanted
    }
    return texts | dict(store.texts(sorted(wanted - texts.keys())))


def _evidence(context: FoldContext) -> list[Link]:
    """The strongest links of each newer article, copies first, with the terms that say most for them."""
    links = context.links
    order = np.lexsort((links.right, -links.scores, ~links.copies, links.left))
    newer = links.left[order]
    rank = np.arange(len(order)) - np.searchsorted(newer, newer)
    kept = np.sort(order[rank < EVIDENCE])
    terms = top_shared(context.vectors, context.rows(links.left[kept]), context.rows(links.right[kept]), EVIDENT_TERMS)
    return [
        Link(
            int(links.left[row]),
            int(links.right[row]),
            "copy" if links.copies[row] else "story",
            float(links.scores[row]),
            float(links.containments[row]),
            shared.tobytes(),
        )
        for row, shared in zip(kept, terms, strict=True)
    ]


def _links_by_story(
    evidence: Sequence[Link], stories: _Stories, placed: Sequence[Member], context: FoldContext, store: FoldStore
) -> dict[int, list[Link]]:
    """The links, new and stored, whose ends are both in the same changed story."""
    members = [placed[row] for label in stories.changed for row in stories.rows[label]]
    story = {member.number: member.story for member in members}
    stored = [member.number for member in members if member.number not in context.fresh]
    found: dict[int, list[Link]] = defaultdict(list)
    for link in (*evidence, *store.links(stored)):
        if link.left in story and story[link.left] == story.get(link.right):
            found[story[link.left]].append(link)
    return found


def _mint(number: int, founder: str) -> str:
    """A story id: never used again, since the number of a story is not."""
    return "s_" + hashlib.sha256(f"{number}:{founder}".encode()).hexdigest()[:12]


class _Before(NamedTuple):
    """What a story of a placing was before."""

    id: str
    """'' for a new story."""
    merged_from: Sequence[str]
    """Stories that had ended in it earlier."""
    merged: Sequence[str]
    """Stories that end in it now."""
    split_from: str | None
    closed: bool

    @classmethod
    def of(cls, label: int, stories: _Stories, context: FoldContext) -> "_Before":
        number = stories.numbers[label]
        # A story that ends here has its earliest member here.
        former = [context.members[row].story for row in stories.rows[label]]
        merged = sorted({story for story in former if stories.redirects.get(story) == number})
        names = [context.states[gone].id for gone in merged]
        if number in context.states:
            record = orjson.loads(context.states[number].record)
            closed = record["state"] == "closed"
            return cls(record["id"], record["merged_from"], names, record["split_from"], closed)
        return cls("", [], names, next((context.states[story].id for story in former if story), None), closed=False)


def _changes(record: bytes, label: int, stories: _Stories, context: FoldContext, before: _Before) -> list[Change]:
    """What happened to a story, merger first."""
    members = [context.members[row] for row in stories.rows[label]]
    added = [member.id for member in members if member.story != stories.numbers[label]]
    made = [change("merged", record, merged_from=before.merged)] if before.merged else []
    if before.id:
        made += [
            change("moved", record, articles=[member.id], moved_from=context.states[member.story].id)
            for member in members
            if member.story not in (0, stories.numbers[label]) and member.story not in stories.redirects
        ]
        kept = [member for member in members if member.story == stories.numbers[label]]
        gone = [member.id for member in context.retracted if member.story == stories.numbers[label]]
        if gone:
            return [*made, change("retracted", record, articles=gone)]
        updated = [member.id for member in kept if member.number in context.fresh]
        return [*made, change("updated", record, articles=added, new_versions=updated)]
    if before.split_from:
        return [*made, change("split", record, split_from=before.split_from, articles=added)]
    return [*made, change("new", record, articles=added)]


def _emptied(context: FoldContext) -> list[Change]:
    """What happens to stories whose last article is retracted: they are no more."""
    inhabited = {member.story for member in context.members}
    gone: dict[int, list[str]] = defaultdict(list)
    for member in context.retracted:
        if member.story not in inhabited:
            gone[member.story].append(member.id)
    return [change("retracted", emptied(context.states[story].record), articles=ids) for story, ids in gone.items()]
