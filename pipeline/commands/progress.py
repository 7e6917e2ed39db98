"""Progress and summary of `newsfold run`."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from rich.live import Live
from rich.text import Text

from pipeline.commands.common import err, opened_store, out
from pipeline.runs.request import Counts, Report, RunRequest


@contextmanager
def progress(enabled: bool) -> Iterator[None]:
    """Shows a live line with the counts of the stages on a terminal while the block runs."""
    if not enabled:
        yield
        return
    from transforms.counts import TALLY

    started = time.monotonic()
    shown = (
        ("fetch", "out", "fetched"),
        ("parse", "out", "read"),
        ("clean", "out", "articles"),
        ("recognise", "out", "new"),
        ("sketch", "out", "sketched"),
        ("match", "out", "matched"),
        ("write", "out", "written"),
    )

    def line() -> Text:
        counts = "  ".join(f"{label} {TALLY[stage, name]:,}" for stage, name, label in shown if TALLY[stage, name])
        return Text(f"{time.monotonic() - started:5.1f} s  {counts or 'starting'}", overflow="ellipsis", no_wrap=True)

    with Live(get_renderable=line, console=err, refresh_per_second=5, transient=True):
        yield


def print_report(report: Report, request: RunRequest) -> None:
    """Prints the largest stories, the counts of articles by outcome, and the paths of the files."""
    from pipeline.commands.tables.stories import stories_table
    from pipeline.inspect.index import opened_index
    from pipeline.inspect.listing import Filter, count_stories, list_stories

    now, output = time.time(), request.output
    with opened_store(output.path, request.store_url) as opened, opened_index(output.index, opened) as index:
        largest, active = list_stories(index, Filter(), now, 20), count_stories(index, Filter(), now)
    out.print(stories_table(largest))
    out.print()
    out.print(f"{summary(report.counts)}; {active:,} active stories; {report.seconds:.1f} s")
    out.print(f"stories:  {output.stories(request.form)}")
    out.print(f"this run: {output.run(report.run)}")


def print_changes(report: Report) -> None:
    """Prints what a dry run would have changed."""
    from pipeline.commands.tables.stories import changes_table

    changes = [orjson.loads(line) for line in report.changes]
    kinds = Counter(change["kind"] for change in changes)
    out.print(changes_table(changes))
    out.print()
    stories = ", ".join(f"{amount:,} {kind}" for kind, amount in kinds.items())
    out.print(f"{summary(report.counts)}; stories: {stories or 'no change'}; nothing was written")


def summary(counts: Counts) -> str:
    """Summarises the outcomes of the articles and feeds of a run in one line."""
    fetched, recognised = counts.get("fetch", {}), counts.get("recognise", {})
    rejected = sum(
        amount for stage in counts.values() for name, amount in stage.items() if name.startswith("rejected_")
    )
    new, updated = recognised.get("new", 0), recognised.get("updated", 0)
    parts = [f"{new:,} new articles" if new or updated else "nothing is new"]
    others = (
        (updated, "updated"),
        (recognised.get("dropped_seen", 0), "seen before"),
        (fetched.get("dropped_unchanged", 0), "feeds unchanged"),
        (fetched.get("dropped_not_due", 0), "feeds not due yet"),
        (fetched.get("dropped_deferred", 0), "feeds put off"),
    )
    parts += [f"{amount:,} {label}" for amount, label in others if amount]
    parts.append(f"{rejected:,} rejected")
    return ", ".join(parts)
