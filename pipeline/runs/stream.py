"""One unending run: feeds are asked as they fall due, and every few seconds a window is folded and committed."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult, PipelineState
from apache_beam.transforms.window import FixedWindows

from pipeline.config import Config
from pipeline.inputs.locations import NoInputError, expand
from pipeline.outputs.export import Format, export
from pipeline.outputs.webhook import Webhook, begin, delivering
from pipeline.runs import graph
from pipeline.runs.batch import (
    Report,
    begin_run,
    completing,
    counts_of,
    database_in_one_line,
    fetch_options,
    intervals,
    manifest_of,
    new_run,
    politeness,
    user_agent,
)
from pipeline.runs.beam_options import FlinkOptions
from pipeline.runs.prism import prism_running
from pipeline.store import outbox
from pipeline.store.lock import run_lock
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from pipeline.store.subscriptions import subscriptions
from transforms.fetch.fetch_documents import FetchedDocuments
from transforms.fetch.keep_polling import KeepPolling
from transforms.fetch.kinds import is_url

_YEARS = 10 * 365 * 86_400
"""Seconds that a stream may last, for Beam's client."""
_LOOK_SECONDS = 0.5
"""Between two looks at what was committed."""
_BUNDLE_MILLISECONDS = 100
"""How long a step on Flink may gather elements: by its default, a second, some steps in a row delay all by seconds."""


class NotLiveError(Exception):
    """The engine would hold everything back until the stream ends."""


class NotAFeedError(Exception):
    """An input that cannot be polled."""


def stream(
    inputs: Sequence[str],
    *,
    output: Path,
    store_url: str,
    config: Config,
    options: PipelineOptions,
    show: Callable[[bytes], None],
    started: Callable[[PipelineResult], None] = lambda _: None,
    form: Format = "json",
    wait_seconds: float = 0,
    notify: Webhook | None = None,
) -> Report:
    """Polls feeds and folds what they bring until SIGTERM or SIGINT; a second signal ends it at once.

    Args:
        inputs: addresses and OPML lists; without any, the feeds that are subscribed to.
        output: folder of the files; made when missing.
        store_url: SQLAlchemy address of the store.
        config: thresholds and limits.
        options: Beam's.
        show: takes every line of changes.jsonl soon after its commit.
        started: takes the running pipeline.
        form: of the files that are written at the end.
        wait_seconds: how long another run is waited for.
        notify: what is told of the changes of stories soon after their commit.

    Raises:
        NotLiveError: the engine cannot stream.
        NoPrismError: nor can Prism be had.
        NotAFeedError: an input is no address of http or https.
        InputError: an input does not exist.
        NoInputError: there are neither inputs nor subscriptions.
        LockedError: another run holds the store.
        StoreError: the store cannot be opened.
        OSError: the output folder cannot be written.
    """
    addresses = expand(inputs)
    output.mkdir(parents=True, exist_ok=True)
    now = int(time.time())
    identity = new_run(now)
    factory = SqlStoreFactory(store_url, identity)
    with run_lock(store_url, wait_seconds), database_in_one_line(), factory() as store:
        store.create()
        addresses = addresses or [one.named for one in subscriptions(store)]
        _check(addresses)
        begin_run(store, identity, now, output, form, config)
        if notify:
            begin(store, notify)
        store.drain(wanted=False)
        with delivering(factory, notify, user_agent(config.fetch.contact)):
            begun = time.monotonic()
            with _engine(options), _draining(store):
                result = _pipeline(addresses, factory, config, options, now).run()
                started(result)
                _follow(store, identity, result, show)
                counts = counts_of(result)
            seconds = time.monotonic() - begun
            manifest = manifest_of(identity, inputs, config, options, counts, now, seconds)
            outbox.finish_run(store, identity, int(time.time()), manifest)
            export(store, output, identity, manifest, form)
    return Report(identity, counts, seconds)


def _check(addresses: Sequence[str]) -> None:
    if not addresses:
        raise NoInputError
    for address in addresses:
        if not is_url(address):
            raise NotAFeedError(f"{address}: a stream polls addresses of http and https; newsfold run reads files")


@contextmanager
def _engine(options: PipelineOptions) -> Iterator[None]:
    """Prism where nothing else is asked for, while the block runs; another one is told to pass things on soon."""
    standard = options.view_as(StandardOptions)
    standard.streaming = True
    # It ends what Beam is told of the state of a job, however well the job fares.
    options.view_as(PortableOptions).job_server_timeout = _YEARS
    if standard.runner in (None, "DirectRunner", "PrismRunner"):
        with prism_running(options):
            yield
    elif standard.runner in ("FnApiRunner", "BundleBasedDirectRunner", "SwitchingDirectRunner"):
        raise NotLiveError(
            f"{standard.runner} holds back what it groups until a stream ends; use Prism (the default), a Flink "
            "cluster (configs/flink), or newsfold run --every"
        )
    else:
        flink = options.view_as(FlinkOptions)
        flink.max_bundle_time_mills = flink.max_bundle_time_mills or _BUNDLE_MILLISECONDS
        yield


def _pipeline(
    addresses: Sequence[str], factory: SqlStoreFactory, config: Config, options: PipelineOptions, now: int
) -> beam.Pipeline:
    pipeline = beam.Pipeline(options=options)
    fetched = (
        pipeline
        | "Begin" >> beam.Create([0])
        | "KeepPolling"
        >> KeepPolling(
            feeds=addresses,
            store=factory,
            fetch_options=fetch_options(config, now),
            politeness=politeness(config),
            intervals=intervals(config),
        )
    )
    windows = FixedWindows(config.stream.window_seconds)
    windowed = FetchedDocuments(
        *(
            collection | f"Window{name.title()}" >> beam.WindowInto(windows)
            for name, collection in fetched._asdict().items()
        )
    )
    graph.build(windowed, store=factory, config=config, complete=completing(factory, config, now))
    return pipeline


@contextmanager
def _draining(store: SqlStore) -> Iterator[None]:
    """While the block runs, a signal asks the stream to end; after the first the usual handlers are back."""
    asked = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.getsignal(number) for number in signals}

    def usual() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    def ask(*_: object) -> None:
        usual()
        asked.set()

    def wait() -> None:
        asked.wait()
        if not over:
            store.drain(wanted=True)

    over: list[bool] = []
    # A handler may interrupt a transaction of its own thread: another one writes.
    waiting = threading.Thread(target=wait, name="drain", daemon=True)
    waiting.start()
    for number in signals:
        signal.signal(number, ask)
    try:
        yield
    finally:
        over.append(True)
        usual()
        asked.set()
        waiting.join()


def _follow(store: SqlStore, run: str, result: PipelineResult, show: Callable[[bytes], None]) -> None:
    """Shows the changes of a run as they are committed, until it ends."""
    shown = 0
    ended = False
    while not ended:
        ended = PipelineState.is_terminal(result.state)
        for line in outbox.changes_of(store, run, after=shown):
            show(line)
            shown += 1
        time.sleep(0 if ended else _LOOK_SECONDS)
    result.wait_until_finish()
