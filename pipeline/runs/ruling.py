"""The run of a person's hand: no graph, but the lock, the commit and the files of any other."""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import orjson

from pipeline.config import Config
from pipeline.outputs.export import Format, export, table_path
from pipeline.runs.batch import begin_run, database_in_one_line, new_run
from pipeline.runs.graph import fold_settings
from pipeline.store import outbox
from pipeline.store.lock import run_lock
from pipeline.store.rulings import Edit, commit_edit
from pipeline.store.sql_store import SqlStore, SqlStoreFactory
from transforms.fold.fold import fold_edit
from transforms.fold.rulings import ManualEdit
from transforms.records.times import iso


def run_edit(
    decide: Callable[[SqlStore], Edit],
    *,
    words: Sequence[str],
    output: Path,
    store_url: str,
    config: Config,
    clock: Callable[[], float] = time.time,
) -> Sequence[bytes]:
    """Does to stories what a person wants, and writes the files as a run does.

    Args:
        decide: says what is done, from the store as it is under the lock.
        words: of the command, for the manifest.
        output: folder of the files.
        store_url: SQLAlchemy address of a store.
        config: of the folds.
        clock: gives the time in seconds since 1970.

    Returns:
        What it changed: lines of changes.jsonl.

    Raises:
        LockedError: a run holds the lock.
        StoreError: the store fails.
        OSError: the output folder cannot be written.
    """
    form = _form_of(output)
    with run_lock(store_url), database_in_one_line():
        now = int(clock())
        identity = new_run(now)
        with SqlStoreFactory(store_url, identity)() as store:
            edit = decide(store)
            begin_run(store, identity, now, output, form, config)
            started = time.monotonic()
            manual = ManualEdit(edit.stories, edit.after, edit.retracted, now)
            commit_edit(store, fold_edit(manual, store, fold_settings(config)), edit, now)
            manifest = {
                "schema": 1,
                "run": identity,
                "started": iso(now),
                "seconds": round(time.monotonic() - started, 3),
                "manual_edit": list(words),
                "config": config.model_dump(),
                "versions": {"newsfold": version("newsfold")},
            }
            content = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
            outbox.finish_run(store, identity, int(clock()), content)
            export(store, output, identity, content, form)
            return outbox.changes_of(store, identity)


def _form_of(output: Path) -> Format:
    """The format of the files that are there."""
    parquet = table_path(output / "stories", "parquet").exists() and not table_path(output / "stories", "json").exists()
    return "parquet" if parquet else "json"
