"""`newsfold stream` on Prism: the short form of `make bench-streaming`."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.press import script
from benchmarks.streaming import Trial, run_trial
from pipeline.outputs import webhook as notify
from tests.support.command import ROOT, newsfold
from tests.support.fault_server import Answer, fault_server, feed
from tests.support.receiver import SECRET, receiving

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


@pytest.mark.slow
def test_a_stream_loses_nothing_doubles_nothing_and_tells_the_stories_of_a_run(prism: str) -> None:
    """Killed once in its midst, perhaps between a commit and its line; SIGTERM ends it when all is folded."""
    seconds, feeds, window = 20, 6, 3
    pieces = script(feeds=feeds, seconds=seconds, articles=40)
    found = run_trial(Trial(pieces, seconds, feeds, slow=True, kills=1, batches=3, window_seconds=window), prism)
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


@pytest.mark.slow
def test_a_stream_posts_its_changes_while_it_goes_on(
    prism: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(notify.SECRET, SECRET)
    (tmp_path / "config.yaml").write_text(
        "fetch: {private_addresses: true}\nstream: {window_seconds: 1}\n", encoding="utf-8"
    )
    with fault_server() as server, receiving(500) as receiver:
        server.script = lambda *_: Answer(200, feed("Ellerby"))
        words = ["stream", server.url("feed"), "--output", tmp_path / "out", "--config", tmp_path / "config.yaml"]
        with subprocess.Popen(
            [
                *(sys.executable, "-c", "from pipeline.commands.main import main; main()"),
                *map(str, words),
                *("--notify", receiver.url, "--prism_location", prism),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            shown = process.stdout.readline()
            deadline = time.monotonic() + 60
            while len(receiver.requests) < 2 and time.monotonic() < deadline:
                time.sleep(0.1)
            going_on = process.poll() is None
            process.terminate()
            rest = process.communicate(timeout=60)
    assert going_on
    assert (process.returncode, rest[0]) == (0, "")
    assert receiver.changes() == [json.loads(shown)]
