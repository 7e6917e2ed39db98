import sys
from pathlib import Path

import pytest

from benchmarks.environments import environment, libraries
from benchmarks.report import SkippedError

pytestmark = pytest.mark.slow


def test_what_cannot_be_installed_is_skipped_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(SkippedError, match=r"absent.*cannot be installed here: ERROR") as caught:
        libraries(tmp_path / "cache", [str(tmp_path / "absent")])
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "cache" / "installed.txt").exists()


def test_what_is_installed_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "executable", "/absent/python")
    (tmp_path / "installed.txt").write_text("some==1\n", encoding="utf-8")
    libraries(tmp_path, ["some==1"])
    assert sys.path[-1] == str(tmp_path)
    assert environment(tmp_path, ["some==1"]) == tmp_path / "bin" / "python"
