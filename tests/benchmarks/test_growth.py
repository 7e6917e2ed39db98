"""Tests the material of the growth benchmark; its runs are too long for a test."""

import pytest

from benchmarks.growth import articles, short_articles

pytestmark = pytest.mark.slow

CORPUS = [
    {"id": f"r{row}", "url": f"https://a.example/{row}", "title": f"Title {row}", "source": "A", "published": "",
     "text": " ".join(f"w{row}x{word}" for word in range(200))}
    for row in range(40)
]  # fmt: skip


def test_sizes_have_the_same_proportion_of_copies() -> None:
    for size in (60, 240):
        rows = articles(CORPUS, size)
        assert len(rows) == size
        assert sum(row["id"].startswith("copy-") for row in rows) == size * 5 // 6


def test_short_articles_are_seeded_and_edited_to_the_given_share() -> None:
    made = list(short_articles(CORPUS, 20, 3, 2.0, 0.0))
    assert made == list(short_articles(CORPUS, 20, 3, 2.0, 0.0))
    assert made != list(short_articles(CORPUS, 20, 4, 2.0, 0.0))
    assert len({row["url"] for row in made}) == 20
    assert {row["published"][:10] for row in made} == {"2026-01-03"}
    for row in made:
        assert 40 <= len(row["text"].split()) < 80
        assert len({word.partition("x")[0] for word in row["text"].split()}) == 1
    (mixed,) = short_articles(CORPUS, 1, 3, 2.0, 1.0)
    assert len({word.partition("x")[0] for word in mixed["text"].split()}) > 10
