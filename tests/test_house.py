"""The rules of the house that no linter checks."""

from tests.support.command import ROOT
from transforms.rejects import REASONS


def test_the_readme_explains_every_reason() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for reason, meaning in REASONS.items():
        assert f"| `{reason}` | {meaning} |" in readme


def test_pinned_packages_name_no_index() -> None:
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in pinned
    assert "--" not in pinned
    assert all("==" in line for line in pinned.splitlines() if line and not line.startswith("#"))
