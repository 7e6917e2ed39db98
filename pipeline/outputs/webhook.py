"""Delivery of story changes to a webhook as signed JSON, following https://www.standardwebhooks.com.

The table of changes is the outbox, and a cursor in the store marks how far a webhook has accepted them. Nothing is lost
if a receiver is down or a run is killed: the next run continues at the cursor, in order. If a request was accepted but
its response was lost, it is sent again under the same `webhook-id`, by which the receiver drops the duplicate.
"""

import base64
import binascii
import hashlib
import hmac
import logging
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import orjson
import requests
import urllib3
from sqlalchemy import and_, delete, func, insert, not_, select

from pipeline.errors import UsageError
from pipeline.store import schema
from pipeline.store.errors import StoreError
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from transforms.fetch.connections import open_session
from transforms.fetch.freshness import retry_seconds
from transforms.fetch.http import host_of
from transforms.fetch.kinds import is_url
from transforms.records.times import iso
from transforms.rejects import RejectError

_LOG = logging.getLogger(__name__)

SECRET = "NEWSFOLD_NOTIFY_SECRET"  # noqa: S105
"""Environment variable that holds the secret: a command line can be read by every user of a machine."""
PATIENCE_SECONDS = 10.0
"""Longest time that deliveries may delay the end of a run or a stream."""

_PREFIX = "whsec_"
_LEAST_SECRET, _MOST_SECRET = 24, 64  # bytes, as the specification requires
_MOST_BYTES = 20_000
"""Maximum size of the changes in one request, as the specification recommends; a larger change is sent alone."""
_MOST_CHANGES = 200
_ATTEMPT_SECONDS = 10.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds between attempts
_PASSING = (requests.codes.request_timeout, requests.codes.too_early, requests.codes.too_many_requests)
"""Transient client errors; all other 4xx responses need the operator."""
_LOOK_SECONDS = 0.5
"""Polling interval for new changes while a stream runs."""


class Webhook(NamedTuple):
    """A receiver of changes."""

    url: str
    secret: bytes

    @property
    def key(self) -> str:
        """Key of its cursor in the store: a hash, since URLs of webhooks can contain secrets."""
        return "notify " + hashlib.sha256(self.url.encode()).hexdigest()[:16]


def webhook(url: str, secret: str) -> Webhook:
    """Validates a URL and a secret and returns the webhook.

    Args:
        url: http or https URL; private networks are allowed, since the operator chooses it.
        secret: 'whsec_' followed by 24 to 64 bytes in base64.

    Raises:
        UsageError: the URL or the secret is invalid.
    """
    if not is_url(url) or not host_of(url):
        raise UsageError("must be an address of http or https")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not _LEAST_SECRET <= len(key) <= _MOST_SECRET:
        raise UsageError(f"{SECRET} must hold {_PREFIX} and {_LEAST_SECRET} to {_MOST_SECRET} bytes in base64")
    return Webhook(url, key)


def sign(secret: bytes, identity: str, timestamp: int, body: bytes) -> str:
    """Returns the value of the header `webhook-signature`.

    Args:
        secret: key of the HMAC.
        identity: value of the header `webhook-id`.
        timestamp: value of the header `webhook-timestamp`: time of the attempt in UTC epoch seconds.
        body: request body.
    """
    digest = hmac.digest(secret, f"{identity}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


class Message(NamedTuple):
    """The changes of one request."""

    run: str
    epoch: int
    """Epoch of the run; runs are delivered in this order."""
    started: int
    """Start of the run in UTC epoch seconds."""
    first: int
    """Position of the first change within the run."""
    changes: Sequence[bytes]
    """Lines of changes.jsonl."""

    @property
    def identity(self) -> str:
        """Value of `webhook-id`, the same whenever the same changes are sent."""
        return f"msg_{self.run}_{self.first}-{self.first + len(self.changes) - 1}"

    def body(self) -> bytes:
        """Returns the request body."""
        data = {"run": self.run, "first": self.first, "changes": [orjson.Fragment(change) for change in self.changes]}
        return orjson.dumps({"type": "stories.changed", "timestamp": iso(self.started), "data": data})


class _Cursor(NamedTuple):
    """How far changes were accepted, stored as three rows of store_meta."""

    epoch: int
    next: int
    """Position of the first change of that run that was not accepted."""
    end: int
    """Position after the last change of a request that may have been sent already, 0 for none; a retry sends the same
    changes."""


def begin(store: SqlStore, hook: Webhook) -> None:
    """Registers a new webhook to receive the changes of this run and all later ones; does nothing if it is known.

    Args:
        store: store of the run, which has begun and committed nothing.
        hook: receiver of the changes.
    """
    if _cursor(store, hook) is None:
        with store.reading() as connection:
            epoch = connection.scalar(select(func.max(schema.runs.c.epoch))) or 0
        _write(store, hook, _Cursor(epoch, 0, 0))


def due(store: SqlStore, hook: Webhook) -> Message | None:
    """Returns the next message to send, None if all changes were accepted.

    Args:
        store: store on which `begin` was called.
        hook: receiver of the changes.
    """
    at = _cursor(store, hook)
    if at is None:
        return None
    runs, changes = schema.runs.c, schema.changes.c
    pending = (
        select(runs.id, runs.epoch, runs.started, changes.position, changes.record)
        .join(schema.changes, changes.run == runs.id)
        .where(runs.epoch >= at.epoch, not_(and_(runs.epoch == at.epoch, changes.position < at.next)))
        .order_by(runs.epoch, changes.position)
        .limit(_MOST_CHANGES)
    )
    with store.reading() as connection:
        rows = connection.execute(pending).all()
    if not rows:
        return None
    head = rows[0]
    same = [row for row in rows if row.id == head.id]
    if head.epoch == at.epoch and at.end:
        chosen = [row.record for row in same if row.position < at.end]
    else:
        chosen = _within([row.record for row in same])
        _write(store, hook, _Cursor(head.epoch, head.position, head.position + len(chosen)))
    return Message(head.id, head.epoch, head.started, head.position, chosen)


def _within(records: Sequence[bytes]) -> list[bytes]:
    """Returns as many of the first records as fit in one request, at least one."""
    total, chosen = 0, list[bytes]()
    for record in records:
        total += len(record)
        if chosen and total > _MOST_BYTES:
            break
        chosen.append(record)
    return chosen


def _accepted(store: SqlStore, hook: Webhook, message: Message) -> None:
    _write(store, hook, _Cursor(message.epoch, message.first + len(message.changes), 0))


def _cursor(store: SqlStore, hook: Webhook) -> _Cursor | None:
    meta = schema.store_meta.c
    names = [f"{hook.key} {field}" for field in _Cursor._fields]
    with store.reading() as connection:
        found = {
            row.name: row.value for row in connection.execute(select(meta.name, meta.value).where(meta.name.in_(names)))
        }
    return _Cursor(*(found[name] for name in names)) if found else None


def _write(store: SqlStore, hook: Webhook, cursor: _Cursor) -> None:
    rows = [{"name": f"{hook.key} {field}", "value": value} for field, value in cursor._asdict().items()]
    with store.writing() as connection:
        connection.execute(delete(schema.store_meta).where(schema.store_meta.c.name.in_([row["name"] for row in rows])))
        connection.execute(insert(schema.store_meta), rows)


class _Refused(NamedTuple):
    """A request that was not accepted."""

    why: str
    wait_seconds: float
    """Minimum time before the next attempt."""


def _post(session: requests.Session, hook: Webhook, message: Message) -> _Refused | None:
    """Posts a message once; returns None if it was accepted with any 2xx status."""
    now, body = int(time.time()), message.body()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.identity,
        "webhook-timestamp": str(now),
        "webhook-signature": sign(hook.secret, message.identity, now, body),
    }
    try:
        with session.post(
            hook.url, data=body, headers=headers, timeout=_ATTEMPT_SECONDS, allow_redirects=False, stream=True
        ) as response:
            if 200 <= response.status_code < 300:
                return None
            status = response.status_code
            hardly = 400 <= status < 500 and status not in _PASSING
            wait = _LONGEST_WAIT if hardly else retry_seconds(response.headers, now)
            return _Refused(f"HTTP status {status}", wait)
    except RejectError as error:
        return _Refused(error.detail, 0)
    except (requests.Timeout, urllib3.exceptions.TimeoutError):
        return _Refused("no response in time", 0)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        return _Refused(type(error).__name__, 0)


class _Delivery(threading.Thread):
    """Daemon thread that delivers due changes until `over` is set, and then the remaining ones.

    It dies with the process: no receiver or name server can hold up a run.
    """

    def __init__(self, factory: SqlStoreFactory, hook: Webhook, agent: str) -> None:
        super().__init__(name="notify", daemon=True)
        self.over, self.abandoned = threading.Event(), threading.Event()
        self.failure = ""
        self._factory, self._hook, self._agent = factory, hook, agent

    def run(self) -> None:
        try:
            with self._factory() as store, open_session(private_addresses=True) as session:
                session.headers["User-Agent"] = self._agent
                self._deliver(store, session)
        except StoreError as error:
            self.failure = " ".join(str(error).split())

    def _deliver(self, store: SqlStore, session: requests.Session) -> None:
        wait = _FIRST_WAIT
        while not self.abandoned.is_set():
            over = self.over.is_set()  # read before the query, so that no change committed in between is missed
            message = due(store, self._hook)
            if message is None:
                if over:
                    return
                self.over.wait(_LOOK_SECONDS)
                continue
            session.cookies.clear()
            refused = _post(session, self._hook, message)
            if refused is None:
                _accepted(store, self._hook, message)
                wait, self.failure = _FIRST_WAIT, ""
                continue
            if not self.failure:
                _LOG.warning("webhook at %s: %s; retrying", host_of(self._hook.url), refused.why)
            self.failure = refused.why
            pause = max(wait * random.uniform(0.5, 1), refused.wait_seconds)  # noqa: S311
            wait = min(wait * 2, _LONGEST_WAIT)
            if self.over.is_set():
                if pause > PATIENCE_SECONDS:
                    return
                self.abandoned.wait(pause)
            elif self.over.wait(pause):
                wait = _FIRST_WAIT


@contextmanager
def delivering(factory: SqlStoreFactory, hook: Webhook | None, agent: str) -> Iterator[None]:
    """Delivers changes as they are committed while the block runs, and the remaining ones at its end.

    The remaining ones take at most `PATIENCE_SECONDS`. Changes that are not accepted by then stay due and are logged;
    no error is raised.

    Args:
        factory: opens the run's store.
        hook: receiver of the changes, None for none.
        agent: User-Agent header of the requests.
    """
    if hook is None:
        yield
        return
    delivery = _Delivery(factory, hook, agent)
    delivery.start()
    try:
        yield
    finally:
        delivery.over.set()
        delivery.join(PATIENCE_SECONDS)
        delivery.abandoned.set()
        if delivery.is_alive() or delivery.failure:
            why = delivery.failure or "no response in time"
            _LOG.error("webhook at %s: %s; the next run sends the missing changes", host_of(hook.url), why)
