"""Tests what an article takes over from its page."""

import pytest

from tests.support.samples import article
from transforms.complete.complete import complete
from transforms.complete.page import ArticlePage, believable

TEASER = article(feed="https://courier.example/feed", text="The ferry ran aground.")
TEXT = "The ferry ran aground off the island at dawn, and all aboard were taken off by lifeboat. " * 3


def test_the_longer_text_and_nothing_else() -> None:
    completed, outcome = complete(TEASER, ArticlePage("", text=TEXT, published=5, language="de"))
    assert outcome == "completed"
    assert completed == TEASER._replace(text=TEXT)


def test_what_the_feed_lacks() -> None:
    poor = TEASER._replace(published=None, published_quality="none", language="und")
    completed, _ = complete(poor, ArticlePage("", text=TEXT, published=5, language="de-AT"))
    assert (completed.published, completed.published_quality, completed.language) == (5, "page", "de")
    assert complete(poor, ArticlePage("", text=TEXT))[0].language == "en"


@pytest.mark.parametrize("text", ["", "Short.", TEASER.text])
def test_a_shorter_page_gives_a_date_all_the_same(text: str) -> None:
    kept, outcome = complete(TEASER._replace(published=None), ArticlePage("", text=text, published=5))
    assert (kept.text, kept.published, outcome) == (TEASER.text, 5, "kept_shorter")


def test_no_page() -> None:
    assert complete(TEASER, ArticlePage("timeout")) == (TEASER, "kept_timeout")


def test_the_canonical_link() -> None:
    home = "https://www.courier.example/home"
    completed, _ = complete(TEASER, ArticlePage("", canonical=home))
    assert (completed.key, completed.url, completed.aliases) == (
        "url:https://courier.example/home",
        home,
        (TEASER.key,),
    )
    known, _ = complete(TEASER._replace(number=3), ArticlePage("", canonical=home))
    assert known == TEASER._replace(number=3)
    itself = TEASER._replace(key="url:https://courier.example/home", number=3)
    assert complete(itself, ArticlePage("", canonical=home))[0] == itself._replace(url=home)
    redirected, _ = complete(TEASER, ArticlePage("", canonical="https://other.example/home"))
    assert redirected == TEASER


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("/a?utm_source=x#top", "https://m.courier.example/a"),
        ("https://www.courier.example/a", "https://www.courier.example/a"),
        ("", ""),
        ("https://www.courier.example/", ""),
        ("/", ""),
        ("https://other.example/a", ""),
        ("https://courier.example.other.example/a", ""),
        ("http://[", ""),
        ("javascript:a", ""),
    ],
)
def test_which_canonical_links_are_believed(canonical: str, expected: str) -> None:
    assert believable(canonical, "https://m.courier.example/b") == expected
