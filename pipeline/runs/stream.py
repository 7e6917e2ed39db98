"""A streaming run: feeds are polled when they are due, and every few seconds a window is folded and committed."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult, PipelineState
from apache_beam.transforms.window import FixedWindows

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.inputs.locations import expand
from pipeline.runs import graph
from pipeline.runs.beam_options import FlinkOptions
from pipeline.runs.counters import counts_of, graph_record
from pipeline.runs.prism import prism_running
from pipeline.runs.request import Report, RunRequest
from pipeline.runs.session import named_or_subscribed, run_session
from pipeline.settings import fetch_options, intervals
from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from transforms.fetch.fetch_documents import FetchedDocuments
from transforms.fetch.keep_polling import KeepPolling
from transforms.fetch.kinds import is_url

_YEARS = 10 * 365 * 86_400
"""Maximum duration of a stream in seconds, for Beam's client."""
_LOOK_SECONDS = 0.5
"""Polling interval for committed changes."""
_BUNDLE_MILLISECONDS = 100
"""Longest time that a step on Flink may collect a bundle; the default, a second, adds up to seconds over all steps."""


def stream(
    request: RunRequest,
    *,
    show: Callable[[bytes], None],
    started: Callable[[PipelineResult], None] = lambda _: None,
) -> Report:
    """Polls feeds and folds their articles until SIGTERM or SIGINT; a second signal ends it immediately.

    The files are written at the end; changes are posted to the webhook soon after each commit.

    Args:
        request: parameters of the run; its inputs are URLs and OPML lists.
        show: called with every line of changes.jsonl soon after its commit.
        started: called with the running pipeline.

    Raises:
        UsageError: the runner cannot stream, or an input is not an http or https URL.
        NewsfoldError: Prism is not available.
        InputError: an input does not exist.
        NoInputError: there are neither inputs nor subscriptions.
        LockedError: another run holds the store.
        StoreError: the store cannot be opened, or fails.
        OSError: the output folder cannot be written.
    """
    named = expand(request.inputs)
    with run_session(request) as session:
        feeds = named_or_subscribed(named, session.store)
        _refuse_files(feeds)
        session.begin()
        session.store.drain(wanted=False)
        options = PipelineOptions(list(request.beam))
        with session.delivering():
            with _engine(options), _draining(session.store):
                result = _pipeline(feeds, session.factory, request.config, options, session.started).run()
                started(result)
                _follow(session.store, session.id, result, show)
                counts = counts_of(result)
            seconds = session.finish(graph_record(request.inputs, options, counts))
    return Report(session.id, counts, seconds)


def _refuse_files(feeds: Sequence[str]) -> None:
    for feed in feeds:
        if not is_url(feed):
            raise UsageError(f"{feed}: a stream polls addresses of http and https; newsfold run reads files")


@contextmanager
def _engine(options: PipelineOptions) -> Iterator[None]:
    """Prepares the runner while the block runs: starts Prism by default, and limits the bundle time of any other."""
    standard = options.view_as(StandardOptions)
    standard.streaming = True
    # After this timeout Beam's client stops receiving the state of a job, even if the job is healthy.
    options.view_as(PortableOptions).job_server_timeout = _YEARS
    if standard.runner in (None, "DirectRunner", "PrismRunner"):
        with prism_running(options):
            yield
    elif standard.runner in ("FnApiRunner", "BundleBasedDirectRunner", "SwitchingDirectRunner"):
        raise UsageError(
            f"{standard.runner} holds back what it groups until a stream ends; use Prism (the default), a Flink "
            "cluster (configs/flink), or newsfold run --every"
        )
    else:
        flink = options.view_as(FlinkOptions)
        flink.max_bundle_time_mills = flink.max_bundle_time_mills or _BUNDLE_MILLISECONDS
        yield


def _pipeline(
    feeds: Sequence[str], factory: SqlStoreFactory, config: Config, options: PipelineOptions, now: int
) -> beam.Pipeline:
    pipeline = beam.Pipeline(options=options)
    fetched = (
        pipeline
        | "Begin" >> beam.Create([0])
        | "KeepPolling"
        >> KeepPolling(
            feeds=feeds,
            store=factory,
            fetch_options=fetch_options(config, now),
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
    graph.build(windowed, store=factory, config=config, complete=graph.completing(factory, config, now))
    return pipeline


@contextmanager
def _draining(store: SqlStore) -> Iterator[None]:
    """Makes the first signal in the block drain the stream, and restores the previous handlers after it."""
    requested = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.getsignal(number) for number in signals}

    def usual() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    def request_stop(*_: object) -> None:
        usual()
        requested.set()

    def wait() -> None:
        requested.wait()
        if not over:
            store.drain(wanted=True)

    over: list[bool] = []
    # A handler may interrupt a transaction of its own thread, so another thread writes.
    waiting = threading.Thread(target=wait, name="drain", daemon=True)
    waiting.start()
    for number in signals:
        signal.signal(number, request_stop)
    try:
        yield
    finally:
        over.append(True)
        usual()
        requested.set()
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
