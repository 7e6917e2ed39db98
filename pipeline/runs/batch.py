"""One bounded run: lock, finish what a dead run left, read, fold, commit, export."""

import gc
import platform
import re
import secrets
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import apache_beam as beam
import orjson
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from pipeline.config import Config
from pipeline.inputs.locations import NoInputError, expand
from pipeline.outputs.export import Format, export
from pipeline.outputs.replace import make_folder
from pipeline.outputs.webhook import Webhook, begin, delivering
from pipeline.runs import graph
from pipeline.runs.dry_store import DryStoreFactory
from pipeline.store import outbox
from pipeline.store.errors import StoreError
from pipeline.store.lock import run_lock
from pipeline.store.reindex import index_is_current, reindex_sketches
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from pipeline.store.subscriptions import subscriptions
from transforms.complete.choose import FullText
from transforms.complete.complete_articles import CompleteArticles
from transforms.counts import MICROSECONDS
from transforms.fetch.fetch_documents import FetchDocuments
from transforms.fetch.health import Intervals
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Limits, without_credentials
from transforms.fetch.poll import FetchOptions
from transforms.match.bands import banding
from transforms.ports import CompleteStore, Store, StoreFactory
from transforms.records.times import iso

ENGINE = "beam"
"""Namespace of the engine's own metrics."""

Counts = dict[str, dict[str, int]]


class Report(NamedTuple):
    """What a run did."""

    run: str
    """Its id, '' for a dry one."""
    counts: Counts
    """By stage and name."""
    seconds: float
    changes: Sequence[bytes] = ()
    """What a dry run would have changed: lines of changes.jsonl."""


class BrokenOffError(Exception):
    """A disk or a database failed in the midst of a run; one line says how."""


def default_store(output: Path) -> str:
    """The address of the SQLite store in an output folder."""
    return f"sqlite:///{output / 'newsfold.db'}"


def user_agent(contact: str) -> str:
    """Says who asks, and how to reach the person who runs it (RFC 9110, section 10.1.5)."""
    return f"newsfold/{version('newsfold')}" + (f" (+{contact})" if contact else "")


def run(
    inputs: Sequence[str],
    *,
    output: Path,
    store_url: str,
    config: Config,
    options: PipelineOptions,
    form: Format = "json",
    refresh: bool = False,
    wait_seconds: float = 0,
    notify: Webhook | None = None,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Reads the inputs, folds what is new into the store, and writes the files of this run.

    Killed anywhere, the next run ends in the state that this one would have reached: nothing is kept before the one
    commit, and the files that follow it are written from the store, by the next run if need be.

    Args:
        inputs: as a person names them; without any, the feeds that are subscribed to.
        output: folder of the files; made when missing.
        store_url: SQLAlchemy address of the store.
        config: thresholds and limits.
        options: Beam's.
        form: of the files.
        refresh: whether feeds are read again, due or not, changed or not.
        wait_seconds: how long another run is waited for.
        notify: what is told of the changes of stories, once the files are written.
        clock: gives the time in seconds since 1970.

    Raises:
        InputError: an input does not exist.
        NoInputError: there are neither inputs nor subscriptions.
        LockedError: another run holds the lock.
        StoreError: the store cannot be opened, or fails.
        BrokenOffError: a disk or a database failed a worker.
        OSError: the output folder cannot be written.
    """
    locations = expand(inputs)
    if not inputs and store_url == default_store(output) and not output.exists():
        raise NoInputError
    make_folder(output)
    with run_lock(store_url, wait_seconds), database_in_one_line():
        now = int(clock())
        identity = new_run(now)
        factory = SqlStoreFactory(store_url, identity)
        with factory() as store:
            store.create()
            locations = locations or [one.named for one in subscriptions(store)]
            if not locations:
                raise NoInputError
            begin_run(store, identity, now, output, form, config)
            if notify:
                begin(store, notify)
            started = time.monotonic()
            counts = _run_graph(locations, factory, config, options, now, refresh)
            seconds = time.monotonic() - started
            manifest = manifest_of(identity, inputs, config, options, counts, now, seconds)
            outbox.finish_run(store, identity, int(clock()), manifest)
            export(store, output, identity, manifest, form)
            with delivering(factory, notify, user_agent(config.fetch.contact)):
                pass
    return Report(identity, counts, seconds)


def dry_run(
    inputs: Sequence[str],
    *,
    store_url: str,
    config: Config,
    options: PipelineOptions,
    refresh: bool = False,
    wait_seconds: float = 0,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Does what `run` does but for the commit: reads, folds, and writes nothing.

    Feeds are asked as in a run, and what they answer is not remembered. Takes and raises what `run` does; a store of
    another version, or with sketches of another, is a StoreError.
    """
    locations = expand(inputs)
    database = make_url(store_url)
    absent = database.get_backend_name() == "sqlite" and not Path(database.database or "").exists()
    if absent and not locations:
        raise NoInputError
    bands = banding(config.copies.similarity, config.copies.recall)
    with TemporaryDirectory() as folder, database_in_one_line():
        if absent:
            store_url = default_store(Path(folder))
            with SqlStoreFactory(store_url, "")() as store:
                store.create()
                reindex_sketches(store, bands=bands)
        changes = Path(folder) / "changes"
        factory = DryStoreFactory(store_url, str(changes))
        with run_lock(store_url, wait_seconds), factory() as store:
            store.check()
            if not index_is_current(store, bands=bands):
                raise StoreError("the next run makes the index anew, by other settings: only then can a run be dry")
            locations = locations or [one.named for one in subscriptions(store)]
            if not locations:
                raise NoInputError
            started = time.monotonic()
            counts = _run_graph(locations, factory, config, options, int(clock()), refresh)
            seconds = time.monotonic() - started
        return Report("", counts, seconds, changes.read_bytes().splitlines() if changes.exists() else ())


def begin_run(store: SqlStore, identity: str, now: int, output: Path, form: Format, config: Config) -> None:
    """Takes the store over: from now on no run before this one can write, and what they left undone is done."""
    outbox.start_run(store, identity, now)
    reindex_sketches(store, bands=banding(config.copies.similarity, config.copies.recall))
    _finish_interrupted(store, identity, output, form)


def _finish_interrupted(store: SqlStore, identity: str, output: Path, form: Format) -> None:
    """Writes the files that runs before this one left unwritten; one that committed nothing gets none."""
    for left in outbox.unexported_runs(store, before=identity):
        manifest = left.manifest.encode()
        if left.finished is None:
            content = {"schema": 1, "run": left.id, "started": iso(left.started), "interrupted": True}
            manifest = orjson.dumps(content, option=orjson.OPT_INDENT_2)
            outbox.mark_interrupted(store, left.id, manifest)
        if left.finished is None and not left.committed:
            outbox.mark_exported(store, left.id)
        else:
            export(store, output, left.id, manifest, form)


@contextmanager
def database_in_one_line() -> Iterator[None]:
    """Makes a StoreError of whatever the database says."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the database failed: {' '.join(str(error.orig).split())}") from error


_CAUSES = re.compile(
    r"^(?:RuntimeError: )*(?:sqlalchemy\.exc\.\w+: \([\w.]+\) |pipeline\.store\.(?:\w+\.)*\w+Error: |"
    r"(?:OSError|PermissionError|FileNotFoundError|TimeoutError|Connection\w*Error): )"
    r"(?P<line>.*?)(?: \[while running .*\])?$",
    re.MULTILINE,
)
"""A failure of the outer world in a formatted traceback: Beam's runners hand on no more than that."""


def _cause(error: Exception) -> str | None:
    """The failure of a database or a disk that made Beam's pipeline fail, None for any other."""
    found = list(_CAUSES.finditer("".join(traceback.format_exception_only(error))))
    return found[-1]["line"] if found else None


def _run_graph(
    locations: Sequence[str],
    factory: StoreFactory[Store],
    config: Config,
    options: PipelineOptions,
    now: int,
    refresh: bool,
) -> Counts:
    standard = options.view_as(StandardOptions)
    # Beam's DirectRunner would look for other engines first; the one in this process starts at once.
    standard.runner = standard.runner or "FnApiRunner"
    pipeline = beam.Pipeline(options=options)
    fetched = (
        pipeline
        | "Locations" >> beam.Create(list(locations), reshuffle=False).with_output_types(str)
        | "Fetch"
        >> FetchDocuments(
            store=factory,
            fetch_options=fetch_options(config, now),
            politeness=politeness(config),
            intervals=intervals(config),
            refresh=refresh,
        )
    )
    graph.build(fetched, store=factory, config=config, complete=completing(factory, config, now))
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
    """Records come by hundred thousands and hold no cycles: the collector's passes over them took a tenth of a run."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def new_run(now: int) -> str:
    """The id of a run that begins at a time in seconds: its hour in UTC, and what no other run has."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now)) + "-" + secrets.token_hex(3)


def fetch_options(config: Config, now: int) -> FetchOptions:
    """How feeds are asked in a run that begins now."""
    fetch = config.fetch
    return FetchOptions(
        now,
        Limits(fetch.connect_seconds, fetch.read_seconds, fetch.total_seconds, fetch.max_bytes),
        user_agent(fetch.contact),
        fetch.private_addresses,
    )


def intervals(config: Config) -> Intervals:
    """How often each feed is asked."""
    return Intervals(
        round(config.fetch.interval_minutes * 60),
        {
            feed: round(own.interval_minutes * 60)
            for feed, own in config.feeds.items()
            if own.interval_minutes is not None
        },
    )


def politeness(config: Config) -> Politeness:
    """How hosts are treated."""
    return Politeness(config.fetch.hosts_at_once, config.fetch.gap_seconds)


def completing(factory: StoreFactory[CompleteStore], config: Config, now: int) -> CompleteArticles | None:
    """What asks for the pages of articles, None where no feed wants that."""
    own = {feed: own.full_text for feed, own in config.feeds.items() if own.full_text is not None}
    full_text = FullText(config.fetch.full_text, own)
    if not full_text.wanted():
        return None
    pages = fetch_options(config, now)
    pages = pages._replace(limits=pages.limits._replace(max_bytes=config.fetch.max_page_bytes))
    return CompleteArticles(store=factory, full_text=full_text, fetch_options=pages, politeness=politeness(config))


def counts_of(result: PipelineResult) -> Counts:
    """All counters of newsfold's stages, by stage and name; portable engines add counters of their own."""
    counts: Counts = {}
    for metric in result.metrics().query(MetricsFilter())["counters"]:
        if metric.key.metric.namespace == ENGINE:
            continue
        stage = counts.setdefault(metric.key.metric.namespace, {})
        stage[metric.key.metric.name] = stage.get(metric.key.metric.name, 0) + metric.result
    return {stage: dict(sorted(names.items())) for stage, names in sorted(counts.items())}


def manifest_of(
    identity: str,
    inputs: Sequence[str],
    config: Config,
    options: PipelineOptions,
    counts: Counts,
    started: int,
    seconds: float,
) -> bytes:
    """The content of manifest.json."""
    content: dict[str, Any] = {
        "schema": 1,
        "run": identity,
        "started": iso(started),
        "seconds": round(seconds, 3),
        "inputs": [without_credentials(given) for given in inputs],
        "config": config.model_dump(),
        "runner": options.view_as(StandardOptions).runner,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("newsfold", "apache-beam", "feedparser", "datasketch", "numpy")},
        },
        "counts": {
            stage: {name: amount for name, amount in names.items() if name != MICROSECONDS}
            for stage, names in counts.items()
        },
        "stage_seconds": {
            stage: round(names[MICROSECONDS] / 1e6, 3) for stage, names in counts.items() if MICROSECONDS in names
        },
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
