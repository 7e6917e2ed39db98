"""Wires fetching into Beam: the transform FetchDocuments, for bounded runs."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from requests import Session

import transforms.coders  # noqa: F401
from transforms.counts import count, timed_each
from transforms.fetch import health
from transforms.fetch.files import read_file
from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.host_queues import HostQueues, in_window
from transforms.fetch.http import host_of, without_credentials
from transforms.fetch.kinds import is_url
from transforms.fetch.poll import FetchOptions, PollResult, deferred, poll_feed
from transforms.ports import FetchStore, StoreFactory
from transforms.records import Document, FeedState, Poll, Rejected, Request
from transforms.rejects import RejectError
from transforms.store_access import StoreDoFn

_STAGE = "fetch"


class FetchedDocuments(NamedTuple):
    """The outputs of `FetchDocuments`."""

    documents: beam.PCollection[Document]
    rejected: beam.PCollection[Rejected]
    polls: beam.PCollection[Poll]
    """Polls of feeds that yielded no document; the others travel inside their document."""


class FetchDocuments(beam.PTransform[beam.PCollection[str], FetchedDocuments]):
    """Reads files, and polls the feeds that are due.

    In:  PCollection[str], any windowing; each a path, or the http or https address of a feed.
    Out: `documents`, several for a long file of article rows, one for anything else, a feed's with its poll;
        `rejected`; `polls` of feeds that were refused, unchanged or put off.
    Guarantee: a feed takes at most `total_seconds` once its host name is resolved and its turn has come; a host gets
        one request at a time, and many hosts are contacted at once; no state of a feed changes before its poll is
        committed.
    Counts: `fetch/in` = `fetch/out` + `fetch/rejected_<reason>` + `fetch/dropped_unchanged` + `fetch/dropped_not_due` +
        `fetch/dropped_deferred` (locations), `fetch/documents`, `fetch/bytes`.

    Args:
        store: opens the store that holds the state of each feed.
        fetch_options: options of every request; the time and the size limit hold for files too.
        intervals: waits between polls.
        refresh: whether to read every feed again, due or not, changed or not.

    Example:
        >>> from transforms import FetchDocuments
        >>> from transforms.fetch.health import Intervals
        >>> from transforms.fetch.http import Limits
        >>> from transforms.fetch.poll import FetchOptions
        >>> limits = Limits(connect_seconds=10, read_seconds=20, total_seconds=60, max_bytes=10_000_000)
        >>> fetch = FetchDocuments(
        ...     store=store,
        ...     fetch_options=FetchOptions(1_794_297_600, limits, "newsfold", private_addresses=False),
        ...     intervals=Intervals(3600, {}),
        ... )
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     fetched = pipeline | beam.Create(["configs/quickstart/valley-post.rdf"]) | fetch
        ...     _ = fetched.documents | beam.Map(lambda document: print(document.kind, len(document.content)))
        feed 3116
    """

    def __init__(
        self,
        *,
        store: StoreFactory[FetchStore],
        fetch_options: FetchOptions,
        intervals: health.Intervals,
        refresh: bool = False,
    ) -> None:
        super().__init__()
        self._fetch = _Fetch(store, fetch_options, intervals, refresh)

    def expand(self, locations: beam.PCollection[str]):  # type: ignore[no-untyped-def]  # Beam warns on a NamedTuple here
        outputs = (
            locations
            | "KeyByHost" >> beam.Map(_key_by_host).with_output_types(tuple[str, str])
            | "GroupByHost" >> beam.GroupByKey()
            | "FetchEach"
            >> beam.ParDo(self._fetch)
            .with_output_types(Document, rejected=Rejected, polls=Poll)
            .with_outputs("rejected", "polls", main="documents")
        )
        return FetchedDocuments(outputs.documents, outputs.rejected, outputs.polls)


def _key_by_host(location: str) -> tuple[str, str]:
    """Keys a feed by its host; each file is a group of its own."""
    return (host_of(location) if is_url(location) else f"file:{location}"), location


def _count_document(document: Document) -> None:
    count(_STAGE, "documents")
    count(_STAGE, "bytes", len(document.content))


def _read(path: str, fetch_options: FetchOptions) -> Iterator[Document | TaggedOutput[Literal["rejected"], Rejected]]:
    count(_STAGE, "in")
    documents = read_file(Path(path), max_bytes=fetch_options.limits.max_bytes, now=fetch_options.now)
    try:
        for document in timed_each(_STAGE, documents):
            _count_document(document)
            yield document
    except RejectError as error:
        count(_STAGE, f"rejected_{error.reason}")
        yield TaggedOutput("rejected", error.rejected(_STAGE, path))
    else:
        count(_STAGE, "out")


class _Fetch(StoreDoFn[FetchStore]):
    """Reads files immediately, and polls the feeds of all hosts in a bundle at its end, so that none delays another."""

    _hosts: HostQueues[Request, PollResult]

    def __init__(
        self,
        factory: StoreFactory[FetchStore],
        fetch_options: FetchOptions,
        intervals: health.Intervals,
        refresh: bool,
    ) -> None:
        super().__init__(factory)
        self._fetch_options = fetch_options
        self._intervals = intervals
        self._refresh = refresh

    def start_bundle(self) -> None:
        self._hosts = HostQueues(_STAGE, self._fetch_options)

    def process(self, element: tuple[str, Iterable[str]], window: Any = beam.DoFn.WindowParam) -> Iterator[Any]:
        locations = sorted(element[1])
        if is_url(locations[0]):
            self._put_in_queue(locations, window)
        else:
            yield from _read(locations[0], self._fetch_options)

    def _put_in_queue(self, addresses: Iterable[str], window: Any) -> None:
        named = {without_credentials(address): address for address in addresses}
        known = self.store.feeds(list(named))
        states = [known.get(feed, FeedState(feed)) for feed in named]
        due = [state for state in states if self._refresh or health.is_due(state, self._fetch_options.now)]
        count(_STAGE, "in", len(states))
        count(_STAGE, "dropped_not_due", len(states) - len(due))
        if due:
            requests = [self._request(state, named[state.feed]) for state in due]
            self._hosts.add(requests, window, failures=max(state.failures for state in due))

    def _request(self, state: FeedState, named: str) -> Request:
        interval = self._intervals.of(state.feed)
        return health.request(state, named, interval, self._fetch_options.now, refresh=self._refresh)

    def finish_bundle(self) -> Iterator[Any]:
        for result, window, rest in self._hosts.results(self._poll):
            yield from (in_window(output, window) for output in outputs_of(result))
            if result.poll.reason == "throttled":
                for request, its_window in rest:
                    put_off = PollResult(deferred(request, self._fetch_options.now, result.poll), None)
                    yield from (in_window(output, its_window) for output in outputs_of(put_off))
                rest.clear()

    def _poll(self, session: Session, request: Request, limiter: HostLimiter) -> PollResult:
        return poll_feed(session, request, self._fetch_options, limiter.admit)


def outputs_of(result: PollResult) -> Iterator[Any]:
    """Counts a poll result and yields it as the tagged outputs of `FetchedDocuments`."""
    poll, document = result
    if document is not None:
        count(_STAGE, "out")
        _count_document(document)
        yield document
        return
    yield TaggedOutput("polls", poll)
    if poll.outcome == health.REFUSED:
        count(_STAGE, f"rejected_{poll.reason}")
        yield TaggedOutput("rejected", Rejected(_STAGE, poll.reason, poll.feed, poll.detail, ""))
    else:
        count(_STAGE, f"dropped_{poll.outcome}")
