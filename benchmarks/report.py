"""Reports what a part of a benchmark has measured, as tables for a person and as JSON for a program."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table as RichTable


class SkippedError(Exception):
    """Raised by a part that cannot run here; one line says why."""


class Table(NamedTuple):
    """Rows of figures under a title."""

    title: str
    columns: Sequence[str]
    """The first is the heading of the row names."""
    rows: Sequence[Sequence[str | float | None]]
    """None is an empty cell."""


class Check(NamedTuple):
    """A target, and the value measured."""

    what: str
    least: float
    """The least value that meets the target."""
    got: float

    @property
    def met(self) -> bool:
        """Whether the value meets the target."""
        return self.got >= self.least


class Part(NamedTuple):
    """The results of one part of a benchmark."""

    tables: Sequence[Table]
    checks: Sequence[Check]
    figures: Mapping[str, Any]
    """Everything in the tables and more, ready for JSON."""
    notes: Sequence[str] = ()
    """Lines printed below the tables."""

    def as_json(self) -> dict[str, Any]:
        """Returns the figures, with the checks under `targets`."""
        targets = [{"what": one.what, "least": one.least, "got": one.got, "met": one.met} for one in self.checks]
        return {**self.figures, "targets": targets}


def show(name: str, part: Part, console: Console) -> None:
    """Prints the tables, the notes and the targets of a part."""
    for table in part.tables:
        _show_table(f"{name}: {table.title}", table.columns, table.rows, console)
    for note in part.notes:
        console.print(note, soft_wrap=True)
    if part.checks:
        rows = [(one.what, one.least, one.got, "yes" if one.met else "NO") for one in part.checks]
        _show_table(f"{name}: targets", ("what", "at least", "measured", "met"), rows, console)


def _show_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str | float | None]], console: Console
) -> None:
    table = RichTable(title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4f}" if value < 10 else f"{value:.1f}"


def write_line(figures: Mapping[str, Any], file: Path | None) -> None:
    """Prints all figures as one line of JSON, and writes it to a file if one is given."""
    line = json.dumps(figures) + "\n"
    if file:
        file.write_text(line, encoding="utf-8")
    sys.stdout.write(line)
