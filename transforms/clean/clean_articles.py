"""Wires cleaning into Beam: the transform CleanItems."""

import json
from collections.abc import Iterator
from typing import Literal, NamedTuple

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput

import transforms.coders  # noqa: F401
from transforms.clean.article import clean
from transforms.clean.urls import canonical_url, resolve
from transforms.counts import count, timed
from transforms.records import Article, Item, Rejected
from transforms.rejects import RejectError

_STAGE = "clean"


class CleanedItems(NamedTuple):
    """The outputs of `CleanItems`."""

    articles: beam.PCollection[Article]
    rejected: beam.PCollection[Rejected]


class CleanItems(beam.PTransform[beam.PCollection[Item], CleanedItems]):
    """Cleans each item into one article, or into a dead letter when neither a title nor a text remains.

    In:  PCollection[Item], any windowing.
    Out: `articles`, one per item that is not rejected, in any order; `rejected`, with the item as an article row, so
        that it can be used as input again.
    Guarantee: pure; the same item becomes the same article in any run. Dates more than a day after the time of fetching
        are clamped to it.
    Counts: `clean/in` = `clean/out` + `clean/rejected_<reason>`; `clean/rule_<name>`, the articles from which a
        cleaning rule removed something.

    Example:
        >>> from transforms import CleanItems, ParseDocuments
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents[:1]) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     _ = cleaned.articles | beam.Map(lambda article: print(article.id, article.published, article.title))
        a_65bf1a538791b54b 1793893680 Port Ansel dockers vote for ten-day strike
        a_727eb7a0d660ed50 1793952600 Quillon to buy sensor maker Brightwater for 240 million crowns
    """

    def expand(self, items: beam.PCollection[Item]):  # type: ignore[no-untyped-def]  # Beam warns on a NamedTuple here
        outputs = items | "CleanEach" >> beam.ParDo(_CleanEach()).with_output_types(
            Article, rejected=Rejected
        ).with_outputs("rejected", main="articles")
        return CleanedItems(outputs.articles, outputs.rejected)


class _CleanEach(beam.DoFn):
    def process(self, item: Item) -> Iterator[Article | TaggedOutput[Literal["rejected"], Rejected]]:
        count(_STAGE, "in")
        try:
            with timed(_STAGE):
                article = clean(item, item.fetched_at)
        except RejectError as error:
            count(_STAGE, f"rejected_{error.reason}")
            yield TaggedOutput("rejected", error.rejected(_STAGE, item.feed, row_of(item)))
        else:
            count(_STAGE, "out")
            for rule in article.rules:
                count(_STAGE, f"rule_{rule}")
            yield article


def row_of(item: Item) -> str:
    """Returns an item as an article row: JSON in ASCII, without empty fields."""
    row = {
        "id": item.id,
        "url": canonical_url(resolve(item.base, item.url)),
        "title": item.title,
        "text": item.body,
        "published": item.published or item.updated,
        "source": item.source,
        "language": item.language,
    }
    return json.dumps({name: value for name, value in row.items() if value})
