"""What the commands share: exit codes, consoles, options, and the store opened with one line for an error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipeline.config import Config, ConfigError, load

WRONG_USE, NOTHING_READ, LOCKED, INTERRUPTED = 1, 2, 75, 130

out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False)

OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Folder of the files and of the SQLite store.")]
StoreOption = Annotated[
    str, typer.Option("--store", help="SQLAlchemy address of the store instead of OUTPUT/newsfold.db.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="YAML file; see configs/newsfold.yaml.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the records, one a line.")]
OUTPUT = Path("newsfold-output")


def print_json(*records: bytes) -> None:
    """Prints lines of JSON, with what a terminal would act on escaped."""
    from pipeline.commands.tables.terminal import safe_json

    for record in records:
        sys.stdout.buffer.write(safe_json(record) + b"\n")


class FailureError(Exception):
    """Ends the command with one line and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def configured(path: Path | None) -> Config:
    """The configuration; ends the command when it cannot be used."""
    try:
        return load(path)
    except ConfigError as error:
        raise FailureError(str(error), WRONG_USE) from error


@contextmanager
def store_failures() -> Iterator[None]:
    """Ends the command with one line when the store fails, or a run holds it."""
    from pipeline.store.errors import StoreError
    from pipeline.store.lock import LockedError

    try:
        yield
    except LockedError as error:
        raise FailureError(str(error), LOCKED) from error
    except StoreError as error:
        raise FailureError(str(error), WRONG_USE) from error


@contextmanager
def opened_store(output: Path, store_url: str, *, create: bool = False) -> Iterator[Any]:
    """The store of an output folder; ends the command when there is none and none is to be made."""
    from pipeline.store.sql_store import SqlStoreFactory

    database = output / "newsfold.db"
    if create:
        output.mkdir(parents=True, exist_ok=True)
    elif not store_url and not database.exists():
        raise FailureError(f"no store at {database}: newsfold run makes one", WRONG_USE)
    with store_failures(), SqlStoreFactory(store_url or f"sqlite:///{database}", "")() as opened:
        if create:
            opened.create()
        opened.check()
        yield opened
