"""The rules of the house that no linter checks."""

import re
import shutil
import subprocess

import pytest

from tests.support.command import ROOT
from transforms.rejects import REASONS


def test_the_readme_explains_every_reason() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for reason, meaning in REASONS.items():
        assert f"| `{reason}` | {meaning} |" in readme


def test_the_readme_names_the_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^    make ([a-z-]+)", readme, re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))])
def test_what_a_page_leads_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target
        if shutil.which("git"):
            asked = ["git", "check-ignore", "-q", (ROOT / page).parent / target]
            assert subprocess.run(asked, cwd=ROOT, check=False).returncode != 0, f"{target} is not part of the project"


def test_pinned_packages_name_no_index() -> None:
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in pinned
    assert "--" not in pinned
    assert all("==" in line for line in pinned.splitlines() if line and not line.startswith("#"))
