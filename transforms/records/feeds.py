"""Feeds: the requests, their results, and what is remembered between polls."""

from typing import NamedTuple, Optional


class Request(NamedTuple):
    """A request for a feed, with the validators of its last response."""

    feed: str
    """The address as the user named it, without credentials: the identity of a feed."""
    named: str
    """The address as the user named it: may contain credentials, and so is never shown or stored."""
    address: str
    """The address to request, without credentials: where the feed has moved permanently, else `feed`."""
    etag: str
    """As received with the last response that was read, '' for an unconditional request."""
    last_modified: str
    digest: str
    """Digest of the last body that was read, '' to read the body in any case."""
    interval_seconds: int
    """Configured wait between polls of this feed."""


class Poll(NamedTuple):
    """The result of one request for a feed; the commit that stores its entries also updates the feed's state."""

    feed: str
    at: int
    outcome: str
    """One of `transforms.fetch.health.OUTCOMES`."""
    interval_seconds: int
    """Configured wait between polls of this feed."""
    status: int = 0
    """HTTP status, 0 without a response."""
    reason: str = ""
    """The reason why nothing could be read, one of `transforms.rejects.REASONS`, or ''."""
    detail: str = ""
    moved_to: str = ""
    """The address that permanent redirects alone led to, '' without any."""
    etag: str = ""
    """Verbatim, quotation marks included (RFC 9110, section 8.8.3)."""
    last_modified: str = ""
    digest: str = ""
    """Digest of the body that was read, 32 hexadecimal digits."""
    fresh_seconds: int = 0
    """Freshness lifetime from Cache-Control or Expires."""
    retry_seconds: int = 0
    """Wait from Retry-After."""
    requested_interval_seconds: int = 0
    """Wait between polls that the feed itself requests, by ttl or sy:updatePeriod."""
    kind: str = ""
    """Kind of the document, one of `transforms.fetch.kinds.KINDS`."""
    title: str = ""
    """Title of the feed."""
    entries: int = 0
    truncated: int = 0
    """Entries beyond the configured limit."""
    weak_ids: int = 0
    """Entries without an id of their own."""
    parse_warning: str = ""
    """Class name of the exception that feedparser reported and tolerated, or ''."""


class FeedState(NamedTuple):
    """The state of a feed between polls. Times are UTC epoch seconds, 0 for never."""

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
    """Time at which the server last sent a whole body."""
    conditional_polls: int = 0
    """Number of conditional requests since then."""
    address: str = ""
    """The address that it has moved to permanently, '' when it has not."""
    moved_to: str = ""
    """The address that permanent redirects led to at the last poll, '' without any."""
    moves: int = 0
    """Number of successive polls that led there."""
    moved_since: int = 0
    polled_at: int = 0
    succeeded_at: int = 0
    next_poll: int = 0
    requested_interval_seconds: int = 0
    """The wait between polls that the feed itself requests."""
    wait_seconds: int = 0
    """The regular wait between two polls."""
    failures: float = 0.0
    """Sum of the weights of the failures since the last success."""
    status: int = 0
    reason: str = ""
    """The reason why the last poll failed, '' when it did not."""
    detail: str = ""
    entries: int = 0
    truncated: int = 0
    weak_ids: int = 0
    parse_warning: str = ""


class Document(NamedTuple):
    """The bytes of one input, or of one slice of a long one, with the result of the request for them."""

    location: str
    """The source of the bytes, after redirects: a URL without credentials, or a path."""
    feed: str
    """The input as the user named it, without credentials: the identity of a feed or a file."""
    kind: str
    """The kind of the content, one of `transforms.fetch.kinds.KINDS`."""
    content: bytes
    """Decompressed bytes; only article JSON Lines are cut into slices, at line ends."""
    content_type: str
    """The Content-Type header of a response, '' for a file."""
    first_line: int
    """Number of the slice's first line in its file, counted from 1."""
    fetched_at: int
    poll: Optional[Poll] = None  # noqa: UP045
    """The result of the request, None for a file."""

    @property
    def address(self) -> str:
        """The URL it came from, against which relative links in it are resolved; '' for a file."""
        return self.location if "://" in self.location else ""
