"""Polls one feed with a conditional request and reports the outcome as a `Poll`."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import requests

from transforms.fetch.freshness import fresh_seconds, retry_seconds
from transforms.fetch.health import DEFERRED, READ, REFUSED, UNCHANGED
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Answer, Limits, credentials_of, get
from transforms.fetch.kinds import recognise
from transforms.records import Document, Poll, Request
from transforms.rejects import RejectError

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.5"
)
_NOT_MODIFIED = 304
_STATUS_REASONS = {401: "denied", 403: "denied", 404: "not_found", 410: "gone", 429: "throttled"}


class FetchOptions(NamedTuple):
    """Options that all requests of a run share."""

    now: int
    """Time of the polls in UTC epoch seconds; becomes `fetched_at` of documents."""
    limits: Limits
    user_agent: str
    """Names this program and a contact of whoever runs it."""
    private_addresses: bool
    """Whether addresses outside the public internet may be contacted."""
    politeness: Politeness = Politeness()


class PollResult(NamedTuple):
    """The outcome of one poll."""

    poll: Poll
    document: Document | None
    """What is to be parsed, with the poll inside; None when nothing new was read."""


def poll_feed(
    session: requests.Session,
    request: Request,
    fetch_options: FetchOptions,
    admit: Callable[[str], AbstractContextManager[Any]] = nullcontext,
) -> PollResult:
    """Fetches a feed if it has changed; never raises for what a server does.

    ETag and Last-Modified are sent back verbatim. Some servers ignore them, so a body that is identical to the last
    one counts as unchanged too.

    Args:
        session: as returned by `transforms.fetch.connections.open_session`.
        request: the feed, with what is known from its last response.
        fetch_options: options of the request.
        admit: as for `transforms.fetch.http.get`.
    """
    validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    validators = {name: value for name, value in validators.items() if value}
    headers = {"User-Agent": fetch_options.user_agent, "Accept": _ACCEPT} | validators
    poll = Poll(request.feed, fetch_options.now, REFUSED, request.interval_seconds)
    try:
        credentials = credentials_of(request.named)
        if credentials and session.should_strip_auth(request.named, request.address):
            credentials = None
        answer = get(
            session, request.address, limits=fetch_options.limits, headers=headers, credentials=credentials, admit=admit
        )
        poll = _with_headers(poll, answer)
        if answer.status != _NOT_MODIFIED or not validators:
            check_status(answer.status)
        digest = hashlib.blake2b(answer.content, digest_size=16).hexdigest() if answer.content else ""
        if answer.status == _NOT_MODIFIED or (digest and digest == request.digest):
            return PollResult(poll._replace(outcome=UNCHANGED), None)
        content_type = answer.headers.get("Content-Type", "")
        kind = recognise(answer.content, answer.location, content_type)
    except RejectError as error:
        return PollResult(poll._replace(reason=error.reason, detail=error.detail), None)
    poll = poll._replace(outcome=READ, kind=kind, digest=digest)
    document = Document(answer.location, request.feed, kind, answer.content, content_type, 1, fetch_options.now, poll)
    return PollResult(poll, document)


def deferred(request: Request, now: int, cause: Poll) -> Poll:
    """Returns the poll of a feed that is put off because its host has just answered "too many requests".

    Args:
        request: the request that is not sent.
        now: UTC epoch seconds.
        cause: the poll of another feed that the host answered so.
    """
    return Poll(request.feed, now, DEFERRED, request.interval_seconds, retry_seconds=cause.retry_seconds)


def _with_headers(poll: Poll, answer: Answer) -> Poll:
    return poll._replace(
        status=answer.status,
        moved_to=answer.moved_to,
        etag=answer.headers.get("ETag", ""),
        last_modified=answer.headers.get("Last-Modified", ""),
        fresh_seconds=fresh_seconds(answer.headers, poll.at),
        retry_seconds=retry_seconds(answer.headers, poll.at),
    )


def check_status(status: int) -> None:
    """Rejects every status but 200.

    Raises:
        RejectError: 'denied', 'not_found', 'gone', 'throttled', 'server_error' or 'http_error'.
    """
    if status == requests.codes.ok:
        return
    reason = _STATUS_REASONS.get(status, "server_error" if status >= 500 else "http_error")
    raise RejectError(reason, f"HTTP status {status}")
