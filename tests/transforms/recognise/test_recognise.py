"""Tests telling new articles and new versions from stored ones."""

import pytest

from tests.support.samples import article
from transforms.recognise.recognise import recognise
from transforms.records import Known

STORED = Known(number=7, id="first", version=2, content_hash="old", feed="a", length=20)


def test_an_unknown_article_is_new() -> None:
    result = recognise([article(key="k")], {}, {})
    assert [(found.number, found.version) for found in result.articles] == [(0, 1)]
    assert not result.sightings


def test_the_same_content_is_only_a_sighting() -> None:
    result = recognise([article(key="k", content_hash="old", feed="a", aliases=["l"])], {"k": STORED}, {})
    assert not result.articles
    assert [(sighting.number, sighting.aliases) for sighting in result.sightings] == [(7, ["l"])]


@pytest.mark.parametrize(
    ("feed", "length", "version"),
    [("a", 5, 3), ("b", 21, 3), ("b", 20, None)],
    ids=["its own feed changed it", "another feed has more of it", "another feed has less of it"],
)
def test_changed_content(feed: str, length: int, version: int | None) -> None:
    result = recognise([article(key="k", feed=feed, text="x" * length)], {"k": STORED}, {})
    assert [found.version for found in result.articles] == ([] if version is None else [version])
    assert [found.id for found in result.articles] == ([] if version is None else ["first"])
    assert [sighting.number for sighting in result.sightings] == [7]


def test_a_public_id_that_another_article_bears_is_told_apart() -> None:
    taken = recognise([article(key="new", id="1")], {}, {"1": "other"}).articles[0]
    assert taken.id.startswith("1~")
