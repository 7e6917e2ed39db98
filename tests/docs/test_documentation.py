"""What the documents say about the code: paths, links, and who imports whom."""

import re
import shutil
import subprocess
from pathlib import Path

import grimp
import pytest

from tests.support.command import ROOT

PAGES = sorted(
    {ROOT / "README.md", ROOT / "CONTRIBUTING.md"}
    | set((ROOT / "docs").glob("*.md"))
    | set((ROOT / "configs").rglob("*.md"))
    | set((ROOT / "benchmarks").glob("*.md"))
)
PACKAGES = ("benchmarks", "configs", "docs", "pipeline", "tests", "tools", "transforms")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text of a section of docs/architecture.md."""
    return ARCHITECTURE.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    paths = re.findall(rf"`((?:{'|'.join(PACKAGES)})/[\w./-]*)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_module_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"(?:python -m |`)((?:benchmarks|pipeline|tests|tools|transforms)(?:\.[a-z_]+)+)", text):
        path = ROOT.joinpath(*name.split("."))
        assert path.is_dir() or path.with_suffix(".py").exists() or path.parent.with_suffix(".py").exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / link).exists(), link
        if shutil.which("git"):
            ignored = ["git", "check-ignore", "-q", page.parent / link]
            assert subprocess.run(ignored, cwd=ROOT, check=False).returncode != 0, f"{link} is not part of the project"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_target_of_make_that_a_page_names_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = re.findall(r"(?:^    |`)make ([a-z]+(?:-[a-z]+)*)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(named) <= set(targets)


def test_every_row_of_the_table_names_a_path() -> None:
    rows = re.findall(r"^\| (.*) \| (.*) \|$", section("Where is ...?"), flags=re.MULTILINE)[1:]
    assert len(rows) > 30
    for what, where in rows:
        paths = re.findall(r"`([\w./-]+)`", where)
        assert paths, what
        assert all((ROOT / path).exists() for path in paths), what


def test_the_picture_shows_who_imports_whom() -> None:
    picture = set(re.findall(r"^    (\w+) --> (\w+)$", section("The packages"), flags=re.MULTILINE))
    graph = grimp.build_graph("pipeline", "transforms", exclude_type_checking_imports=True, cache_dir=None)
    imports = {
        (importer.split(".")[1], imported.split(".")[1] if imported.startswith("pipeline.") else "transforms")
        for importer in graph.modules
        if importer.startswith("pipeline.")
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    assert picture == {(one, other) for one, other in imports if one != other and other != "errors"}
