"""The life of a run, whatever it does: the lock, the take-over of the store, the manifest, the files, the webhook."""

import platform
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import orjson

from pipeline.inputs.locations import NoInputError
from pipeline.outputs import webhook
from pipeline.outputs.export import export
from pipeline.outputs.replace import make_folder
from pipeline.runs.request import RunRequest
from pipeline.settings import bands, user_agent
from pipeline.store import outbox
from pipeline.store.lock import run_lock
from pipeline.store.reindex import reindex_sketches
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from pipeline.store.subscriptions import subscriptions
from transforms.records.times import iso

_PACKAGES = ("newsfold", "apache-beam", "feedparser", "datasketch", "numpy")


def named_or_subscribed(named: Sequence[str], store: SqlStore) -> Sequence[str]:
    """What a run reads: the locations that were named, else the feeds that are subscribed to.

    Raises:
        NoInputError: there are neither.
    """
    found = named or [one.named for one in subscriptions(store)]
    if not found:
        raise NoInputError
    return found


@dataclass
class RunSession:
    """A run that holds the lock of its store.

    Attributes:
        request: what it is to do.
        clock: gives the time in UTC epoch seconds.
        started: by the clock.
        factory: opens the store in a worker.
        store: open for this run.
    """

    request: RunRequest
    clock: Callable[[], float]
    started: int
    factory: SqlStoreFactory
    store: SqlStore
    _began: float = field(default=0.0, init=False)

    @property
    def id(self) -> str:
        """Its id."""
        return self.factory.run

    def begin(self) -> None:
        """Takes the store over: no earlier run can write any more, and what those left undone is done."""
        outbox.start_run(self.store, self.id, self.started)
        reindex_sketches(self.store, bands=bands(self.request.config))
        self._finish_interrupted()
        if self.request.notify:
            webhook.begin(self.store, self.request.notify)
        self._began = time.monotonic()

    def _finish_interrupted(self) -> None:
        """Writes the files that earlier runs left unwritten; one that committed nothing gets none."""
        for left in outbox.unexported_runs(self.store, before=self.id):
            manifest = left.manifest.encode()
            if left.finished is None:
                manifest = _manifest(left.id, left.started, {"interrupted": True})
                outbox.mark_interrupted(self.store, left.id, manifest)
            if left.finished is None and not left.committed:
                outbox.mark_exported(self.store, left.id)
            else:
                export(self.store, self.request.output, left.id, manifest, self.request.form)

    def finish(self, did: Mapping[str, Any]) -> float:
        """Records what the run did and writes its files.

        Args:
            did: what its manifest says beside what every manifest says.

        Returns:
            Seconds since it began.
        """
        seconds = time.monotonic() - self._began
        versions = {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
        content = {
            "seconds": round(seconds, 3),
            **did,
            "config": self.request.config.model_dump(),
            "versions": versions,
        }
        manifest = _manifest(self.id, self.started, content)
        outbox.finish_run(self.store, self.id, int(self.clock()), manifest)
        export(self.store, self.request.output, self.id, manifest, self.request.form)
        return seconds

    def delivering(self) -> AbstractContextManager[None]:
        """Tells the webhook of changes as they are committed while the block runs, and at its end what is left."""
        return webhook.delivering(self.factory, self.request.notify, user_agent(self.request.config.fetch.contact))


@contextmanager
def run_session(request: RunRequest, clock: Callable[[], float] = time.time) -> Iterator[RunSession]:
    """Opens a run that nobody knows of until it begins.

    Args:
        request: what it is to do.
        clock: gives the time in UTC epoch seconds.

    Raises:
        LockedError: another run holds the lock.
        StoreError: the store cannot be opened, or fails.
        OSError: the output folder cannot be written.
    """
    make_folder(request.output.path)
    with run_lock(request.store, request.wait_seconds):
        started = int(clock())
        factory = SqlStoreFactory(request.store, _new_id(started))
        with factory() as store:
            store.create()
            yield RunSession(request, clock, started, factory, store)


def _new_id(now: int) -> str:
    """The id of a run that begins at a time in seconds: its second in UTC, and what no other run has."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now)) + "-" + secrets.token_hex(3)


def _manifest(run: str, started: int, content: Mapping[str, Any]) -> bytes:
    """The content of manifest.json."""
    return orjson.dumps({"schema": 1, "run": run, "started": iso(started), **content}, option=orjson.OPT_INDENT_2)
