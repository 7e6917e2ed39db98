"""What a terminal can be given: publishers' strings as text without control characters, tables without a frame."""

import re

from rich.table import Table
from rich.text import Text

# Control characters and bidirectional overrides could move the cursor or turn a line round; a variation or a tag could
# hide in a name.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
_RAW = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


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


def frameless() -> Table:
    """A table without a frame, to which columns are added."""
    return Table(box=None, pad_edge=False, header_style="bold")


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
