"""The life cycle shared by all runs: lock, takeover of the store, manifest, output files, webhook."""

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
from pipeline.store.reindex import reindex_if_outdated
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from pipeline.store.subscriptions import subscriptions
from transforms.records.times import iso

_PACKAGES = ("newsfold", "apache-beam", "feedparser", "datasketch", "numpy")


def named_or_subscribed(named: Sequence[str], store: SqlStore) -> Sequence[str]:
    """Returns the locations that a run reads: the given ones, or all subscribed feeds if none are given.

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
        request: parameters of the run.
        clock: returns the time in UTC epoch seconds.
        started: start of the run in UTC epoch seconds.
        factory: opens the store in a worker.
        store: the store, open for this run.
    """

    request: RunRequest
    clock: Callable[[], float]
    started: int
    factory: SqlStoreFactory
    store: SqlStore
    _began: float = field(default=0.0, init=False)

    @property
    def id(self) -> str:
        """Id of the run."""
        return self.factory.run

    def begin(self) -> None:
        """Takes over the store: fences off earlier runs and finishes what they left undone."""
        outbox.start_run(self.store, self.id, self.started)
        reindex_if_outdated(self.store, bands=bands(self.request.config))
        self._finish_interrupted()
        if self.request.notify:
            webhook.begin(self.store, self.request.notify)
        self._began = time.monotonic()

    def _finish_interrupted(self) -> None:
        """Writes the missing files of earlier runs; a run that committed nothing gets none."""
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
            did: fields of the manifest that are specific to this kind of run.

        Returns:
            Seconds since `begin`.
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
        """Posts changes to the webhook as they are committed in the block, and the remaining ones at its end."""
        return webhook.delivering(self.factory, self.request.notify, user_agent(self.request.config.fetch.contact))


@contextmanager
def run_session(request: RunRequest, clock: Callable[[], float] = time.time) -> Iterator[RunSession]:
    """Takes the run lock and opens the store; nothing is recorded until `RunSession.begin`.

    Args:
        request: parameters of the run.
        clock: returns the time in UTC epoch seconds.

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
    """Returns a unique run id: the start of the run in UTC, to the second, and a random suffix."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now)) + "-" + secrets.token_hex(3)


def _manifest(run: str, started: int, content: Mapping[str, Any]) -> bytes:
    """Returns the content of manifest.json."""
    return orjson.dumps({"schema": 1, "run": run, "started": iso(started), **content}, option=orjson.OPT_INDENT_2)
