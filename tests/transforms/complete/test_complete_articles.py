"""Tests the transform CompleteArticles without a server; tests/pipeline/runs/test_full_text.py has one."""

from pathlib import Path

import apache_beam as beam
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.window import FixedWindows, TimestampedValue

from tests.support.samples import article, completing
from transforms.records import Article


def placed(article: Article, window=beam.DoFn.WindowParam) -> tuple[str, int]:  # type: ignore[no-untyped-def]
    return article.key, int(window.start)


def test_every_article_stays_in_its_window(tmp_path: Path) -> None:
    feed = "http://127.0.0.1:1/feed"
    articles = [
        (article(key="url:http://127.0.0.1:1/a", url="http://127.0.0.1:1/a", feed=feed), 5),
        (article(key="url:http://127.0.0.1:1/a", url="http://127.0.0.1:1/a", feed=feed), 15),
        (article(key="id:b", feed=feed), 25),
    ]
    with TestPipeline(runner="FnApiRunner") as pipeline:
        completed = (
            pipeline
            | "Articles" >> beam.Create([TimestampedValue(*one) for one in articles])
            | "AsArticles" >> beam.Map(lambda one: one).with_output_types(Article)
            | "Window" >> beam.WindowInto(FixedWindows(10))
            | "Complete" >> completing(tmp_path)
        )
        assert_that(
            completed | "Placed" >> beam.Map(placed),
            equal_to([("url:http://127.0.0.1:1/a", 0), ("url:http://127.0.0.1:1/a", 10), ("id:b", 20)]),
        )
