"""Stories: their members, the links between them, and everything that one window changes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from transforms.records.articles import Rejected, Sighting
from transforms.records.feeds import Poll
from transforms.records.index import Segment, Sketched

MUST_LINK, CANNOT_LINK, PINNED = "must_link", "cannot_link", "pinned"


class Member(NamedTuple):
    """A stored article as a member of its story."""

    number: int
    story: int
    id: str
    url: str
    title: str
    source: str
    site: str
    """See `Article.site`."""
    language: str
    published: int | None
    published_quality: str
    first_seen: int
    version: int
    copy_of: int
    """Number of the article that it copies, 0 for an original."""
    similarity: float


class StoredStory(NamedTuple):
    """A story as the store keeps it."""

    number: int
    id: str
    state: str
    """'active', 'closed' or 'merged'."""
    quiet_since: int
    """The store's data clock when the story last changed."""
    merged_from: Sequence[str]
    """The ids of the stories that were merged into it, the earliest first."""
    split_from: str | None
    """The id of the story that it was split from."""
    record: bytes
    """Its line of stories.jsonl: UTF-8 JSON without the line end."""


class Ruling(NamedTuple):
    """A person's decision about one or two articles, the smaller number on the left; see `transforms.fold.rulings`."""

    kind: str
    left: int
    right: int | None = None
    """None for a pinned article."""


class Link(NamedTuple):
    """One verified link as stored: the evidence that is shown for a story."""

    left: int
    right: int
    kind: str
    """'copy' or 'story'."""
    score: float
    containment: float
    terms: bytes = b""
    """uint32: the shared terms with the greatest weights, in descending order; `transforms.sketch.terms.spell` finds
    them in either text."""


class Placement(NamedTuple):
    """The story of one article after the fold."""

    number: int
    story: int
    copy_of: int
    """Number of the article whose text this one copies, 0 for an original."""
    similarity: float
    """Jaccard similarity to the article it copies, else the mean product with the story's other members."""


class Change(NamedTuple):
    """One line of changes.jsonl."""

    kind: str
    """'new', 'updated', 'merged', 'split', 'moved', 'closed' or 'retracted'."""
    record: bytes
    """UTF-8 JSON without the line end."""


class Delta(NamedTuple):
    """Everything that one window changes in the store, applied in one transaction."""

    sketched: Sketched
    """The articles of the window, numbered."""
    links: Sequence[Link]
    placements: Sequence[Placement]
    stories: Sequence[StoredStory]
    redirects: Sequence[tuple[int, int]]
    """Pairs of story numbers: the one that ended, and the one that it was merged into."""
    changes: Sequence[Change]
    segments: Mapping[str, Segment]
    """Index segments of these articles, by kind; see `transforms.match.segments`."""
    sightings: Sequence[Sighting]
    rejected: Sequence[Rejected]
    polls: Sequence[Poll]
    clock: int
    """The store's data clock afterwards."""
    as_of: int
    """Number of the store's commits when the window was read."""
