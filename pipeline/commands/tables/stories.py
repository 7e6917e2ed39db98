"""Stories and runs as tables for a terminal; every string of a publisher is shown as text, never as markup."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.inspect.listing import Line
from pipeline.inspect.reading import Difference, Run, Step, nested
from transforms.ports import CANNOT_LINK, MUST_LINK, PINNED, Ruling

# Control characters and bidirectional overrides could move the cursor or turn a line round; a variation or a tag could
# hide in a name.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_RAW = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_BARS = " ▁▂▃▄▅▆▇█"
_BINS = 40
_SHORT = 64


def clean(value: str) -> str:
    """A publisher's string without anything that a terminal would act on."""
    return _UNSAFE.sub(" ", value)


def plain(value: str) -> Text:
    """`clean` as a text without markup."""
    return Text(clean(value))


def safe_json(record: bytes) -> bytes:
    """The same JSON with everything escaped that a terminal would act on."""
    text = record.decode()
    if not _RAW.search(text):
        return record
    return _RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def day(iso: str | None) -> str:
    """Date and minute of a time in RFC 3339."""
    return iso[:16].replace("T", " ") if iso else "undated"


class Columns:
    """A table without frame, whose last column takes what is left of the line, so that all others stay whole.

    Args:
        columns: title, and 'left', 'right' or 'fold'.
    """

    def __init__(self, *columns: tuple[str, str]) -> None:
        self._columns = columns
        self._rows: list[list[Text]] = []

    def add_row(self, *cells: str | Text) -> None:
        """One cell a column."""
        self._rows.append([Text(cell) if isinstance(cell, str) else cell for cell in cells])

    def __rich__(self) -> Table:
        """As rich prints it."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for place, (title, kind) in enumerate(self._columns):
            widest = max([len(title), *(row[place].cell_len for row in self._rows)])
            table.add_column(
                Text(title),
                justify="right" if kind == "right" else "left",
                no_wrap=kind != "fold",
                overflow="fold" if kind == "fold" else "ellipsis",
                min_width=widest if kind != "fold" and place + 1 < len(self._columns) else None,
            )
        for row in self._rows:
            table.add_row(*row)
        return table


def stories_table(lines: Sequence[Line]) -> Columns:
    """A list of stories, in the order in which they come."""
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
    """What became of each story, in the order of changes.jsonl."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("change")
    table.add_column("story", no_wrap=True)
    table.add_column("articles", justify="right")
    table.add_column("headline", no_wrap=True, overflow="ellipsis")
    for change in changes:
        table.add_row(change["kind"], change["story"], str(change["size"]), plain(change["headline"]))
    return table


def story_page(story: Mapping[str, Any], texts: Mapping[str, str], rulings: AbstractSet[Ruling]) -> Group:
    """One story: when it was told, its articles in order of time, copies under what they copy, and its links.

    Args:
        story: its record.
        texts: texts to print, by article id; may be empty.
        rulings: what people ruled about its articles.
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
    return "ruled by hand: " + "; ".join((["pinned"] if articles[PINNED] else []) + said)


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
    """The links of a story, the strongest first."""
    titles = {article["id"]: f"{article['source']}: {article['title']}" for article in story["articles"]}
    table = Columns(("link", "left"), ("score", "right"), ("newer article", "left"), ("older article", "left"))
    for link in sorted(story["links"], key=lambda one: (one["kind"] != "copy", -one["score"], one["a"], one["b"])):
        ends = [plain(f"{link[end]}  {titles.get(link[end], '')}"[:_SHORT]) for end in ("a", "b")]
        table.add_row(link["kind"], f"{link['score']:.2f}", *ends)
    return table


def runs_table(runs: Sequence[Run]) -> Columns:
    """All runs, in the order in which they come."""
    table = Columns(
        ("run", "left"), ("started (UTC)", "left"), ("seconds", "right"), ("new", "right"), ("updated", "right"),
        ("seen", "right"), ("rejected", "right"), ("changes", "right"), ("inputs or task", "left"),
    )  # fmt: skip
    for run in runs:
        ended = bool(run.manifest)
        table.add_row(
            run.id,
            day(run.started),
            f"{run.manifest['seconds']:.1f}" if ended else "broke off",
            *(f"{run.counted('recognise', name):,}" if ended else "" for name in ("new", "updated", "dropped_seen")),
            f"{run.rejected:,}",
            f"{run.changes:,}",
            plain(run.task),
        )
    return table


def run_page(run: Run, steps: Sequence[Step], changes: Mapping[str, int]) -> Group:
    """One run: what came into each stage and what became of it."""
    table = Columns(
        ("stage", "left"), ("in", "right"), ("out", "right"), ("rejected", "right"), ("dropped", "right"),
        ("seconds", "right"), ("why", "fold"),
    )  # fmt: skip
    seconds = run.manifest.get("stage_seconds", {})
    for step in steps:
        reasons = ", ".join(f"{name.partition('_')[2]} {amount:,}" for name, amount in step.reasons.items() if amount)
        table.add_row(
            step.stage,
            f"{step.came:,}",
            f"{step.left:,}",
            f"{step.rejected:,}" if step.rejected else "",
            f"{step.dropped:,}" if step.dropped else "",
            f"{seconds[step.stage]:.2f}" if step.stage in seconds else "",
            plain(reasons),
        )
    stories = ", ".join(f"{amount:,} {kind}" for kind, amount in changes.items()) or "none"
    return Group(
        Text(f"{run.id}  {run.manifest.get('seconds', 0):.1f} s  {run.manifest.get('runner', '')}", style="bold"),
        plain(f"task: {run.task}"),
        Text(f"changes of stories: {stories}"),
        Text(),
        table,
    )


def difference_table(a: Run, b: Run, found: Sequence[Difference]) -> Columns:
    """Where two runs differ."""
    table = Columns(("what", "left"), (a.id, "right"), (b.id, "right"), ("change", "right"))
    for what, left, right in found:
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (left, right))
        table.add_row(plain(what), _value(left), _value(right), f"{right - left:+,g}" if numbers else "")
    return table


def _value(value: Any) -> Text:
    if value is None:
        return Text("-")
    if isinstance(value, list):
        return plain(", ".join(map(str, value)))
    return plain(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))
