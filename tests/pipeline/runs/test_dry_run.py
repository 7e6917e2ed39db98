"""A dry run says what a run would do, and changes no byte."""

import os
from pathlib import Path

from tests.support.command import ROOT, lines, newsfold, runs

QUICKSTART = ROOT / "configs/quickstart"


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_says_what_the_run_then_does(tmp_path: Path) -> None:
    output = tmp_path / "output"
    first = newsfold("run", QUICKSTART / "archive.jsonl", "--output", output, "--dry-run")
    assert first.code == 0, first.err
    assert not output.exists()
    assert newsfold("run", QUICKSTART / "archive.jsonl", "--output", output).code == 0
    before = everything(output)
    told = newsfold("run", QUICKSTART, "--output", output, "--dry-run")
    assert everything(output) == before
    assert newsfold("run", QUICKSTART, "--output", output).code == 0
    for outcome, run in ((first, runs(output)[0]), (told, runs(output)[1])):
        changes = lines(run / "changes.jsonl")
        assert changes
        # A story's id is that of its first article: the same in both.
        said = [line.split()[:3] for line in outcome.out.splitlines()[1 : len(changes) + 1]]
        assert said == [[change["kind"], change["story"], str(change["size"])] for change in changes]
        assert outcome.out.rstrip().endswith("nothing was written")


def test_it_refuses_what_it_cannot_foresee(tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert newsfold("run", QUICKSTART / "archive.jsonl", "--output", output).code == 0
    other = tmp_path / "other.yaml"
    other.write_text("copies: {similarity: 0.8}", encoding="utf-8")
    outcome = newsfold("run", QUICKSTART, "--output", output, "--dry-run", "--config", other)
    assert outcome.code == 1
    assert "the settings of the index have changed" in outcome.err
    assert newsfold("run", "--output", tmp_path / "absent", "--dry-run").code == 1
    assert newsfold("run", QUICKSTART, "--output", output, "--dry-run", "--every", "1h").code == 1
    assert os.listdir(tmp_path / "output" / "runs") == [runs(output)[0].name]  # noqa: PTH208
