"""Safe terminal output: publishers' strings without control characters, and frameless tables."""

import re

from rich.table import Table
from rich.text import Text

# Control characters and bidirectional overrides could move the cursor or reverse a line; invisible tag characters could
# hide in a name.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_RAW = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def clean(value: str) -> str:
    """Replaces control and formatting characters in a publisher's string by spaces."""
    return _UNSAFE.sub(" ", value)


def plain(value: str) -> Text:
    """Returns a cleaned string as a rich text without markup."""
    return Text(clean(value))


def safe_json(record: bytes) -> bytes:
    """Escapes control and formatting characters in JSON, without changing its meaning."""
    text = record.decode()
    if not _RAW.search(text):
        return record
    return _RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def day(iso: str | None) -> str:
    """Formats the date, hour and minute of an RFC 3339 time."""
    return iso[:16].replace("T", " ") if iso else "undated"


def frameless() -> Table:
    """Returns a frameless table without columns."""
    return Table(box=None, pad_edge=False, header_style="bold")


class Columns:
    """A frameless table whose last column takes the rest of the line, so that no other column is truncated.

    Args:
        columns: (title, 'left', 'right' or 'fold') of each column.
    """

    def __init__(self, *columns: tuple[str, str]) -> None:
        self._columns = columns
        self._rows: list[list[Text]] = []

    def add_row(self, *cells: str | Text) -> None:
        """Adds a row with one cell per column."""
        self._rows.append([Text(cell) if isinstance(cell, str) else cell for cell in cells])

    def __rich__(self) -> Table:
        """Returns the table that rich prints."""
        table = frameless()
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
