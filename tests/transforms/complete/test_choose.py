"""Tests which articles have their page fetched."""

from collections.abc import Mapping, Sequence

import pytest

from tests.support.samples import article
from transforms.complete.choose import ALWAYS, NEVER, SHORT_WORDS, WHEN_SHORT, Chosen, FullText, choose, has_page
from transforms.records import Known

FEED = "https://courier.example/feed"
LONG = "word " * SHORT_WORDS


class Remembered:
    """Stands in for a store that knows these articles."""

    def __init__(self, **hashes: str) -> None:
        self.hashes = hashes

    def aliases(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {"url:link": "url:home"} if "url:link" in keys else {}

    def known(self, keys: Sequence[str]) -> Mapping[str, Known]:
        known = {f"url:{name}": Known(7, "a1", 1, digest, FEED, 1000) for name, digest in self.hashes.items()}
        return {key: known[key] for key in keys if key in known}


def chosen(*articles: object, mode: str = ALWAYS, **hashes: str) -> tuple[int, int, int]:
    found = find(*articles, mode=mode, **hashes)
    return len(found.pages), len(found.seen), len(found.unwanted)


def find(*articles: object, mode: str = ALWAYS, **hashes: str) -> Chosen:
    return choose(articles, Remembered(**hashes), FullText(mode, {}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mode", "feed", "key", "expected"),
    [
        (ALWAYS, FEED, "url:a", True),
        (WHEN_SHORT, FEED, "url:a", True),
        (NEVER, FEED, "url:a", False),
        (ALWAYS, "inbox/rows.jsonl", "url:a", False),
        (ALWAYS, FEED, "id:courier|1", False),
    ],
)
def test_which_have_a_page(mode: str, feed: str, key: str, expected: bool) -> None:
    assert has_page(article(feed=feed, key=key), FullText(mode, {})) is expected


def test_a_feed_with_a_mode_of_its_own() -> None:
    full_text = FullText(NEVER, {FEED: ALWAYS})
    assert (full_text.of(FEED), full_text.of("https://other.example/")) == (ALWAYS, NEVER)
    assert full_text.wanted()
    assert not FullText(NEVER, {FEED: NEVER}).wanted()


def test_new_changed_and_seen() -> None:
    found = article(feed=FEED, key="url:a", content_hash="h")
    assert chosen(found) == (1, 0, 0)
    assert chosen(found, a="old") == (1, 0, 0)
    assert chosen(found, a="h") == (0, 1, 0)
    assert chosen(found._replace(feed="https://other.example/"), a="old") == (0, 1, 0)


def test_a_changed_article_carries_its_stored_number_and_key() -> None:
    (page,) = find(article(feed=FEED, key="url:link", content_hash="h"), home="old").pages
    assert (page.number, page.key) == (7, "url:home")
    assert chosen(article(feed=FEED, key="url:link", content_hash="h"), home="h") == (0, 1, 0)


def test_long_texts_are_left_alone_in_mode_when_short() -> None:
    assert chosen(article(feed=FEED, key="url:a", text=LONG), mode=WHEN_SHORT) == (0, 0, 1)
    assert chosen(article(feed=FEED, key="url:a", text=LONG[5:]), mode=WHEN_SHORT) == (1, 0, 0)
    assert chosen(article(feed=FEED, key="url:a", text="字" * SHORT_WORDS), mode=WHEN_SHORT) == (0, 0, 1)


def test_only_the_newest_edition_of_a_feed_counts() -> None:
    first = article(feed=FEED, key="url:a", updated=1, content_hash="first", text="short")
    corrected = article(feed=FEED, key="url:link", updated=2, content_hash="second", text=LONG)
    assert chosen(first._replace(key="url:home"), corrected, home="second") == (0, 1, 1)
    assert chosen(first._replace(key="url:home"), corrected, mode=WHEN_SHORT) == (0, 0, 2)
    assert chosen(first, corrected._replace(key="url:a", feed="https://other.example/")) == (2, 0, 0)
