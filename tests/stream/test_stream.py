"""`newsfold stream` on Prism: the short form of `make bench-streaming`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.press import script
from benchmarks.streaming import watched
from tests.command import ROOT, newsfold

_SOURCE = "github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0"


@pytest.fixture(scope="session")
def prism() -> str:
    """The path of Prism: NEWSFOLD_PRISM, the one on PATH, or one that Go builds once."""
    built = ROOT / ".benchmarks" / "bin" / "prism"
    found = os.environ.get("NEWSFOLD_PRISM") or shutil.which("prism") or (str(built) if built.exists() else None)
    if found:
        return found
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        pytest.skip("no prism on PATH, and no Go to build it")
    done = subprocess.run(
        [go, "install", _SOURCE], env=os.environ | {"GOBIN": str(built.parent)}, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"Prism cannot be built: {done.stderr[-200:]}")
    return str(built)


def test_a_stream_loses_nothing_doubles_nothing_and_tells_the_stories_of_a_run(prism: str) -> None:
    """Killed once in its midst, perhaps between a commit and its line; SIGTERM ends it when all is folded."""
    seconds, feeds, window = 20, 6, 3
    found = watched(
        script(feeds=feeds, seconds=seconds, articles=40),
        seconds,
        feeds,
        prism,
        slow=True,
        kills=1,
        batches=3,
        window_seconds=window,
    )
    assert found["lost"] == 0
    assert found["articles"] == 40
    assert found["agreement"] == found["agreement_of_batches"] == found["same_copies"] == 1.0
    assert found["stories"] == found["events"]


def test_an_engine_that_holds_a_stream_back_is_refused(tmp_path: Path) -> None:
    done = newsfold("stream", "https://example.org/feed.xml", "--runner=FnApiRunner", "--output", tmp_path)
    assert done.code == 1
    assert "Prism" in done.err
    assert done.err.count("\n") == 1


def test_a_stream_reads_no_files(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    done = newsfold("stream", tmp_path / "rows.jsonl", "--output", tmp_path / "out")
    assert done.code == 1
    assert "newsfold run reads files" in done.err
