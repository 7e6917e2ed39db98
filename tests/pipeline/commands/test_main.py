"""Wrong use: one clear line and the right exit code, never a traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.commands.main import main
from pipeline.runs import batch as run
from pipeline.store.lock import run_lock
from tests.support.command import ROOT, lines, newsfold, runs


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["run", "absent.xml"], 2, "absent.xml: no such file or folder"),
        (["run", "empty"], 2, "empty: no file in this folder"),
        (["run", "nothing*.xml"], 2, "nothing*.xml: nothing matches"),
        (["run", "ftp://a.example/feed"], 2, "only http and https"),
        (["run", "feed.xml", "--outptu", "x"], 1, "unknown option --outptu: did you mean --output?"),
        (["run", "feed.xml", "--runer=DirectRunner"], 1, "unknown option --runer=DirectRunner: did you mean --runner?"),
        (["run", "feed.xml", "--direct_num_workers=many"], 1, "direct_num_workers"),
        (
            ["run", "feed.xml", "--config", "broken.yaml"],
            1,
            "unknown key stories.treshold: accepted here are threshold",
        ),
        (["run", "feed.xml", "--config", "absent.yaml"], 1, "absent.yaml: No such file or directory"),
        (["run", "feed.xml", "--store", "nosuchdatabase://x"], 1, "cannot use the store nosuchdatabase://x"),
        (["run", "feed.xml", "--output", "feed.xml"], 1, "feed.xml"),
        (["run", "feed.xml", "--wait", "soon"], 1, "--wait: 'soon' is no duration"),
        (["run"], 1, "INPUT"),
        (["rnu"], 1, "rnu"),
        (["stories"], 1, "no store at newsfold-output/newsfold.db"),
        (["stories", "--limit", "none"], 1, "--limit"),
        (["run", "broken.feed"], 2, "nothing could be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_use(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    (tmp_path / "feed.xml").write_text("<rss version='2.0'><channel><title>A</title></channel></rss>", encoding="utf-8")
    (tmp_path / "broken.feed").write_text("<?xml version='1.0'?><rss version='2.0", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("stories: {treshold: 0.2}", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    outcome = newsfold(*words, folder=tmp_path)
    assert outcome.code == code, outcome.err
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("newsfold: ")


def test_an_unknown_story(tmp_path: Path) -> None:
    newsfold("run", ROOT / "configs/quickstart/archive.jsonl", folder=tmp_path)
    outcome = newsfold("show", "s_nothing", folder=tmp_path)
    assert outcome.code == 1
    assert "no story 's_nothing'" in outcome.err


def test_another_run_holds_the_lock(tmp_path: Path) -> None:
    with run_lock(f"sqlite:///{tmp_path / 'newsfold.db'}"):
        outcome = newsfold("run", ROOT / "configs/quickstart", "--output", tmp_path, "--wait", "0.5s")
    assert outcome.code == 75
    assert len(outcome.err.splitlines()) == 1


def test_dead_letters_are_an_input(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": "1", "text": ""}\n{"id": "2", "text": "A barge sank at its berth."}\n', encoding="utf-8")
    feed = tmp_path / "feed.xml"
    feed.write_text("<rss", encoding="utf-8")
    output = tmp_path / "out"
    assert newsfold("run", rows, feed, "--output", output).code == 0
    letters = runs(output)[0] / "rejected.jsonl"
    assert [letter["reason"] for letter in lines(letters)] == ["invalid_row", "malformed"]
    feed.write_text(
        "<rss version='2.0'><channel><item><title>Mended feed speaks again</title></item></channel></rss>",
        encoding="utf-8",
    )
    letters.write_text(letters.read_text(encoding="utf-8").replace('\\"text\\": \\"\\"', '\\"text\\": \\"Mended.\\"'))
    again = newsfold("run", letters, "--output", output)
    assert "2 new articles" in again.out, again.err
    assert lines(runs(output)[-1] / "rejected.jsonl") == []


def test_help_names_the_inputs_and_beam() -> None:
    outcome = newsfold("run", "--help")
    assert outcome.code == 0
    assert "INPUT" in outcome.out
    assert "Apache Beam" in outcome.out


def test_who_interrupts_a_wait_for_a_cluster_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beam wraps what ends its own engine, not what ends the waiting for another one."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    ended: list[int] = []
    monkeypatch.setattr(run, "run", interrupted)
    monkeypatch.setattr(os, "_exit", ended.append)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["newsfold", "run", "x.jsonl"])
    main()
    assert ended == [130]


def test_an_interrupted_run_says_nothing_and_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    words = " ".join(f"word{number}" for number in range(400))
    rows.write_text("".join(f'{{"id": "{n}", "title": "Row {n}", "text": "{words} {n}"}}\n' for n in range(20_000)))
    output = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-c", "from pipeline.commands.main import main; main()", "run", rows, "--output", output],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    while not (output / "newsfold.db").exists():
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 130
    assert newsfold("stories", "--output", output, "--json").out == ""
    assert newsfold("run", ROOT / "configs/quickstart", "--output", output).code == 0


def test_an_interrupt_that_no_engine_wraps_ends_the_command_too() -> None:
    script = """
from pipeline.commands import main as cli
@cli.app.command()
def interrupted() -> None:
    raise KeyboardInterrupt
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", script, "interrupted"], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
