"""Changes of stories, posted to a webhook as signed JSON by the conventions of https://www.standardwebhooks.com.

The table of changes is the outbox, and a cursor in the store says up to where a webhook has accepted them. So nothing
is lost when a receiver is away or a run is killed: the next run goes on from there, in order. A request that was
accepted without newsfold hearing of it is sent again under the same `webhook-id`, by which a receiver drops it.
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
"""The variable of the environment that holds the secret: a command line can be read by every user of a machine."""
PATIENCE_SECONDS = 10.0
"""Longest that deliveries hold up the end of a run or of a stream."""

_PREFIX = "whsec_"
_LEAST_SECRET, _MOST_SECRET = 24, 64  # bytes, as the specification asks
_MOST_BYTES = 20_000
"""Of the changes in one request, as the specification recommends; one that is larger goes alone."""
_MOST_CHANGES = 200
_ATTEMPT_SECONDS = 10.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds between attempts
_PASSING = (requests.codes.request_timeout, requests.codes.too_early, requests.codes.too_many_requests)
"""Refusals that may be over in a moment; others want a person."""
_LOOK_SECONDS = 0.5
"""Between two looks for changes while a stream goes on."""


class Webhook(NamedTuple):
    """Where changes are posted."""

    url: str
    secret: bytes

    @property
    def key(self) -> str:
        """What its cursor is kept under: addresses of webhooks can hold secrets."""
        return "notify " + hashlib.sha256(self.url.encode()).hexdigest()[:16]


def webhook(url: str, secret: str) -> Webhook:
    """A webhook as a person names it.

    Args:
        url: of http or https; it may be in a private network, since the operator names it.
        secret: 'whsec_' and 24 to 64 bytes in base64.

    Raises:
        UsageError: the URL or the secret is none.
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
    """The header `webhook-signature`.

    Args:
        secret: its bytes.
        identity: the header `webhook-id`.
        timestamp: the header `webhook-timestamp`, when the attempt is made in UTC epoch seconds.
        body: as it is sent.
    """
    digest = hmac.digest(secret, f"{identity}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(digest).decode()


class Message(NamedTuple):
    """The changes of one request."""

    run: str
    epoch: int
    """Of the run: runs are told in this order."""
    started: int
    """When the run began."""
    first: int
    """Position of the first change among those of the run."""
    changes: Sequence[bytes]
    """Lines of changes.jsonl."""

    @property
    def identity(self) -> str:
        """The same for the same changes, whenever they are sent."""
        return f"msg_{self.run}_{self.first}-{self.first + len(self.changes) - 1}"

    def body(self) -> bytes:
        """What is posted."""
        data = {"run": self.run, "first": self.first, "changes": [orjson.Fragment(change) for change in self.changes]}
        return orjson.dumps({"type": "stories.changed", "timestamp": iso(self.started), "data": data})


class _Cursor(NamedTuple):
    """Up to where changes were accepted, as three facts of the store."""

    epoch: int
    next: int
    """Position of the first change of that run that was not."""
    end: int
    """Position after the last change of a request that may have been sent already, 0 for none: whoever tries again
    sends the same."""


def begin(store: SqlStore, hook: Webhook) -> None:
    """Makes the changes of this run, and of all after it, due for a webhook that the store does not know yet.

    Args:
        store: of the run, which has begun and committed nothing.
        hook: where to.
    """
    if _cursor(store, hook) is None:
        with store.reading() as connection:
            epoch = connection.scalar(select(func.max(schema.runs.c.epoch))) or 0
        _write(store, hook, _Cursor(epoch, 0, 0))


def due(store: SqlStore, hook: Webhook) -> Message | None:
    """What is to be sent next, None when all is told.

    Args:
        store: after `begin`.
        hook: where to.
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
    """So many of the first records as one request may hold, one at least."""
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
    """How long to leave the receiver alone at least."""


def _post(session: requests.Session, hook: Webhook, message: Message) -> _Refused | None:
    """Posts a message once; None when it was accepted, by any status of success."""
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
            return _Refused(f"it answered {status}", wait)
    except RejectError as error:
        return _Refused(error.detail, 0)
    except (requests.Timeout, urllib3.exceptions.TimeoutError):
        return _Refused("no answer in time", 0)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        return _Refused(type(error).__name__, 0)


class _Delivery(threading.Thread):
    """Delivers what is due until it is told that no more will come, and then what is left.

    A thread that dies with the process: nothing that a receiver or a name server does can hold up a run.
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
            over = self.over.is_set()  # before the look: what comes after it is none of a run that ended
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
                _LOG.warning("webhook at %s: %s; tried again", host_of(self._hook.url), refused.why)
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
    """Delivers changes as they are committed while the block runs, and at its end what is left.

    That takes `PATIENCE_SECONDS` at most. What is not accepted by then stays due, is logged, and raises nothing.

    Args:
        factory: of the run's store.
        hook: where to, None for nowhere.
        agent: says who posts.
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
            why = delivery.failure or "no answer in time"
            _LOG.error("webhook at %s: %s; the next run tells it what it has missed", host_of(hook.url), why)
