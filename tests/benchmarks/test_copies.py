import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import copies
from benchmarks.report import Check, Part, SkippedError, Table, show

pytestmark = pytest.mark.slow


def test_parts_without_material_are_skipped_with_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSFOLD_SHARED", str(tmp_path))
    copies.main(["--output", str(tmp_path / "out.json")])
    *skipped, line = capsys.readouterr().out.splitlines()
    assert [said.split(":")[0] for said in skipped] == list(copies.PARTS)
    assert all("skipped: no real material" in said for said in skipped)
    result = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert result == json.loads(line)
    assert result["recall"] == {"skipped": "no real material: set NEWSFOLD_SHARED to a folder that holds data/"}


def test_only_the_requested_parts_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(_: object) -> Part:
        raise SkippedError("not requested")

    monkeypatch.setitem(copies.PARTS, "recall", refuse)
    monkeypatch.setitem(copies.PARTS, "identity", lambda _: Part([], [Check("x", 1.0, 2.0)], {"figure": 3}))
    copies.main(["--only", "identity"])
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "recall" not in result
    assert result["identity"] == {"figure": 3, "targets": [{"what": "x", "least": 1.0, "got": 2.0, "met": True}]}


def test_tables_show_what_is_met_and_leave_gaps_for_nothing() -> None:
    out = StringIO()
    part = Part([Table("t", ("a", "b"), [("one", None), ("two", 12345.6)])], [Check("fast", 2.0, 1.0)], {}, ["a note"])
    show("name", part, Console(file=out, width=100))
    assert all(words in out.getvalue() for words in ("name: t", "12,346", "a note", "NO"))
    assert "None" not in out.getvalue()
