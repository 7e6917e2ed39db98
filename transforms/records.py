"""The records that cross the borders between stages.

Plain immutable tuples without Beam, so that commands which only read a store start at once;
`transforms.coders` registers them as Beam rows. Times are whole seconds since 1970 in UTC. What may be missing is
`Optional`: Beam pickles an `X | None` inside the row, which no runner in Java can read.
"""

from collections.abc import Sequence
from typing import NamedTuple, Optional


class Request(NamedTuple):
    """A feed that is to be asked for, with what its last answer left behind."""

    feed: str
    """The address as the user named it, without credentials: the identity of a feed."""
    named: str
    """The address as the user named it: may hold credentials, and so is never shown or kept."""
    address: str
    """What to ask for, without credentials: where the feed has moved for good, else `feed`."""
    etag: str
    """As received with the last answer that was read, '' for an unconditional request."""
    last_modified: str
    digest: str
    """Of the last body that was read, '' to read whatever comes."""
    interval_seconds: int
    """Configured wait between polls of this feed."""


class Poll(NamedTuple):
    """What one request for a feed taught: the commit that takes in its entries adds it to the feed's history."""

    feed: str
    at: int
    outcome: str
    """One of `transforms.fetch.health.OUTCOMES`."""
    interval_seconds: int
    """Configured wait between polls of this feed."""
    status: int = 0
    """Of HTTP, 0 without an answer."""
    reason: str = ""
    """Why nothing could be read, one of `transforms.rejects.REASONS`, or ''."""
    detail: str = ""
    moved_to: str = ""
    """Where permanent redirects alone led, '' without any."""
    etag: str = ""
    """Verbatim, quotation marks included (RFC 9110, section 8.8.3)."""
    last_modified: str = ""
    digest: str = ""
    """32 hexadecimal digits of the body that was read."""
    fresh_seconds: int = 0
    """What Cache-Control or Expires ask for."""
    retry_seconds: int = 0
    """What Retry-After asks for."""
    requested_interval_seconds: int = 0
    """What the feed itself asks for between polls, by ttl or sy:updatePeriod."""
    kind: str = ""
    """Of the document, one of `transforms.fetch.kinds.KINDS`."""
    title: str = ""
    """Of the feed."""
    entries: int = 0
    truncated: int = 0
    """Entries beyond the configured limit."""
    weak_ids: int = 0
    """Entries without an id of their own."""
    parse_warning: str = ""
    """What feedparser found wrong with it and survived, the class of its exception."""


class Document(NamedTuple):
    """The bytes of one input, or of one slice of a long one, with what fetching them taught."""

    location: str
    """Where the bytes came from, after redirects: a URL without credentials, or a path."""
    feed: str
    """The input as the user named it, without credentials: the identity of a feed or a file."""
    kind: str
    """What the content is, one of `transforms.fetch.kinds.KINDS`."""
    content: bytes
    """Decompressed bytes; only article JSON Lines are cut into slices, at line ends."""
    content_type: str
    """The Content-Type header of a response, '' for a file."""
    first_line: int
    """Number of the slice's first line in its file, counted from 1."""
    fetched_at: int
    poll: Optional[Poll] = None  # noqa: UP045
    """What the request taught, None for a file."""

    @property
    def address(self) -> str:
        """The URL it came from, '' for a file: what relative links in it are resolved against."""
        return self.location if "://" in self.location else ""


class Item(NamedTuple):
    """One feed entry, article row, page or text as it was found: nothing is cleaned yet."""

    kind: str
    """The kind of the document that held it, one of `transforms.fetch.kinds.KINDS`."""
    feed: str
    base: str
    """What relative links are resolved against: a URL, or '' when none is known."""
    id: str
    """GUID, Atom id, JSON Feed id or row id as found, '' without one."""
    url: str
    """As found: relative, tracked or empty."""
    title: str
    """As found: may hold markup and entities."""
    body: str
    body_type: str
    """'html', 'text', or 'extracted' for the output of a text extractor with its page debris."""
    published: str
    """As found, '' without one."""
    updated: str
    language: str
    """As declared by the row, the entry or its feed: a BCP 47 tag, or ''."""
    source: str
    """The outlet's name as declared by the row, the entry or its feed, or ''."""
    shared_url: bool
    """Whether other entries of the same document bear the same link, so that it names none of them."""
    fetched_at: int
    author: str = ""
    """As found, '' without one."""


class Reference(NamedTuple):
    """One place where an article was found."""

    feed: str
    id: str
    """The item's own id in that feed, or ''."""


class Article(NamedTuple):
    """One cleaned article."""

    key: str
    """Identity: 'url:<canonical key>', else 'id:<site>|<id>', else 'text:<site>|<content hash>'."""
    id: str
    """Public id: the row's own id, else 'a_' and 16 hexadecimal digits of the key's SHA-256."""
    url: str
    """Canonical URL that a person can open, or ''."""
    title: str
    text: str
    """Plain text, one paragraph a line."""
    source: str
    """The outlet's name to show."""
    site: str
    """Whose boilerplate it carries: the registrable domain, else the outlet's name, else the feed; '' for a row
    that names none. Equal keys have equal sites."""
    language: str
    """BCP 47 primary subtag, or 'und'."""
    published: Optional[int]  # noqa: UP045
    published_quality: str
    """One of `transforms.clean.dates.QUALITIES`."""
    updated: Optional[int]  # noqa: UP045
    fetched_at: int
    version: int
    """1 for the first content seen, one more for each change."""
    content_hash: str
    """32 hexadecimal digits over title and text as the feed has them: neither the article's page nor the boilerplate
    of its site make a new version."""
    rules: Sequence[str]
    """Names of the cleaning rules that removed something, sorted, each once."""
    references: Sequence[Reference]
    """Every place where this run found it, sorted; the first item of `feed` is not special."""
    feed: str
    """The feed whose content this is."""
    number: int = 0
    """The store's number of the article, 0 before it has one."""
    line_hashes: bytes = b""
    """uint32: the prints that count towards the boilerplate of its site, each once."""
    boilerplate: Sequence[int] = ()
    """Stretches of `text` that are boilerplate of its site, in characters: `[start, end, start, end, ...]`."""
    aliases: Sequence[str] = ()
    """Other keys under which this run found it, and under which it is to be recognised; of the same site."""
    author: str = ""
    """Who wrote it, as the page says, or ''."""


class Rejected(NamedTuple):
    """A dead letter: what could not be used, why, and enough to try again."""

    stage: str
    reason: str
    """One of `transforms.rejects.REASONS`."""
    location: str
    """Path or URL, with ':<line>' behind it for one row of a file."""
    detail: str
    """One line for a person, without credentials."""
    payload: str
    """The article row as JSON when only a row was refused, '' when the location must be read again."""


class Sighting(NamedTuple):
    """A stored article that this window found again unchanged, or one that was deleted and is still in its feed."""

    number: int
    """0 for one that was deleted."""
    references: Sequence[Reference]
    seen_at: int
    aliases: Sequence[str] = ()
    """See `Article.aliases`; of a deleted article all keys that it is known by."""


class Recognised(NamedTuple):
    """What recognising made of one shard of articles: any part may be empty."""

    articles: Sequence[Article]
    """New ones and new versions."""
    sightings: Sequence[Sighting]


class SketchedBlock(NamedTuple):
    """Sketches of a block of articles as columns of native little-endian numbers."""

    articles: Sequence[Article]
    signatures: bytes
    """uint32 [articles, PERMUTATIONS]."""
    shingles: bytes
    """uint32, ascending within an article."""
    shingle_counts: bytes
    """int64, distinct shingles of each article."""
    terms: bytes
    """uint32, ascending within an article."""
    frequencies: bytes
    """uint16, how often each term occurs, the lead counted twice."""
    term_counts: bytes
    """int64, distinct terms of each article."""


class BandShare(NamedTuple):
    """The band keys of one block that fall to one shard, as columns."""

    block: int
    """As of `transforms.match.numbering.block_id`."""
    keys: bytes
    """uint64."""
    rows: bytes
    """int32, the row of the block that holds each key."""
    times: bytes
    """int64: event time of every row of the block."""
    ties: bytes
    """int64: what orders rows of one time."""
    texts: bytes
    """uint64: equal for rows of the same title and text."""


class BlockPairs(NamedTuple):
    """Candidates whose left article stands in one block, as columns."""

    left_rows: bytes
    """int32."""
    rights: bytes
    """int64: blocks of the right articles."""
    right_rows: bytes
    """int32."""


class BlockShingles(NamedTuple):
    """The shingles of a block's articles."""

    values: bytes
    """uint32, ascending within an article."""
    lengths: bytes
    """int64."""


class PairedRows(NamedTuple):
    """Pairs of rows of two blocks on their way to the right one, with the shingles of the left."""

    left: int
    """The left block."""
    left_rows: bytes
    """int32: the rows whose shingles are sent."""
    places: bytes
    """int32: for each pair a place in `left_rows`."""
    right_rows: bytes
    """int32: for each pair a row of the right block."""
    shingles: bytes
    """uint32."""
    shingle_counts: bytes
    """int64."""


class AtBlock(NamedTuple):
    """What meets at a block: its shingles, candidates of its articles, questions of other blocks."""

    shingles: Sequence[BlockShingles]
    """One element or none."""
    pairs: Sequence[BlockPairs]
    asked: Sequence[PairedRows]


class CopyPairs(NamedTuple):
    """Pairs of copies between two blocks of a window, as columns."""

    left: int
    """Of a block, as of `transforms.match.numbering.block_id`."""
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
    """Everything that one window brought, to be matched, folded and written together."""

    blocks: Sequence[SketchedBlock]
    sightings: Sequence[Sighting]
    rejected: Sequence[Rejected]
    polls: Sequence[Poll]
    pairs: Sequence[CopyPairs] = ()
    """The copies within the window, where several workers looked for them."""


class Links(NamedTuple):
    """Verified links as columns; `left` is the newer article, by number."""

    left: bytes
    """int64."""
    right: bytes
    """int64."""
    copies: bytes
    """bool: whether the pair is a copy, else it tells the same story."""
    scores: bytes
    """float64: Jaccard similarity of shingles of a copy, product of term vectors otherwise."""
    containments: bytes
    """float64: containment of the smaller shingle set of a copy, 0 otherwise."""


class IndexSegment(NamedTuple):
    """A segment of `transforms.match.segments` on its way to the store."""

    kind: str
    keys: bytes
    """uint64, ascending."""
    values: bytes
    """uint32."""
    articles: int


class Vectors(NamedTuple):
    """Term vectors of a window's articles, as columns."""

    ids: bytes
    """uint32, ascending: the term of each column."""
    columns: bytes
    """int32, ascending within an article."""
    values: bytes
    """float32."""
    lengths: bytes
    """int64, entries of each article."""


class Matched(NamedTuple):
    """A window with its links and the index segments that a commit adds."""

    block: SketchedBlock
    """All articles of the window in the order of their numbers."""
    links: Links
    segments: Sequence[IndexSegment]
    sightings: Sequence[Sighting]
    rejected: Sequence[Rejected]
    polls: Sequence[Poll]
    vectors: Vectors
    oversized_buckets: int
    """Keys of copies that more articles shared than were paired."""
    template_pairs: int
    """Pairs that were alike by a template alone."""
    as_of: int
    """Commits of the store before anything was read for it."""
    oversized_terms: int
    """Salient words that more articles shared than were paired."""
    pruned_pairs: int
    """Pairs that shared a salient word and so little else of that kind that they were not compared."""


class Link(NamedTuple):
    """One verified link as it is kept: evidence that a person can ask for."""

    left: int
    right: int
    kind: str
    """'copy' or 'story'."""
    score: float
    containment: float
    terms: bytes = b""
    """uint32: the shared terms that count most, the first the most; `transforms.sketch.terms.spell` finds them
    in either text again."""


class Placement(NamedTuple):
    """Where one article stands after the fold."""

    number: int
    story: int
    copy_of: int
    """Number of the article whose text this one copies, 0 for an original."""
    similarity: float
    """To the article it copies (Jaccard), else the mean product with the story's other members."""


class StoryRow(NamedTuple):
    """One story that the fold touched, as the store keeps it."""

    number: int
    id: str
    state: str
    quiet_since: int
    """The store's data clock when the story last changed."""
    record: bytes
    """Its line of stories.jsonl: UTF-8 JSON without the line end."""


class Change(NamedTuple):
    """One line of changes.jsonl."""

    kind: str
    """'new', 'updated', 'merged', 'split', 'moved', 'closed' or 'retracted'."""
    record: bytes
    """UTF-8 JSON without the line end."""


class Delta(NamedTuple):
    """All that one window changes in the store, to be applied in one transaction."""

    block: SketchedBlock
    links: Sequence[Link]
    placements: Sequence[Placement]
    stories: Sequence[StoryRow]
    redirects: Sequence[tuple[int, int]]
    """(story number that ended, story number that lives on)."""
    changes: Sequence[Change]
    segments: Sequence[IndexSegment]
    sightings: Sequence[Sighting]
    rejected: Sequence[Rejected]
    polls: Sequence[Poll]
    clock: int
    """The store's data clock afterwards."""
    as_of: int
    """Commits of the store that it rests on."""


class Committed(NamedTuple):
    """What one commit did."""

    articles: int
    changes: int
