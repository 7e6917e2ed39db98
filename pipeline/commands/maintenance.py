"""Maintenance commands: `newsfold purge`, `reindex`, `backup` and `restore`."""

import shutil
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.common import (
    OUTPUT,
    ConfigOption,
    OutputOption,
    StoreOption,
    opened_store,
    out,
)
from pipeline.config import load
from pipeline.errors import UsageError
from pipeline.outputs.folder import OutputFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.store.sql_store import SqlStore

app = typer.Typer()


@app.command()
def purge(
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="Such as 2026-01-31, in UTC.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Delete closed stories that last changed before DATE, and the runs before it; no feed brings them back."""
    from pipeline.settings import horizon_seconds
    from pipeline.store.purge import purge as delete_old

    try:
        moment = datetime.strptime(before, "%Y-%m-%d").replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise UsageError(f"--before: {before!r} is no date such as 2026-01-31") from error
    horizon = horizon_seconds(load(config))
    with _held(output, store) as opened:
        gone = delete_old(opened, before=int(moment.timestamp()), horizon_seconds=horizon)
    OutputFolder(output).index.unlink(missing_ok=True)  # rebuilt from the store by the next reader
    out.print(f"deleted {gone.articles:,} articles of {gone.stories:,} closed stories, and {gone.runs:,} runs")


@app.command()
def reindex(output: OutputOption = OUTPUT, config: ConfigOption = None, store: StoreOption = "") -> None:
    """Rebuild all sketches and the index if their version or settings have changed; a run does so too."""
    from pipeline.settings import bands
    from pipeline.store.reindex import reindex_if_outdated

    index = bands(load(config))
    with _held(output, store) as opened:
        resketched = reindex_if_outdated(opened, bands=index)
    out.print(f"{resketched:,} articles sketched again" if resketched else "all sketches and the index are current")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write; must not exist.")],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
) -> None:
    """Write a consistent copy of a SQLite store, even while a run is active."""
    _refuse_postgresql(store, "pg_dump")
    if file.exists():
        raise UsageError(f"{file} exists: name another file")
    with opened_store(output, store) as opened:
        opened.copy_to(file)
    out.print(f"{file}: {file.stat().st_size:,} bytes")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Written by newsfold backup.")],
    output: OutputOption = OUTPUT,
) -> None:
    """Restore the store of an output folder from a backup."""
    from pipeline.outputs.replace import make_folder, replacing
    from pipeline.store.lock import run_lock

    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    with opened_store(output, f"sqlite:///{file}"):
        pass  # checks that it is a store that this version can read
    folder = OutputFolder(output)
    make_folder(output)
    with run_lock(folder.store_url), replacing(folder.database) as whole, file.open("rb") as copy:
        shutil.copyfileobj(copy, whole)
        for derived in (*folder.journals, folder.index):
            derived.unlink(missing_ok=True)
    out.print(f"{folder.database} is restored from {file}; the next run rewrites stories.jsonl")


def _refuse_postgresql(store: str, instead: str) -> None:
    if store and not store.startswith("sqlite"):
        raise UsageError(f"a store in PostgreSQL is copied by {instead}")


@contextmanager
def _held(output: Path, store: str) -> "Iterator[SqlStore]":
    """Opens the store and holds the run lock while the block runs."""
    from pipeline.store.lock import run_lock

    with opened_store(output, store) as opened, run_lock(store or OutputFolder(output).store_url):
        yield opened
