"""Finds the original of each copy: the earliest text, but the text of an agency before that of a subscriber.

A subscriber often publishes the text of an agency minutes before the agency's own page is found. Agencies are those of
a short list of worldwide ones, and those credited in a dateline: if an article begins with "SKARN (Tidewater Wire) - ",
a source of that name counts as an agency.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.fold.context import FoldContext
from transforms.fold.rulings import apply_constraints
from transforms.records import Member
from transforms.records.times import event_time

# The agencies with customers on several continents: https://en.wikipedia.org/wiki/News_agency and the list there.
AGENCIES = frozenset(
    "afp|agence france-presse|ansa|ap|associated press|deutsche presse-agentur|dpa|efe|kyodo|pa media|"
    "press association|reuters|tass|united press international|upi|xinhua".split("|")
)
_CREDIT = re.compile(r"[^()\n]{0,60}\(([^()\n]{2,40})\)\s*[-–—]")
_AFFIXES = re.compile(r"^the\s+|\s+news(?: agency)?$|\.(?:com|org)$")


def agency_name(source: str) -> str:
    """Normalises the name of a source for comparison: without case, article and 'News'."""
    return _AFFIXES.sub("", source.strip().casefold())


def credited(text: str) -> str:
    """Returns the name credited in the dateline of a text, normalised by `agency_name`, or ''."""
    found = _CREDIT.match(text)
    return agency_name(found[1]) if found else ""


class Originals(NamedTuple):
    """The originals of the articles of a context, by row."""

    rank: NDArray[np.int64]
    """The order of originals: an article never copies one of a higher rank, so there is no cycle."""
    copy_of: NDArray[np.int64]
    """The row that each row copies, itself for an original."""
    score: NDArray[np.float64]
    """The similarity of each copy to that row."""
    originals: NDArray[np.int64]
    """The original at the end of each chain of copies."""
    groups: NDArray[np.int64]
    """For each row the first one of its group: copies of one text, and articles under a must-link."""


def find_originals(context: FoldContext, texts: Iterable[str]) -> Originals:
    """Finds for each article the first in rank of those that it is linked to as a copy.

    A stored article keeps its original unless that has a new text or a new article precedes it in rank.

    Args:
        context: the articles and their links.
        texts: the texts of the articles of the window, for their datelines.
    """
    members = context.members
    rank = _rank(members, AGENCIES | {credited(text) for text in texts} - {""})
    place = {member.number: row for row, member in enumerate(members)}
    copies = [part.take(part.copies) for part in (context.links, context.support)]
    ends = np.stack(
        [
            np.concatenate([context.rows(part.left) for part in copies]),
            np.concatenate([context.rows(part.right) for part in copies]),
        ]
    )
    scores = np.concatenate([part.scores for part in copies])
    ruled = context.ruled
    stored = [
        (row, place[member.copy_of], member.similarity)
        for row, member in enumerate(members)
        if member.copy_of in place and member.copy_of not in context.fresh and member.number not in context.fresh
    ]
    if stored:
        newer, older, similarity = zip(*stored, strict=True)
        ends = np.concatenate([ends, np.array([newer, older])], axis=1)
        scores = np.concatenate([scores, similarity])
    allowed = ~ruled.forbids(ends[0], ends[1])
    ends, scores = ends[:, allowed], scores[allowed]
    first = rank[ends].argmin(axis=0)
    older, newer = np.take_along_axis(ends, np.stack([first, 1 - first]), axis=0)
    order = np.lexsort((-scores, rank[older], newer))
    rows, best = np.unique(newer[order], return_index=True)
    copy_of, score = np.arange(len(members)), np.array([member.similarity for member in members])
    copy_of[rows], score[rows] = older[order][best], scores[order][best]
    groups = None
    if ruled.locked.any() or len(ruled.cannot_link):
        copy_of, groups = apply_constraints(copy_of, rank, ruled)
    originals = copy_of
    while not np.array_equal(originals, originals[originals]):
        originals = originals[originals]
    return Originals(rank, copy_of, score, originals, originals if groups is None else groups)


def _rank(members: list[Member], agencies: frozenset[str]) -> NDArray[np.int64]:
    """Ranks agencies first, then by time, then by number."""
    subscribers = np.array([agency_name(member.source) not in agencies for member in members], dtype=np.bool_)
    times = np.array([event_time(member.published, member.first_seen) for member in members], dtype=np.int64)
    rank = np.empty(len(members), dtype=np.int64)
    rank[np.lexsort((times, subscribers))] = np.arange(len(members))
    return rank
