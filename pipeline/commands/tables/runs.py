"""Terminal tables of runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group
from rich.text import Text

from pipeline.commands.tables.terminal import Columns, day, plain
from pipeline.inspect.reading import Difference, Run, Step


def runs_table(runs: Sequence[Run]) -> Columns:
    """Lists runs in the given order."""
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
    """Lays out a run: the elements that entered each stage and their outcomes."""
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
    """Lists the differences between two runs."""
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
