"""Disks that are full or closed, databases that fail: one clear line, nothing torn, and the next run completes it."""

import os
import re
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from pipeline.outputs.folder import Format, OutputFolder
from pipeline.runs import batch as running
from pipeline.runs.batch import BrokenOffError, run
from pipeline.runs.request import RunRequest
from pipeline.store import outbox, sql_store
from pipeline.store.errors import StoreError
from pipeline.store.sql_store import SqlStoreFactory
from tests.support.command import PROCESS, ROOT, lines, newsfold, runs

QUICKSTART = ROOT / "configs/quickstart"
ARCHIVE = QUICKSTART / "archive.jsonl"


def fold(*inputs: Path, output: Path, at: int = 1_793_000_000) -> str:
    """A run in this process; its id."""
    return run(
        RunRequest(OutputFolder(output), [str(given) for given in inputs]),
        clock=lambda: at,
    ).run


def rows(path: Path, count: int) -> Path:
    words = " ".join(f"word{number}" for number in range(200))
    path.write_text("".join(f'{{"id": "{n}", "title": "Row {n}", "text": "{n} {words}"}}\n' for n in range(count)))
    return path


def one_line(text: str, *parts: str) -> None:
    assert len(text.splitlines()) == 1, text
    assert text.startswith("newsfold: ")
    assert all(part in text for part in parts), text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "newsfold-test", str(folder)]
    if os.geteuid() or subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk(small_disk: Path, tmp_path: Path) -> None:
    assert newsfold("run", ARCHIVE, "--output", small_disk).code == 0
    before = (small_disk / "stories.jsonl").read_bytes()
    outcome = newsfold("run", rows(tmp_path / "rows.jsonl", 2000), "--output", small_disk)
    assert outcome.code == 1
    store_url = OutputFolder(small_disk).store_url
    one_line(outcome.err, f"the run broke off: cannot use the store {store_url}: database or disk is full")
    assert (small_disk / "stories.jsonl").read_bytes() == before
    assert len(runs(small_disk)) == 1
    assert newsfold("run", QUICKSTART, "--output", small_disk).code == 0
    assert len(lines(small_disk / "stories.jsonl")) == 15


def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """As under a quota."""
    output = tmp_path / "output"
    assert newsfold("run", ARCHIVE, "--output", output).code == 0
    words = ["run", str(rows(tmp_path / "rows.jsonl", 2000)), "--output", str(output)]
    process = subprocess.run(
        [*PROCESS, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20)),
        check=False,
    )
    assert process.returncode == 1
    one_line(process.stderr)
    assert newsfold("run", QUICKSTART, "--output", output).code == 0
    assert len(lines(output / "stories.jsonl")) == 15


def test_a_disk_that_is_full_when_the_files_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "output"
    fold(ARCHIVE, output=output)
    before = (output / "stories.jsonl").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            fold(QUICKSTART, output=output, at=1_793_000_001)
    assert (output / "stories.jsonl").read_bytes() == before
    assert list(output.rglob(".*.partial")) == []
    fold(QUICKSTART, output=output, at=1_793_000_002)
    assert len(lines(output / "stories.jsonl")) == 15
    assert [len(lines(folder / "changes.jsonl")) > 0 for folder in runs(output)] == [True, True, False]


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    if not os.geteuid():
        closed = Path("/proc/newsfold-output")
    else:
        closed = tmp_path / "closed" / "output"
        closed.parent.mkdir(mode=0o555)
    outcome = newsfold("run", ARCHIVE, "--output", closed)
    assert outcome.code == 1
    one_line(outcome.err, str(closed))


def test_a_disk_that_is_read_only(small_disk: Path) -> None:
    assert newsfold("run", ARCHIVE, "--output", small_disk).code == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    outcome = newsfold("run", QUICKSTART, "--output", small_disk)
    assert outcome.code == 1
    one_line(outcome.err, "Read-only file system")
    assert len(runs(small_disk)) == 1


@contextmanager
def failing_database(statements: str, says: str) -> Iterator[None]:
    """Fails every statement that matches a regular expression, as a driver does."""

    def fail(_cursor: object, statement: str, *_: object) -> None:
        if re.match(statements, statement):
            raise sqlite3.OperationalError(says)

    event.listen(Engine, "do_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "do_execute", fail)


@pytest.mark.parametrize("statements", [r'SELECT articles\."key"', "UPDATE store_meta"])
def test_a_database_that_fails_in_a_worker(tmp_path: Path, statements: str) -> None:
    output = tmp_path / "output"
    line = f"the run broke off: cannot use the store {OutputFolder(output).store_url}: server closed it unexpectedly"
    failing = failing_database(statements, "server closed it\n\tunexpectedly")
    with failing, pytest.raises(BrokenOffError, match=f"^{re.escape(line)}$"):
        fold(QUICKSTART, output=output)
    interrupted, finished = "", fold(QUICKSTART, output=output, at=1_793_000_001)
    with SqlStoreFactory(OutputFolder(output).store_url, "")() as store:
        assert outbox.unexported_runs(store, before="") == []
        with store.reading() as connection:
            states = connection.exec_driver_sql("SELECT id, finished, manifest FROM runs ORDER BY id").all()
    (interrupted, never, manifest), (second, then, _) = states
    assert (second, never, then) == (finished, None, 1_793_000_001)
    assert '"interrupted": true' in manifest
    assert not (output / "runs" / interrupted).exists()


def test_a_database_that_fails_outside_of_the_workers(tmp_path: Path) -> None:
    line = f"cannot use the store {OutputFolder(tmp_path).store_url}: the connection is lost"
    failing = failing_database("UPDATE runs SET finished", "the connection\nis lost")
    with failing, pytest.raises(StoreError, match=f"^{re.escape(line)}$"):
        fold(QUICKSTART, output=tmp_path)


def test_a_run_that_died_after_its_commit_gets_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyError

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "finish_run", die)
        with pytest.raises(KeyError):
            fold(QUICKSTART, output=tmp_path)
    assert not (tmp_path / "stories.jsonl").exists()
    fold(QUICKSTART, output=tmp_path, at=1_793_000_001)
    died, finished = runs(tmp_path)
    assert '"interrupted": true' in (died / "manifest.json").read_text()
    assert len(lines(died / "changes.jsonl")) == len(lines(tmp_path / "stories.jsonl")) == 15
    assert lines(finished / "changes.jsonl") == []


def test_an_error_of_the_program_keeps_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(sql_store.SqlStore, "commit", fail)
    with pytest.raises((ZeroDivisionError, RuntimeError), match="a bug"):
        fold(QUICKSTART, output=tmp_path)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) disk I/O error\n[SQL: x]", "disk I/O error"),
        (
            "Traceback:\n  File x\nOSError: [Errno 28] No space left on device [while running 'Write/Write']",
            "[Errno 28]",
        ),
        ("pipeline.store.sql_store.StoreError: cannot use the store [while running 'Write']", "cannot use the store"),
        ("KeyError: 'OSError: a key'", None),
    ],
)
def test_the_cause_in_what_a_runner_says(said: str, line: str | None) -> None:
    cause = running._cause(RuntimeError(said))
    assert cause is None if line is None else cause and cause.startswith(line) and "while running" not in cause


def test_the_snapshot_is_of_the_store_whatever_was_used_since(tmp_path: Path) -> None:
    """Another format, another folder over the same store: an unchanged store is no reason to keep an old file."""
    one, other = tmp_path / "one", tmp_path / "other"
    store = OutputFolder(one).store_url

    def write(inputs: Path, output: Path, form: Format, at: int) -> None:
        run(RunRequest(OutputFolder(output), [str(inputs)], store, form=form), clock=lambda: at)

    write(ARCHIVE, one, "json", 1_793_000_000)
    write(QUICKSTART, other, "json", 1_793_000_001)
    write(QUICKSTART, one, "parquet", 1_793_000_002)
    assert len(lines(one / "stories.jsonl")) < 15
    write(QUICKSTART, one, "json", 1_793_000_003)
    assert (one / "stories.jsonl").read_bytes() == (other / "stories.jsonl").read_bytes()
    written = (one / "stories.jsonl").stat().st_mtime_ns
    write(QUICKSTART, one, "json", 1_793_000_004)
    assert (one / "stories.jsonl").stat().st_mtime_ns == written
