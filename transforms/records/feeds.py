"""Feeds: how they are asked, what they answer and what is remembered of them."""

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


class FeedState(NamedTuple):
    """What is remembered of a feed between polls. Times are UTC epoch seconds, 0 for never."""

    feed: str
    """Its address as the user named it, without credentials."""
    title: str = ""
    kind: str = ""
    state: str = "new"
    """One of `transforms.fetch.health.STATES`."""
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    read_at: int = 0
    """When the server last sent a whole body."""
    conditional_polls: int = 0
    """Conditional requests since then."""
    address: str = ""
    """Where it has moved for good, '' when it has not."""
    moved_to: str = ""
    """Where permanent redirects led lately, '' when the last answer came without."""
    moves: int = 0
    """How often in a row."""
    moved_since: int = 0
    polled_at: int = 0
    succeeded_at: int = 0
    next_poll: int = 0
    requested_interval_seconds: int = 0
    """The wait that the feed asks for itself."""
    wait_seconds: int = 0
    """The regular wait between two polls."""
    failures: float = 0.0
    """Sum of the weights of the failures since the last success."""
    status: int = 0
    reason: str = ""
    """Why the last poll failed, '' when it did not."""
    detail: str = ""
    entries: int = 0
    truncated: int = 0
    weak_ids: int = 0
    parse_warning: str = ""


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
