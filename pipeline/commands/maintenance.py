"""What is done to a store now and then: deleting what is old, copies of it, its index made anew."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.commands.common import (
    OUTPUT,
    WRONG_USE,
    ConfigOption,
    FailureError,
    OutputOption,
    StoreOption,
    configured,
    opened_store,
    out,
    store_failures,
)

app = typer.Typer()


@app.command()
def purge(
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="Such as 2026-01-31, in UTC.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Delete closed stories that last changed before DATE, and the runs before it; no feed brings them back."""
    try:
        moment = datetime.strptime(before, "%Y-%m-%d").replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise FailureError(f"--before: {before!r} is no date such as 2026-01-31", WRONG_USE) from error
    horizon = round(configured(config).stories.close_after_days * 86_400)
    with _held(output, store) as opened:
        from pipeline.store.purge import purge as delete_old

        gone = delete_old(opened, before=int(moment.timestamp()), horizon_seconds=horizon)
    (output / "inspect.db").unlink(missing_ok=True)  # made anew from the store when somebody looks
    out.print(f"deleted {gone.articles:,} articles of {gone.stories:,} closed stories, and {gone.runs:,} runs")


@app.command()
def reindex(output: OutputOption = OUTPUT, config: ConfigOption = None, store: StoreOption = "") -> None:
    """Make all sketches and the index anew where they are of another version or other settings; a run does so too."""
    copies = configured(config).copies
    with _held(output, store) as opened:
        from pipeline.store.reindex import reindex_sketches
        from transforms.match.bands import banding

        renewed = reindex_sketches(opened, bands=banding(copies.similarity, copies.recall))
    out.print(f"{renewed:,} articles sketched again" if renewed else "all sketches and the index are current")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Takes the copy; must not exist.")],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
) -> None:
    """Copy a SQLite store as of one moment, while runs go on."""
    _refuse_postgresql(store, "pg_dump")
    if file.exists():
        raise FailureError(f"{file} exists: name another file", WRONG_USE)
    with opened_store(output, store) as opened:
        opened.copy_to(file)
    out.print(f"{file}: {file.stat().st_size:,} bytes")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Of newsfold backup.")], output: OutputOption = OUTPUT
) -> None:
    """Put the store of an output folder back to what a backup holds."""
    from pipeline.outputs.replace import replacing
    from pipeline.store.lock import run_lock

    if not file.is_file():
        raise FailureError(f"{file}: no such file", WRONG_USE)
    with opened_store(output, f"sqlite:///{file}"):
        pass  # it is a store, and one that this newsfold can read
    output.mkdir(parents=True, exist_ok=True)
    database = output / "newsfold.db"
    lock = run_lock(f"sqlite:///{database}")
    with store_failures(), lock, replacing(database) as whole, file.open("rb") as copy:
        shutil.copyfileobj(copy, whole)
        for beside in ("newsfold.db-wal", "newsfold.db-shm", "inspect.db"):
            (output / beside).unlink(missing_ok=True)
    out.print(f"{database} is as in {file}; the next run writes stories.jsonl anew")


def _refuse_postgresql(store: str, instead: str) -> None:
    if store and not store.startswith("sqlite"):
        raise FailureError(f"a store in PostgreSQL is copied by {instead}", WRONG_USE)


@contextmanager
def _held(output: Path, store: str) -> Iterator[Any]:
    """The store under the lock of runs."""
    from pipeline.runs.batch import default_store
    from pipeline.store.lock import run_lock

    with opened_store(output, store) as opened, run_lock(store or default_store(output)):
        yield opened
