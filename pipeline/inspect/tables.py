"""Stories as tables for a terminal; every string of a publisher is shown as text, never as markup."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

# Control characters and bidirectional overrides could move the cursor or turn a line round.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(value: str) -> Text:
    """A publisher's string without anything that a terminal would act on."""
    return Text(_UNSAFE.sub(" ", value))


def _day(iso: str | None) -> str:
    return iso[:16].replace("T", " ") if iso else "undated"


def stories_table(stories: Sequence[Mapping[str, Any]], limit: int) -> Table:
    """The largest and newest stories first."""
    ordered = sorted(stories, key=lambda story: (story["size"], story["last_published"] or ""), reverse=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("story", no_wrap=True)
    table.add_column("articles", justify="right")
    table.add_column("sources", justify="right")
    table.add_column("last published (UTC)", no_wrap=True)
    table.add_column("headline", no_wrap=True, overflow="ellipsis")
    for story in ordered[:limit]:
        table.add_row(
            story["id"],
            str(story["size"]),
            str(story["source_count"]),
            _day(story["last_published"]),
            plain(story["headline"]),
        )
    return table


def story_page(story: Mapping[str, Any], texts: Mapping[str, str]) -> Group:
    """One story with its articles in order of time, copies under what they copy.

    Args:
        story: its record.
        texts: texts to print, by article id; may be empty.
    """
    parts: list[Any] = [
        Text.assemble((_UNSAFE.sub(" ", story["headline"]), "bold")),
        plain(story["summary"]),
        Text(f"{story['id']}  {story['state']}  {story['size']} articles from {story['source_count']} sources"),
        plain("keywords: " + ", ".join(story["keywords"])),
        Text(),
    ]
    copies: dict[str | None, list[Mapping[str, Any]]] = {}
    present = {article["id"] for article in story["articles"]}
    for article in story["articles"]:
        copies.setdefault(article["copy_of"] if article["copy_of"] in present else None, []).append(article)

    def show(article: Mapping[str, Any], depth: int) -> None:
        mark = "copy " if depth else ""
        title = article["title"] or "(without a title)"
        line = f"{_day(article['published'])}  {mark}{article['similarity']:.2f}  {article['source']}: {title}"
        parts.append(Text("  " * depth).append_text(plain(line)))
        if article["url"]:
            parts.append(Text("  " * depth + "    ").append_text(plain(article["url"])))
        if article["id"] in texts:
            parts.extend(Text("    ").append_text(plain(line)) for line in texts[article["id"]].split("\n"))
        for copy in copies.get(article["id"], []):
            show(copy, depth + 1)

    for article in copies.get(None, []):
        show(article, 0)
    return Group(*parts)
