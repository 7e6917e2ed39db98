"""Provides invented articles, no two of which are similar."""

from benchmarks.material import Row


def invented(count: int, words: int = 120) -> list[Row]:
    """Makes rows that share no words."""
    return [
        {"id": f"r{row}", "url": f"https://a.example/{row}", "title": f"About w{row}", "source": "A", "published": "",
         "text": " ".join(f"w{row}x{word}" for word in range(words))}
        for row in range(count)
    ]  # fmt: skip
