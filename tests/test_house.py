"""The rules of the house that a tool can check."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.command import ROOT
from transforms.rejects import REASONS

WIRING = {
    "coders", "counts", "store_access", "host_queues", "fetch_documents", "parse_documents", "clean_articles",
    "complete_articles", "recognise_articles", "sketch_articles", "gather_window", "pair_copies",
    "commit_windows", "keep_polling",
}  # fmt: skip
MODULES = sorted(path for package in ("transforms", "pipeline") for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("path", [path for path in MODULES if "transforms" in path.parts], ids=lambda path: path.stem)
def test_only_wiring_knows_beam(path: Path) -> None:
    assert path.stem in WIRING or "apache_beam" not in imported(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


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
