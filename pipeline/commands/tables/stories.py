"""Terminal tables of stories."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.commands.tables.terminal import Columns, clean, day, frameless, plain
from pipeline.inspect.listing import Line
from pipeline.inspect.reading import nested
from transforms.records import CANNOT_LINK, MUST_LINK, PINNED, Ruling

_BARS = " ▁▂▃▄▅▆▇█"
_BINS = 40
_SHORT = 64


def stories_table(lines: Sequence[Line]) -> Columns:
    """Lists stories in the given order."""
    table = Columns(
        ("story", "left"), ("articles", "right"), ("sources", "right"), ("language", "left"),
        ("last published (UTC)", "left"), ("headline", "left"),
    )  # fmt: skip
    for line in lines:
        state = "" if line.state == "active" else f" ({line.state})"
        table.add_row(
            line.id + state,
            str(line.size),
            str(line.source_count),
            line.language,
            day(line.last),
            plain(line.headline),
        )
    return table


def changes_table(changes: Sequence[Mapping[str, Any]]) -> Table:
    """Lists the change of each story, in the order of changes.jsonl."""
    table = frameless()
    table.add_column("change")
    table.add_column("story", no_wrap=True)
    table.add_column("articles", justify="right")
    table.add_column("headline", no_wrap=True, overflow="ellipsis")
    for change in changes:
        table.add_row(change["kind"], change["story"], str(change["size"]), plain(change["headline"]))
    return table


def story_page(story: Mapping[str, Any], texts: Mapping[str, str], rulings: AbstractSet[Ruling]) -> Group:
    """Lays out a story: its dates, its articles in order of time, copies below their originals, and its links.

    Args:
        story: record of the story.
        texts: texts to print by article id; may be empty.
        rulings: manual rulings on its articles.
    """
    parts: list[Any] = [
        Text(clean(story["headline"]), style="bold"),
        plain(story["summary"]),
        Text(f"{story['id']}  {story['state']}  {story['size']} articles from {story['source_count']} sources"),
        plain("keywords: " + ", ".join(story["keywords"])),
    ]
    if story["merged_from"] or story["split_from"]:
        parts.append(plain(_origin(story)))
    if rulings:
        parts.append(Text(_by_hand(rulings)))
    if story["size"] > 1:
        parts.append(Text(_timeline(story["articles"])))
    parts.append(Text())
    for article, depth in nested(story):
        mark = "copy " if depth else ""
        title = article["title"] or "(without a title)"
        line = f"{day(article['published'])}  {mark}{article['similarity']:.2f}  {article['source']}: {title}"
        parts.append(Text("  " * depth).append_text(plain(line)))
        parts.append(Text("  " * depth + "    ").append_text(plain(f"{article['id']}  {article['url']}")))
        if article["id"] in texts:
            parts.extend(Text("    ").append_text(plain(line)) for line in texts[article["id"]].split("\n"))
    if story["links"]:
        parts += [Text(), links_table(story)]
    return Group(*parts)


def _origin(story: Mapping[str, Any]) -> str:
    parts = ["merged from " + ", ".join(story["merged_from"])] if story["merged_from"] else []
    return "; ".join(parts + ([f"split from {story['split_from']}"] if story["split_from"] else []))


def _by_hand(rulings: AbstractSet[Ruling]) -> str:
    articles: dict[str, set[int]] = {kind: set() for kind in (MUST_LINK, CANNOT_LINK, PINNED)}
    for ruling in rulings:
        articles[ruling.kind] |= {ruling.left, ruling.right or ruling.left}
    said = [f"{len(articles[MUST_LINK])} articles belong together"] if articles[MUST_LINK] else []
    said += ["some never come together with others"] if articles[CANNOT_LINK] else []
    return "manual rulings: " + "; ".join((["pinned"] if articles[PINNED] else []) + said)


def _timeline(articles: Sequence[Mapping[str, Any]]) -> str:
    times = sorted(article["published"] or article["first_seen"] for article in articles)
    seconds = [datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() for time in times]
    span = seconds[-1] - seconds[0]
    counts = [0] * (_BINS if span else 1)
    for second in seconds:
        counts[min(int((second - seconds[0]) / span * _BINS), _BINS - 1) if span else 0] += 1
    bars = "".join(_BARS[0 if not count else max(1, round(8 * count / max(counts)))] for count in counts)
    return f"{day(times[0])} {bars} {day(times[-1])}"


def links_table(story: Mapping[str, Any]) -> Columns:
    """Lists the links of a story, the strongest first."""
    titles = {article["id"]: f"{article['source']}: {article['title']}" for article in story["articles"]}
    table = Columns(("link", "left"), ("score", "right"), ("newer article", "left"), ("older article", "left"))
    for link in sorted(story["links"], key=lambda one: (one["kind"] != "copy", -one["score"], one["a"], one["b"])):
        ends = [plain(f"{link[end]}  {titles.get(link[end], '')}"[:_SHORT]) for end in ("a", "b")]
        table.add_row(link["kind"], f"{link['score']:.2f}", *ends)
    return table
