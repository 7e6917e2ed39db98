"""The files of one run, as JSON Lines or as Parquet."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.outputs.folder import Format, OutputFolder
from pipeline.outputs.replace import discard_partials, make_folder, replacing
from pipeline.store import outbox
from pipeline.store.sql_store import SqlStore


def export(store: SqlStore, output: OutputFolder, run: str, manifest: bytes, form: Format) -> None:
    """Writes the files of one run from the store; idempotent, so that it can be repeated after a crash.

    The snapshot of the stories is only written if the run changed a story, or if the snapshot in the folder is missing
    or stale because another store or folder was used in between or the store was restored from a backup.

    Args:
        store: store that holds the run's commit.
        output: folder that the files are written to.
        run: id of the run.
        manifest: content of manifest.json.
        form: 'json' for JSON Lines, 'parquet' for the same tables as Parquet.
    """
    changes = outbox.changes_of(store, run)
    make_folder(output.run(run))
    discard_partials(output.run(run))
    discard_partials(output.path)
    _write(output.changes(run, form), changes, form)
    _write(output.rejected(run, form), outbox.rejected_of(store, run), form)
    with replacing(output.manifest(run)) as file:
        file.write(manifest + b"\n")
    snapshot, state = output.stories(form), output.stories_state(form)
    latest = outbox.last_change(store).encode()
    if changes or not snapshot.exists() or not state.exists() or state.read_bytes() != latest:
        _write(snapshot, store.active_records(), form)
        with replacing(state) as file:
            file.write(latest)
    outbox.mark_exported(store, run)


def _write(path: Path, lines: Sequence[bytes], form: Format) -> None:
    with replacing(path) as file:
        if form == "json":
            file.writelines(line + b"\n" for line in lines)
        else:
            from pipeline.outputs.parquet import write_table

            write_table(file, path.stem, lines)
