"""One bounded run: lock, read, fold, commit, export."""

import gc
import platform
import secrets
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import apache_beam as beam
import orjson
from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult

from pipeline import graph
from pipeline.config import Config
from pipeline.inputs import NoInputError, expand
from pipeline.outputs.export import Format, export
from pipeline.store import outbox
from pipeline.store.feeds import subscriptions
from pipeline.store.lock import run_lock
from pipeline.store.renew import renew_sketches
from pipeline.store.sql_store import SqlStoreFactory
from transforms.complete.choose import FullText
from transforms.complete.complete_articles import CompleteArticles
from transforms.counts import MICROSECONDS
from transforms.fetch.fetch_documents import FetchDocuments
from transforms.fetch.health import Intervals
from transforms.fetch.http import Limits, without_credentials
from transforms.fetch.poll import Asking
from transforms.fetch.turns import Politeness
from transforms.fold.story_record import iso
from transforms.match.bands import banding

Counts = dict[str, dict[str, int]]


class Report(NamedTuple):
    """What a run did."""

    run: str
    counts: Counts
    """By stage and name."""
    seconds: float


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
    clock: Callable[[], float] = time.time,
) -> Report:
    """Reads the inputs, folds what is new into the store, and writes the files of this run.

    Args:
        inputs: as a person names them; without any, the feeds that are subscribed to.
        output: folder of the files; made when missing.
        store_url: SQLAlchemy address of the store.
        config: thresholds and limits.
        options: Beam's.
        form: of the files.
        refresh: whether feeds are read again, due or not, changed or not.
        clock: gives the time in seconds since 1970.

    Raises:
        InputError: an input does not exist.
        NoInputError: there are neither inputs nor subscriptions.
        LockedError: another run holds this output folder.
        StoreError: the store cannot be opened.
        OSError: the output folder cannot be written.
    """
    locations = expand(inputs)
    if not inputs and store_url == default_store(output) and not output.exists():
        raise NoInputError
    output.mkdir(parents=True, exist_ok=True)
    now = int(clock())
    identity = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now)) + "-" + secrets.token_hex(3)
    factory = SqlStoreFactory(store_url, identity)
    with run_lock(output / "newsfold.lock"), factory() as store:
        store.create()
        renew_sketches(store, bands=banding(config.copies.similarity, config.copies.recall))
        for interrupted, written in outbox.unexported_runs(store):
            export(store, output, interrupted, written.encode(), form)
        locations = locations or [one.named for one in subscriptions(store)]
        if not locations:
            raise NoInputError
        outbox.start_run(store, identity, now)
        started = time.monotonic()
        counts = _run_graph(locations, factory, config, options, now, refresh)
        seconds = time.monotonic() - started
        manifest = _manifest(identity, inputs, config, options, counts, now, seconds)
        outbox.finish_run(store, identity, int(clock()), manifest)
        export(store, output, identity, manifest, form)
    return Report(identity, counts, seconds)


def _run_graph(
    locations: Sequence[str],
    factory: SqlStoreFactory,
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
            asking=asking(config, now),
            politeness=_politeness(config),
            intervals=intervals(config),
            refresh=refresh,
        )
    )
    graph.build(fetched, store=factory, config=config, now=now, complete=_complete(factory, config, now))
    # Records come by hundred thousands and hold no cycles: the collector's passes over them took a tenth of a run.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    result = pipeline.run()
    result.wait_until_finish()
    return _counts(result)


def asking(config: Config, now: int) -> Asking:
    """How feeds are asked in a run that begins now."""
    fetch = config.fetch
    return Asking(
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


def _politeness(config: Config) -> Politeness:
    return Politeness(config.fetch.hosts_at_once, config.fetch.gap_seconds)


def _complete(factory: SqlStoreFactory, config: Config, now: int) -> CompleteArticles | None:
    own = {feed: own.full_text for feed, own in config.feeds.items() if own.full_text is not None}
    full_text = FullText(config.fetch.full_text, own)
    if not full_text.wanted():
        return None
    pages = asking(config, now)
    pages = pages._replace(limits=pages.limits._replace(max_bytes=config.fetch.max_page_bytes))
    return CompleteArticles(store=factory, full_text=full_text, asking=pages, politeness=_politeness(config))


def _counts(result: PipelineResult) -> Counts:
    counts: Counts = {}
    for metric in result.metrics().query(MetricsFilter())["counters"]:
        stage = counts.setdefault(metric.key.metric.namespace, {})
        stage[metric.key.metric.name] = stage.get(metric.key.metric.name, 0) + metric.result
    return {stage: dict(sorted(names.items())) for stage, names in sorted(counts.items())}


def _manifest(
    identity: str,
    inputs: Sequence[str],
    config: Config,
    options: PipelineOptions,
    counts: Counts,
    started: int,
    seconds: float,
) -> bytes:
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
