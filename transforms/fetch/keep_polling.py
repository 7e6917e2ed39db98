"""Wires fetching into Beam: the transform KeepPolling, the source of a streaming pipeline."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.io.restriction_trackers import OffsetRange, OffsetRestrictionTracker
from apache_beam.io.watermark_estimators import ManualWatermarkEstimator
from apache_beam.pvalue import TaggedOutput
from apache_beam.transforms.core import RestrictionProvider
from apache_beam.transforms.window import TimestampedValue
from apache_beam.utils.timestamp import Duration, Timestamp

import transforms.coders  # noqa: F401
from transforms.counts import count
from transforms.fetch.fetch_documents import FetchedDocuments, outputs_of
from transforms.fetch.health import Intervals
from transforms.fetch.http import without_credentials
from transforms.fetch.poll import FetchOptions
from transforms.fetch.poller import Poller
from transforms.ports import PollStore, StoreFactory
from transforms.records import Document, Poll, Rejected
from transforms.store_access import StoreDoFn

_FOREVER = 1 << 60
"""A number of ticks that no stream reaches."""


class KeepPolling(beam.PTransform[beam.PCollection[int], FetchedDocuments]):
    """Polls feeds whenever they are due, until the store says that the stream is to end.

    In:  PCollection[int] with one element, which starts the polling.
    Out: as for FetchDocuments. The timestamp of every element is its time of arrival, and the watermark follows the
        clock, so that a slow server delays nobody: its response belongs to the window in which it arrives.
    Counts: as for FetchDocuments, without `fetch/dropped_not_due`.

    Args:
        feeds: http or https addresses as the user named them.
        store: opens the store that holds the state of each feed and says when the stream is to end.
        fetch_options: options of every request; its time is not used.
        intervals: waits between polls.
        tick_seconds: wait between two checks for feeds that are due and for responses.

    Example:
        >>> from transforms import KeepPolling
        >>> from transforms.fetch.health import Intervals
        >>> from transforms.fetch.http import Limits
        >>> from transforms.fetch.poll import FetchOptions
        >>> limits = Limits(connect_seconds=10, read_seconds=20, total_seconds=60, max_bytes=10_000_000)
        >>> keep_polling = KeepPolling(
        ...     feeds=["http://127.0.0.1/feed.xml"],
        ...     store=store,
        ...     fetch_options=FetchOptions(0, limits, "newsfold", private_addresses=False),
        ...     intervals=Intervals(3600, {}),
        ... )
        >>> def stop_at(rejected):
        ...     print(rejected.location, rejected.reason)
        ...     with store() as opened:
        ...         opened.drain(wanted=True)  # without this the pipeline would not end
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     fetched = pipeline | beam.Create([0]) | keep_polling
        ...     _ = fetched.rejected | beam.Map(stop_at)
        http://127.0.0.1/feed.xml forbidden_address
    """

    def __init__(
        self,
        *,
        feeds: Sequence[str],
        store: StoreFactory[PollStore],
        fetch_options: FetchOptions,
        intervals: Intervals,
        tick_seconds: float = 1.0,
    ) -> None:
        super().__init__()
        self._poll = _KeepPolling(store, feeds, fetch_options, intervals, tick_seconds)

    def expand(self, beginning: beam.PCollection[int]):  # type: ignore[no-untyped-def]  # Beam warns on a NamedTuple here
        outputs = beginning | "Poll" >> beam.ParDo(self._poll).with_output_types(
            Document, rejected=Rejected, polls=Poll
        ).with_outputs("rejected", "polls", main="documents")
        # Parsing may take long and may run on any worker; polling may not.
        documents = outputs.documents | "Spread" >> beam.Reshuffle()
        return FetchedDocuments(documents, outputs.rejected, outputs.polls)


class _OnePoller(OffsetRestrictionTracker):
    """Lets the ticks be deferred but never split: two workers with a part each would poll every feed twice.

    Prism splits elements that take long.
    """

    def try_split(self, fraction_of_remainder: float) -> Any:
        return super().try_split(0) if fraction_of_remainder == 0 else None


class _Ticks(RestrictionProvider):
    def initial_restriction(self, _element: int) -> OffsetRange:
        return OffsetRange(0, _FOREVER)

    def create_tracker(self, restriction: OffsetRange) -> _OnePoller:
        return _OnePoller(restriction)

    def restriction_size(self, _element: int, _restriction: OffsetRange) -> int:
        return 1

    def truncate(self, _element: int, _restriction: OffsetRange) -> None:
        return None


_TRACKER = beam.DoFn.RestrictionParam(_Ticks())
_WATERMARK = beam.DoFn.WatermarkEstimatorParam(ManualWatermarkEstimator.default_provider())


class _KeepPolling(StoreDoFn[PollStore]):
    def __init__(
        self,
        factory: StoreFactory[PollStore],
        feeds: Sequence[str],
        fetch_options: FetchOptions,
        intervals: Intervals,
        tick_seconds: float,
    ) -> None:
        super().__init__(factory)
        self._feeds = {without_credentials(address): address for address in feeds}
        self._fetch_options = fetch_options
        self._intervals = intervals
        self._tick_seconds = tick_seconds

    def setup(self) -> None:
        super().setup()
        self._next_tick = 0.0
        self._poller = Poller(
            self._feeds,
            self.store.feeds,
            fetch_options=self._fetch_options,
            intervals=self._intervals,
        )

    def teardown(self) -> None:
        self._poller.close()
        super().teardown()

    @beam.DoFn.unbounded_per_element()  # type: ignore[untyped-decorator]
    def process(
        self,
        _element: int,
        tracker: Any = _TRACKER,
        watermark: Any = _WATERMARK,
    ) -> Iterator[Any]:
        tick = tracker.current_restriction().start
        if not tracker.try_claim(tick):
            return
        # Flink ignores the delay once its sources have ended (https://github.com/apache/beam/issues/20600).
        time.sleep(max(self._next_tick - time.monotonic(), 0))
        self._next_tick = time.monotonic() + self._tick_seconds
        now = Timestamp.now()
        ending = self.store.draining()
        if not ending:
            self._poller.begin(int(now))
        for result in self._poller.finished():
            count("fetch", "in")
            yield from (_arrived(output, now) for output in outputs_of(result))
        watermark.set_watermark(now)
        if ending:
            tracker.try_claim(_FOREVER)
        else:
            tracker.defer_remainder(Duration(self._tick_seconds))


def _arrived(output: Any, now: Timestamp) -> Any:
    if isinstance(output, TaggedOutput):
        return TaggedOutput(output.tag, TimestampedValue(output.value, now))
    return TimestampedValue(output, now)
