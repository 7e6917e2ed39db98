"""Wiring: FetchDocuments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import apache_beam as beam
import requests
from apache_beam.pvalue import TaggedOutput

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.fetch.files import read_file
from transforms.fetch.http import Limits, get, open_session, without_credentials
from transforms.fetch.kinds import is_url
from transforms.records import Document, Rejected
from transforms.rejects import RejectError

_STAGE = "fetch"


class FetchedDocuments(NamedTuple):
    """The outputs of `FetchDocuments`."""

    documents: beam.PCollection[Document]
    rejected: beam.PCollection[Rejected]


class FetchDocuments(beam.PTransform[beam.PCollection[str], FetchedDocuments]):
    """Reads each location: a path, or an address of http or https.

    In:  PCollection[str], any windowing.
    Out: `documents`, several for a long file of article rows, one for anything else; `rejected`.
    Guarantee: an address takes at most `total_seconds`, once its name is resolved and one of its hosts is reached.
    Counts: `fetch/in` = `fetch/out` + `fetch/rejected_<reason>` (locations), `fetch/documents`, `fetch/bytes`.

    Args:
        now: becomes `fetched_at`, UTC epoch seconds.
        limits: of time and size.
        user_agent: sent with every request.
        private_addresses: whether addresses that are not of the open internet may be fetched.
    """

    def __init__(self, *, now: int, limits: Limits, user_agent: str, private_addresses: bool) -> None:
        super().__init__()
        self._private_addresses = private_addresses
        self._now = now
        self._limits = limits
        self._user_agent = user_agent

    def expand(self, locations: beam.PCollection[str]):  # type: ignore[no-untyped-def]  # Beam warns on a NamedTuple here
        outputs = locations | "FetchEach" >> beam.ParDo(
            _FetchEach(self._now, self._limits, self._user_agent, self._private_addresses)
        ).with_output_types(Document, rejected=Rejected).with_outputs("rejected", main="documents")
        return FetchedDocuments(outputs.documents, outputs.rejected)


class _FetchEach(beam.DoFn):
    _session: requests.Session

    def __init__(self, now: int, limits: Limits, user_agent: str, private_addresses: bool) -> None:
        super().__init__()
        self._private_addresses = private_addresses
        self._now = now
        self._limits = limits
        self._user_agent = user_agent

    def setup(self) -> None:
        self._session = open_session(private_addresses=self._private_addresses)

    def teardown(self) -> None:
        self._session.close()

    def process(self, location: str) -> Iterator[Document | TaggedOutput[Literal["rejected"], Rejected]]:
        count(_STAGE, "in")
        documents = self._read(location)
        while True:
            try:
                with timed(_STAGE):
                    document = next(documents, None)
            except RejectError as error:
                count(_STAGE, f"rejected_{error.reason}")
                yield TaggedOutput("rejected", error.rejected(_STAGE, without_credentials(location)))
                return
            if document is None:
                count(_STAGE, "out")
                return
            count(_STAGE, "documents")
            count(_STAGE, "bytes", len(document.content))
            yield document

    def _read(self, location: str) -> Iterator[Document]:
        if is_url(location):
            yield get(self._session, location, limits=self._limits, user_agent=self._user_agent, now=self._now)
        else:
            yield from read_file(Path(location), max_bytes=self._limits.max_bytes, now=self._now)
