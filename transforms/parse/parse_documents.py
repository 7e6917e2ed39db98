"""Wiring: ParseDocuments."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.fetch import kinds
from transforms.parse.feeds import parse_feed
from transforms.parse.jsonfeed import parse_json_feed
from transforms.parse.pages import parse_page, parse_text
from transforms.parse.rows import STAGE, parse_rows
from transforms.records import Document, Item, Rejected
from transforms.rejects import RejectError


class ParsedDocuments(NamedTuple):
    """The outputs of `ParseDocuments`."""

    items: beam.PCollection[Item]
    rejected: beam.PCollection[Rejected]


class ParseDocuments(beam.PTransform[beam.PCollection[Document], ParsedDocuments]):
    """Takes documents apart: every entry that a feed reader would show, every row, each page and text.

    In:  PCollection[Document], any windowing.
    Out: `items`, any number a document; `rejected`, documents and rows.
    Guarantee: no document fails a bundle.
    Counts: documents `parse/in` = `parse/out` + `parse/rejected_<reason>`; rows `rows/in` = `rows/out` +
        `rows/rejected_invalid_row`; `parse/items`, and `parse/tossed` for entries beyond the limit.

    Args:
        max_entries: most entries of one feed, the newest; at least 1.
    """

    def __init__(self, *, max_entries: int) -> None:
        super().__init__()
        if max_entries < 1:
            raise ValueError(f"max_entries must be at least 1, got {max_entries}")
        self._max_entries = max_entries

    def expand(self, documents: beam.PCollection[Document]):  # type: ignore[no-untyped-def]  # Beam warns on a NamedTuple
        outputs = documents | "ParseEach" >> beam.ParDo(_ParseEach(self._max_entries)).with_output_types(
            Item, rejected=Rejected
        ).with_outputs("rejected", main="items")
        return ParsedDocuments(outputs.items, outputs.rejected)


class _ParseEach(beam.DoFn):
    def __init__(self, max_entries: int) -> None:
        super().__init__()
        self._max_entries = max_entries

    def process(self, document: Document) -> Iterator[Item | TaggedOutput[Literal["rejected"], Rejected]]:
        count(STAGE, "in")
        try:
            with timed(STAGE):
                found = list(self._parse(document))
        except RejectError as error:
            count(STAGE, f"rejected_{error.reason}")
            yield TaggedOutput("rejected", error.rejected(STAGE, document.feed))
            return
        count(STAGE, "out")
        items = [one for one in found if isinstance(one, Item)]
        count(STAGE, "items", len(items))
        if document.kind == kinds.ROWS:
            count("rows", "in", len(found))
            count("rows", "out", len(items))
            count("rows", "rejected_invalid_row", len(found) - len(items))
        for one in found:
            yield one if isinstance(one, Item) else TaggedOutput("rejected", one)

    def _parse(self, document: Document) -> Iterable[Item | Rejected]:
        if document.kind == kinds.ROWS:
            return parse_rows(document)
        if document.kind == kinds.PAGE:
            return [parse_page(document)]
        if document.kind == kinds.TEXT:
            return [parse_text(document)]
        if document.kind == kinds.OPML:
            raise RejectError("not_a_feed", "an OPML list: only one in a file, with feeds, can be followed")
        parse = parse_json_feed if document.kind == kinds.JSON_FEED else parse_feed
        parsed = parse(document, max_entries=self._max_entries)
        count(STAGE, "tossed", parsed.dropped)
        return parsed.items
