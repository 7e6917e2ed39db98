"""Turns the placing of articles into all that changes in the store: stories, ids, evidence, lines of changes.jsonl."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.agglomerate import Clusters, nearness
from transforms.fold.context import FoldContext
from transforms.fold.describe import keywords, medoids
from transforms.fold.story_record import Description, change, closed, emptied, story_record
from transforms.match.match import Matched
from transforms.match.vectors import top_shared
from transforms.ports import FoldStore
from transforms.recognise.boilerplate import without_spans
from transforms.records import Change, Delta, Link, Member, Placement, StoredStory
from transforms.records.times import event_time

EVIDENCE = 8
"""How many links are kept per article, the strongest: enough to explain its story."""

EVIDENT_TERMS = 6
"""How many shared terms are kept per link: as many as fit in a line."""


class Placing(NamedTuple):
    """The stories and originals of the articles of a context, by row."""

    labels: NDArray[np.int64]
    """A label of the story of each article, numbers from 0 on."""
    copy_of: NDArray[np.int64]
    """The row that each row copies, itself for an original."""
    copy_score: NDArray[np.float64]
    """The similarity of each copy to that row."""
    articles: Clusters


class _Stories(NamedTuple):
    """The stories of a placing by label."""

    rows: list[list[int]]
    """The rows of the members, ascending."""
    numbers: list[int]
    redirects: dict[int, int]
    """For each stored story that ends, the number of the one that it ends in."""
    changed: list[int]
    """The labels of new stories, and of those that differ from the stored ones."""


def describe_changes(
    matched: Matched, context: FoldContext, placing: Placing, store: FoldStore, *, close_after_seconds: int
) -> Delta:
    """Derives all that a window or a manual edit changes in the store.

    A stored story continues in the part with its earliest member, a pinned one in that of its pinned members; of
    several in one part the oldest does, one that is pinned before all others, and the others end in it. Only stories
    that gained, lost or saw a member change are rewritten.

    Args:
        matched: the window.
        context: the articles.
        placing: their stories and originals.
        store: read only.
        close_after_seconds: how far the data clock moves on before a quiet story is closed.
    """
    stories = _assign(placing.labels, context, store.next_numbers()[1])
    merged = placing.articles.merged(placing.labels, len(stories.rows))
    near = nearness(context.vectors.rows, placing.articles, merged, placing.labels)
    placed = _place(context, placing, stories, near)
    titles = [member.title for member in context.members]
    original = placing.copy_of == np.arange(len(placed))
    representatives = [placed[row] for row in medoids(near, original, titles, placing.labels)[stories.changed]]
    texts = _texts(matched, [member.number for member in representatives], store)
    titled = [member.title + "\n" + texts[member.number] for member in representatives]
    words = keywords(titled, merged.sums[stories.changed], context.vectors.terms)
    evidence = _evidence(context)
    links = _links_by_story(evidence, stories, placed, context, store)
    clock = max([store.clock(), *(event_time(member.published, member.first_seen) for member in placed)])
    written: list[StoredStory] = []
    changes: list[Change] = []
    for label, representative, found in zip(stories.changed, representatives, words, strict=True):
        members = [placed[row] for row in stories.rows[label]]
        merging = _merging(label, stories, context)
        story = _continued(label, stories, context, merging)._replace(quiet_since=clock)
        description = Description(representative, texts[representative.number], found)
        record = story_record(story, members, description, links[story.number], context.at)
        written.append(story._replace(record=record))
        changes += _changes(written[-1], label, stories, context, merging)
    changes += _emptied(context)
    for quiet in store.stories(store.quiet_stories(clock - close_after_seconds)):
        if quiet.number not in context.stored:
            record = closed(quiet.record)
            written.append(quiet._replace(state="closed", quiet_since=clock, record=record))
            changes.append(change("closed", record))
    return Delta(
        sketched=matched.sketched,
        links=evidence,
        placements=[
            Placement(placed[row].number, placed[row].story, placed[row].copy_of, placed[row].similarity)
            for label in stories.changed
            for row in stories.rows[label]
        ],
        stories=written,
        redirects=list(stories.redirects.items()),
        changes=changes,
        segments=matched.segments,
        sightings=matched.sightings,
        rejected=matched.rejected,
        polls=matched.polls,
        clock=clock,
        as_of=matched.as_of,
    )


def _place(context: FoldContext, placing: Placing, stories: _Stories, near: NDArray[np.float64]) -> list[Member]:
    """Returns the articles as members of their new stories."""
    return [
        member._replace(
            story=stories.numbers[label],
            copy_of=0 if original == row else context.members[original].number,
            similarity=float(near[row] if original == row else placing.copy_score[row]),
        )
        for row, (member, label, original) in enumerate(
            zip(context.members, placing.labels.tolist(), placing.copy_of.tolist(), strict=True)
        )
    ]


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
    """Returns the texts of these articles without boilerplate."""
    wanted = set(numbers)
    texts = {
        article.number: without_spans(article.text, article.boilerplate)
        for article in matched.sketched.articles
        if article.number in wanted
    }
    return texts | dict(store.texts(sorted(wanted - texts.keys())))


def _evidence(context: FoldContext) -> list[Link]:
    """Returns the strongest links of each newer article, copies first, with the shared terms that count most."""
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
    """Returns the links, new and stored, within each changed story."""
    members = [placed[row] for label in stories.changed for row in stories.rows[label]]
    story = {member.number: member.story for member in members}
    stored = [member.number for member in members if member.number not in context.fresh]
    found: dict[int, list[Link]] = defaultdict(list)
    for link in (*evidence, *store.links(stored)):
        if link.left in story and story[link.left] == story.get(link.right):
            found[story[link.left]].append(link)
    return found


def _mint(number: int, founder: str) -> str:
    """Makes the id of a new story; it is never used again, since numbers of stories are not."""
    return "s_" + hashlib.sha256(f"{number}:{founder}".encode()).hexdigest()[:12]


def _merging(label: int, stories: _Stories, context: FoldContext) -> list[str]:
    """Returns the ids of the stories that end in this one now; the earliest member of such a story is in it."""
    former = {context.members[row].story for row in stories.rows[label]}
    return [context.stored[one].id for one in sorted(former) if stories.redirects.get(one) == stories.numbers[label]]


def _continued(label: int, stories: _Stories, context: FoldContext, merging: Sequence[str]) -> StoredStory:
    """Returns the stored story that continues under a label, or a new one; its record is not rendered yet."""
    number = stories.numbers[label]
    if stored := context.stored.get(number):
        return stored._replace(merged_from=[*stored.merged_from, *merging])
    members = [context.members[row] for row in stories.rows[label]]
    split_from = next((context.stored[member.story].id for member in members if member.story), None)
    return StoredStory(number, _mint(number, members[0].id), "active", 0, merging, split_from, b"")


def _changes(
    story: StoredStory, label: int, stories: _Stories, context: FoldContext, merging: Sequence[str]
) -> list[Change]:
    """Returns the changes of a story, a merger first."""
    members = [context.members[row] for row in stories.rows[label]]
    added = [member.id for member in members if member.story != story.number]
    made = [change("merged", story.record, merged_from=merging)] if merging else []
    if story.number in context.stored:
        made += [
            change("moved", story.record, articles=[member.id], moved_from=context.stored[member.story].id)
            for member in members
            if member.story not in (0, story.number) and member.story not in stories.redirects
        ]
        gone = [member.id for member in context.retracted if member.story == story.number]
        if gone:
            return [*made, change("retracted", story.record, articles=gone)]
        kept = [member for member in members if member.story == story.number]
        updated = [member.id for member in kept if member.number in context.fresh]
        return [*made, change("updated", story.record, articles=added, new_versions=updated)]
    if story.split_from:
        return [*made, change("split", story.record, split_from=story.split_from, articles=added)]
    return [*made, change("new", story.record, articles=added)]


def _emptied(context: FoldContext) -> list[Change]:
    """Returns the changes of stories whose last article is retracted."""
    inhabited = {member.story for member in context.members}
    gone: dict[int, list[str]] = defaultdict(list)
    for member in context.retracted:
        if member.story not in inhabited:
            gone[member.story].append(member.id)
    return [change("retracted", emptied(context.stored[story].record), articles=ids) for story, ids in gone.items()]
