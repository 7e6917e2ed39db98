"""Wires parsing into Beam: the transform ParseDocuments."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

import transforms.coders  # noqa: F401
from transforms.counts import count, timed
from transforms.fetch import kinds
from transforms.parse.document import parse_document
from transforms.parse.rows import STAGE
from transforms.records import Document, Item, Poll, Rejected


class ParsedDocuments(NamedTuple):
    """The outputs of `ParseDocuments`."""

    items: beam.PCollection[Item]
    rejected: beam.PCollection[Rejected]
    polls: beam.PCollection[Poll]
    """Polls of the documents that were fetched, not read from files."""


class ParseDocuments(beam.PTransform[beam.PCollection[Document], ParsedDocuments]):
    """Parses documents: every entry that a feed reader would show, every row, each page and each text becomes an item.

    In:  PCollection[Document], any windowing.
    Out: `items`, any number per document; `rejected`, documents and rows; `polls`, completed with what the feeds say
        about themselves.
    Guarantee: no document fails a bundle.
    Counts: documents `parse/in` = `parse/out` + `parse/rejected_<reason>`; rows `rows/in` = `rows/out` +
        `rows/rejected_invalid_row`; `parse/items`; `parse/truncated`, entries left out because of the limit;
        `parse/parse_warning_<class>`, feeds that the parser read after recovering from this exception.

    Args:
        max_entries: how many entries of a feed are taken at most, at least 1; the newest are.

    Example:
        >>> from transforms import ParseDocuments
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents[:1]) | ParseDocuments(max_entries=100)
        ...     _ = parsed.items | beam.Map(lambda item: print(item.published, item.title))
        Thu, 05 Nov 2026 15:48:00 GMT Port Ansel dockers vote for ten-day strike
        Fri, 06 Nov 2026 08:10:00 GMT Quillon to buy sensor maker Brightwater for 240 million crowns
    """

    def __init__(self, *, max_entries: int) -> None:
        super().__init__()
        if max_entries < 1:
            raise ValueError(f"max_entries must be at least 1, got {max_entries}")
        self._max_entries = max_entries

    def expand(self, documents: beam.PCollection[Document]):  # type: ignore[no-untyped-def]  # Beam warns on a NamedTuple
        outputs = documents | "ParseEach" >> beam.ParDo(_ParseEach(self._max_entries)).with_output_types(
            Item, rejected=Rejected, polls=Poll
        ).with_outputs("rejected", "polls", main="items")
        return ParsedDocuments(outputs.items, outputs.rejected, outputs.polls)


class _ParseEach(beam.DoFn):
    def __init__(self, max_entries: int) -> None:
        super().__init__()
        self._max_entries = max_entries

    def process(self, document: Document) -> Iterator[Any]:
        with timed(STAGE):
            contents = parse_document(document, max_entries=self._max_entries)
        count(STAGE, "in")
        if contents.refused:
            count(STAGE, f"rejected_{contents.rejected[0].reason}")
        else:
            count(STAGE, "out")
        count(STAGE, "items", len(contents.items))
        count(STAGE, "truncated", contents.feed.truncated)
        if contents.feed.parse_warning:
            count(STAGE, f"parse_warning_{contents.feed.parse_warning}")
        if document.kind == kinds.ROWS:
            count("rows", "in", len(contents.items) + len(contents.rejected))
            count("rows", "out", len(contents.items))
            count("rows", "rejected_invalid_row", len(contents.rejected))
        yield from contents.items
        for rejected in contents.rejected:
            yield TaggedOutput("rejected", rejected)
        if contents.poll is not None:
            yield TaggedOutput("polls", contents.poll)
