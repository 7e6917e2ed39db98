"""A run that is stopped before its commit, loses its lock, is overtaken by a whole run, and then goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.support.command import ROOT, lines, newsfold
from tests.support.stores import content

pytestmark = pytest.mark.slow

ZOMBIE = """
import functools, os, signal
from pipeline.commands.main import main
from tests.chaos.points import arm, point
arm(point("before the commit"), functools.partial(os.kill, os.getpid(), signal.SIGSTOP))
main()
"""
SAMPLES = ROOT / "configs" / "quickstart"


def lose_lock(store_url: str, lock: Path) -> None:
    """What frees the lock of a process that lives: a file that is cleaned away, a connection that breaks."""
    if store_url.startswith("sqlite"):
        lock.unlink()
        return
    engine = create_engine(store_url, poolclass=NullPool)
    with engine.connect() as connection:
        held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        (pid,) = connection.exec_driver_sql(held).scalars()
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    engine.dispose()


def test_its_commit_is_refused(store_url: str, tmp_path: Path) -> None:
    # Other work here, the same work there.
    overtaken_by = ["archive.jsonl"] if store_url.startswith("sqlite") else ["."]
    words: list[str | Path] = ["--output", tmp_path / "out", "--store", store_url]
    zombie = subprocess.Popen(
        [sys.executable, "-c", ZOMBIE, "run", SAMPLES, *words], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        assert os.WIFSTOPPED(os.waitpid(zombie.pid, os.WUNTRACED)[1])
        assert newsfold("run", SAMPLES, *words).code == 75
        lose_lock(store_url, tmp_path / "store.lock")
        overtaker = newsfold("run", *(SAMPLES / name for name in overtaken_by), *words)
        assert overtaker.code == 0, overtaker.err
        before = content(store_url)
        told = (tmp_path / "out" / "stories.jsonl").read_bytes()
        zombie.send_signal(signal.SIGCONT)
        _, errors = zombie.communicate(timeout=120)
    finally:
        zombie.kill()
        zombie.wait()
    assert zombie.returncode == 1
    assert len(errors.splitlines()) == 1
    assert "was overtaken by" in errors
    assert content(store_url) == before
    assert (tmp_path / "out" / "stories.jsonl").read_bytes() == told
    after = newsfold("run", SAMPLES, *words)
    assert after.code == 0, after.err
    assert sum(story["size"] for story in lines(tmp_path / "out" / "stories.jsonl")) == 20
