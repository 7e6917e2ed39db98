"""Tests the transform CleanItems."""

import json

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from tests.transforms.clean.samples import NOW, item
from transforms.clean.article import clean
from transforms.clean.clean_articles import CleanItems, row_of
from transforms.records import Article, Item, Rejected

GOOD = item(id="1", title="Boats sail", body="The first boat left at six.\nRead more\nPrint", published="2023-11-14")
EMPTY = item(
    kind="feed",
    feed="rss.xml",
    base="https://example.org/",
    id="2",
    url="//user:secret@example.org/a",
    body="<br>",
    body_type="html",
)


def test_articles_and_dead_letters() -> None:
    with TestPipeline(runner="FnApiRunner") as pipeline:
        items = pipeline | "Items" >> beam.Create([GOOD, EMPTY]).with_output_types(Item)
        cleaned = items | "Clean" >> CleanItems()
        assert cleaned.articles.element_type is Article
        assert cleaned.rejected.element_type is Rejected
        keys = cleaned.articles | "Keys" >> beam.Map(_identity)
        assert_that(keys, equal_to([_identity(clean(GOOD, NOW))]), label="Articles")
        dead = Rejected("clean", "no_text", "rss.xml", "https://example.org/a", row_of(EMPTY))
        assert_that(cleaned.rejected, equal_to([dead]), label="Rejected")
    metrics = pipeline.result.metrics().query()["counters"]
    counts = {
        counter.key.metric.name: counter.committed for counter in metrics if counter.key.metric.namespace == "clean"
    }
    assert counts.pop("microseconds") > 0
    assert counts == {"in": 2, "out": 1, "rejected_no_text": 1, "rule_interface_word": 1, "rule_read_more": 1}


def test_a_dead_letter_is_an_article_row() -> None:
    assert json.loads(row_of(EMPTY)) == {"id": "2", "url": "https://example.org/a", "text": "<br>"}


def _identity(article: Article) -> tuple[str, str, str]:
    return article.key, article.content_hash, article.published_quality
