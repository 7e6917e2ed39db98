"""The files of one run, as JSON Lines or as Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pipeline.outputs.replace import discard_partials, make_folder, replacing
from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore

Format = Literal["json", "parquet"]


def export(store: SqlStore, output: Path, run: str, manifest: bytes, form: Format) -> None:
    """Writes the files of one run from the store; safe to repeat, and to begin again after a death in its midst.

    The snapshot of the stories is only written when the run changed one, or when that in the folder is not of the
    store as it is: there is none, another store or another folder was used since, the store was put back.

    Args:
        store: after the run's commit.
        output: folder of all files.
        run: its id.
        manifest: the content of manifest.json.
        form: 'json' for JSON Lines, 'parquet' for the same tables as Parquet.
    """
    changes = outbox.changes_of(store, run)
    folder = output / "runs" / run
    make_folder(folder)
    discard_partials(folder)
    discard_partials(output)
    _write(folder / "changes", changes, form)
    _write(folder / "rejected", outbox.rejected_of(store, run), form)
    with replacing(folder / "manifest.json") as file:
        file.write(manifest + b"\n")
    snapshot = table_path(output / "stories", form)
    state = outbox.last_change(store).encode()
    if changes or not snapshot.exists() or _state_of(snapshot) != state:
        _write(output / "stories", store.active_records(), form)
        with replacing(_state_path(snapshot)) as file:
            file.write(state)
    outbox.mark_exported(store, run)


def table_path(stem: Path, form: Format) -> Path:
    """The file of a table: its path without an ending, and that of the format."""
    return stem.with_name(f"{stem.name}.{'jsonl' if form == 'json' else 'parquet'}")


def _state_path(snapshot: Path) -> Path:
    """The hidden file that names the last change that a snapshot holds."""
    return snapshot.with_name(f".{snapshot.name}.state")


def _state_of(snapshot: Path) -> bytes | None:
    path = _state_path(snapshot)
    return path.read_bytes() if path.exists() else None


def _write(stem: Path, lines: Sequence[bytes], form: Format) -> None:
    with replacing(table_path(stem, form)) as file:
        if form == "json":
            file.writelines(line + b"\n" for line in lines)
        else:
            from pipeline.outputs.parquet import write_table

            write_table(file, stem.name, lines)
