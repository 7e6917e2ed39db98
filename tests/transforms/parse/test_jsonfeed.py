"""Tests parsing JSON Feed."""

import pytest

from tests.transforms.parse.samples import document
from transforms.fetch.kinds import JSON_FEED
from transforms.parse.jsonfeed import parse_json_feed
from transforms.rejects import RejectError


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Daily",
        "language": "en",
        "home_page_url": "https://d.example/",
        "items": [
            {"id": 7, "url": "/a", "title": "A", "content_html": "<p>x</p>", "date_published": "2026-11-05T17:02:00Z"},
            {"id": "8", "external_url": "https://e.example/b", "content_text": "a < b", "date_modified": "2026-11-06"},
            "no object",
        ],
    }
    first, second = parse_json_feed(document(JSON_FEED, feed), max_entries=5).items
    assert (first.id, first.url, first.base, first.body_type) == ("7", "/a", "https://d.example/", "html")
    assert (second.url, second.body, second.body_type, second.updated) == (
        "https://e.example/b",
        "a < b",
        "text",
        "2026-11-06",
    )
    assert parse_json_feed(document(JSON_FEED, feed), max_entries=1).truncated == 1


@pytest.mark.parametrize(
    ("content", "reason"), [('{"items": [', "malformed"), ('{"items": 5}', "not_a_feed"), ("[]", "not_a_feed")]
)
def test_broken_json_feeds(content: str, reason: str) -> None:
    with pytest.raises(RejectError) as error:
        parse_json_feed(document(JSON_FEED, content), max_entries=5)
    assert error.value.reason == reason


def test_a_json_feed_marks_links_that_several_entries_share() -> None:
    entries = [{"id": number, "url": "/live", "title": f"Minute {number}"} for number in range(2)]
    parsed = parse_json_feed(document(JSON_FEED, {"items": entries, "feed_url": "https://d.example/f"}), max_entries=5)
    assert [(item.shared_url, item.base) for item in parsed.items] == [(True, "https://d.example/f")] * 2
