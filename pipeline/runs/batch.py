"""A bounded run, dry or not."""

import gc
import re
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from sqlalchemy import make_url

from pipeline.errors import NewsfoldError
from pipeline.inputs.locations import NoInputError, expand
from pipeline.outputs.folder import OutputFolder
from pipeline.runs import graph
from pipeline.runs.counters import counts_of, graph_record
from pipeline.runs.dry_store import DryStoreFactory
from pipeline.runs.request import Counts, Report, RunRequest
from pipeline.runs.session import named_or_subscribed, run_session
from pipeline.settings import bands, fetch_options, intervals
from pipeline.store.errors import StoreError
from pipeline.store.lock import run_lock
from pipeline.store.reindex import index_is_current, reindex_if_outdated
from pipeline.store.sql_store import SqlStoreFactory
from transforms.fetch.fetch_documents import FetchDocuments
from transforms.ports import Store, StoreFactory


class BrokenOffError(NewsfoldError):
    """A disk or a database failed during a run."""


def run(request: RunRequest, *, clock: Callable[[], float] = time.time) -> Report:
    """Reads the inputs, folds what is new into the store, and writes the files of this run.

    If it is killed anywhere, the next run reaches the state that this one would have reached: nothing is stored before
    the single commit, and the files are then written from the store, by the next run if necessary. Changes are posted
    to the webhook after the files are written.

    Args:
        request: parameters of the run.
        clock: returns the time in UTC epoch seconds.

    Raises:
        InputError: an input does not exist.
        NoInputError: there are neither inputs nor subscriptions.
        LockedError: another run holds the lock.
        StoreError: the store cannot be opened, or fails.
        BrokenOffError: a disk or a database failed a worker.
        OSError: the output folder cannot be written.
    """
    named = expand(request.inputs)
    if not named and not request.store_url and not request.output.path.exists():
        raise NoInputError
    with run_session(request, clock) as session:
        locations = named_or_subscribed(named, session.store)
        session.begin()
        options = PipelineOptions(list(request.beam))
        counts = _run_graph(locations, session.factory, request, options, session.started)
        seconds = session.finish(graph_record(request.inputs, options, counts))
        with session.delivering():
            pass
    return Report(session.id, counts, seconds)


def dry_run(request: RunRequest, *, clock: Callable[[], float] = time.time) -> Report:
    """Does what `run` does except the commit: reads and folds, and writes nothing.

    Feeds are requested as in a run, but their state is not stored. Takes and raises the same as `run`; also raises
    StoreError if the store or its sketches are not of the current version and settings.
    """
    named = expand(request.inputs)
    url = request.store
    database = make_url(url)
    absent = database.get_backend_name() == "sqlite" and not Path(database.database or "").exists()
    if absent and not named:
        raise NoInputError
    with TemporaryDirectory() as folder:
        if absent:
            url = OutputFolder(Path(folder)).store_url
            with SqlStoreFactory(url, "")() as store:
                store.create()
                reindex_if_outdated(store, bands=bands(request.config))
        changes = Path(folder) / "changes"
        factory = DryStoreFactory(url, str(changes))
        with run_lock(url, request.wait_seconds), factory() as store:
            store.check()
            if not index_is_current(store, bands=bands(request.config)):
                raise StoreError("the settings of the index have changed: newsfold reindex first")
            locations = named_or_subscribed(named, store)
            began = time.monotonic()
            options = PipelineOptions(list(request.beam))
            counts = _run_graph(locations, factory, request, options, int(clock()))
            seconds = time.monotonic() - began
        return Report("", counts, seconds, changes.read_bytes().splitlines() if changes.exists() else ())


_CAUSES = re.compile(
    r"^(?:RuntimeError: )*(?:sqlalchemy\.exc\.\w+: \([\w.]+\) |pipeline\.store\.(?:\w+\.)*\w+Error: |"
    r"(?:OSError|PermissionError|FileNotFoundError|TimeoutError|Connection\w*Error): )"
    r"(?P<line>.*?)(?: \[while running .*\])?$",
    re.MULTILINE,
)
"""Matches a failure of the environment in a formatted traceback, which is all that Beam's runners pass on."""


def _cause(error: Exception) -> str | None:
    """Returns the message of the database or disk error that made the pipeline fail, None for any other error."""
    found = list(_CAUSES.finditer("".join(traceback.format_exception_only(error))))
    return found[-1]["line"] if found else None


def _run_graph(
    locations: Sequence[str], factory: StoreFactory[Store], request: RunRequest, options: PipelineOptions, now: int
) -> Counts:
    standard = options.view_as(StandardOptions)
    # Beam's DirectRunner would look for other runners first; the in-process one starts immediately.
    standard.runner = standard.runner or "FnApiRunner"
    pipeline = beam.Pipeline(options=options)
    config = request.config
    fetched = (
        pipeline
        | "Locations" >> beam.Create(list(locations), reshuffle=False).with_output_types(str)
        | "Fetch"
        >> FetchDocuments(
            store=factory,
            fetch_options=fetch_options(config, now),
            intervals=intervals(config),
            refresh=request.refresh,
        )
    )
    graph.build(fetched, store=factory, config=config, complete=graph.completing(factory, config, now))
    try:
        with _few_collections():
            result = pipeline.run()
            result.wait_until_finish()
    except (RuntimeError, StoreError, OSError) as error:
        cause = _cause(error)
        if cause is None:
            raise
        raise BrokenOffError(f"the run broke off: {cause}") from error
    return counts_of(result)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Makes garbage collection rare while the block runs.

    Hundreds of thousands of records hold no cycles, and the collector's passes over them took a tenth of a run.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
