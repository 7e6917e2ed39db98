"""The files of one run, as JSON Lines or as Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pipeline.outputs.replace import replacing
from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore

Format = Literal["json", "parquet"]


def export(store: SqlStore, output: Path, run: str, manifest: bytes, form: Format) -> None:
    """Writes the files of one run from the store; safe to repeat.

    The snapshot of the stories is only written when the run changed one, or when there is none yet.

    Args:
        store: after the run's commit.
        output: folder of all files.
        run: its id.
        manifest: the content of manifest.json, empty for a run that broke off.
        form: 'json' for JSON Lines, 'parquet' for the same tables as Parquet.
    """
    changes = outbox.changes_of(store, run)
    folder = output / "runs" / run
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "changes", changes, form)
    _write(folder / "rejected", outbox.rejected_of(store, run), form)
    if manifest:
        with replacing(folder / "manifest.json") as file:
            file.write(manifest + b"\n")
    if changes or not table_path(output / "stories", form).exists():
        _write(output / "stories", outbox.active_records(store), form)
    outbox.mark_exported(store, run)


def table_path(stem: Path, form: Format) -> Path:
    """The file of a table: its path without an ending, and that of the format."""
    return stem.with_name(f"{stem.name}.{'jsonl' if form == 'json' else 'parquet'}")


def _write(stem: Path, lines: Sequence[bytes], form: Format) -> None:
    with replacing(table_path(stem, form)) as file:
        if form == "json":
            file.writelines(line + b"\n" for line in lines)
        else:
            from pipeline.outputs.parquet import write_table

            write_table(file, stem.name, lines)
