"""Consoles, options and store access shared by the commands."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pipeline.errors import NewsfoldError, UsageError
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.schedule import seconds_of

if TYPE_CHECKING:
    from pipeline.outputs.webhook import Webhook
    from pipeline.store.sql_store import SqlStore

out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False)

OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Folder of the files and of the SQLite store.")]
StoreOption = Annotated[
    str, typer.Option("--store", help="SQLAlchemy address of the store instead of OUTPUT/newsfold.db.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="YAML file; see configs/newsfold.yaml.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the records as JSON, one per line.")]
OUTPUT = Path("newsfold-output")


class Format(str, Enum):
    """Format of the output files."""

    json = "json"
    parquet = "parquet"


class LogFormat(str, Enum):
    """Format of the log."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="Format of the files: JSON Lines or Parquet.")]
WaitOption = Annotated[
    str, typer.Option("--wait", metavar="DURATION", help="How long to wait for another run, such as 60s.")
]
LogFormatOption = Annotated[LogFormat, typer.Option("--log-format", help="Format of the log on standard error.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log messages of Beam and the stages.")]
NotifyOption = Annotated[
    str,
    typer.Option(
        "--notify",
        metavar="URL",
        help="Post the changes of stories to this webhook, signed by the secret in NEWSFOLD_NOTIFY_SECRET.",
    ),
]


def own_options(context: typer.Context) -> list[str]:
    """Returns the names of a command's own options, as opposed to Beam's."""
    return [option for parameter in context.command.params for option in parameter.opts]


def seconds_to_wait(wait: str) -> float:
    """Parses the value of `--wait`; '' is 0."""
    with naming("--wait"):
        return seconds_of(wait) if wait else 0.0


def webhook_of(notify: str) -> "Webhook | None":
    """Returns the webhook given by `--notify`, None if it is ''."""
    if not notify:
        return None
    from pipeline.outputs.webhook import SECRET, webhook

    with naming("--notify"):
        return webhook(notify, os.environ.get(SECRET, ""))


@contextmanager
def naming(option: str) -> Iterator[None]:
    """Prefixes usage errors raised in the block with the name of an option."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from error


def print_json(*records: bytes) -> None:
    """Prints JSON records, one per line, with terminal control characters escaped."""
    from pipeline.commands.tables.terminal import safe_json

    for record in records:
        sys.stdout.buffer.write(safe_json(record) + b"\n")


@contextmanager
def opened_store(output: Path, store_url: str, *, create: bool = False) -> "Iterator[SqlStore]":
    """Opens the store of an output folder while the block runs.

    Raises:
        NewsfoldError: the store does not exist and `create` is false.
    """
    from pipeline.outputs.replace import make_folder
    from pipeline.store.sql_store import SqlStoreFactory

    folder = OutputFolder(output)
    if create:
        make_folder(output)
    elif not store_url and not folder.database.exists():
        raise NewsfoldError(f"no store at {folder.database}: newsfold run creates one")
    with SqlStoreFactory(store_url or folder.store_url, "")() as opened:
        if create:
            opened.create()
        opened.check()
        yield opened
