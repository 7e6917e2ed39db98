"""Tests the commands of docs/analysis.md by running them as they are."""

import json
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import ROOT, newsfold
from tests.support.folded import SAMPLES

PAGE = (ROOT / "docs/analysis.md").read_text(encoding="utf-8")
METADATA = "configs/datasette/metadata.yaml"
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SHELL = [shlex.split(line) for line in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the lines are run: with a store in news/ and with the configurations, as in a clone."""
    folder = tmp_path_factory.mktemp("analysis")
    (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "pipeline").symlink_to(ROOT / "pipeline")
    (folder / "transforms").symlink_to(ROOT / "transforms")
    done = newsfold("run", SAMPLES, "--output", folder / "news", "--format", "parquet", "--quiet")
    assert done.code == 0, done.err
    (words,) = (words for words in SHELL if words[0] == "newsfold")
    found = newsfold(*words[1:], folder=folder)
    assert "Port Ansel dockers vote" in found.out
    return folder


def ran(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("place", "needs", "shown"),
    [
        (0, "pandas", r"Harbour Courier +4 +1\n"),
        (1, "pandas", r" +20 +0 +2 +15\n"),
        (2, "duckdb", r"│ Tidewater Wire +│ +3 │"),
    ],
)
def test_the_lines_of_the_page(folder: Path, place: int, needs: str, shown: str) -> None:
    if not find_spec(needs):
        pytest.skip(f"{needs} is not installed")
    assert len(PYTHON[place].replace("\n\n", "\n").splitlines()) == 3
    assert needs in PYTHON[place]
    assert re.search(shown, ran(folder, "-c", PYTHON[place]))


def asked(folder: Path, path: str) -> dict[str, Any]:
    if not find_spec("datasette"):
        pytest.skip("datasette is not installed")
    (words,) = (words for words in SHELL if words[0] == "datasette")
    answer: dict[str, Any] = json.loads(ran(folder, "-m", *words, "--get", path))
    return answer


def test_datasette_shows_the_tables_and_hides_the_rest(folder: Path) -> None:
    found = asked(folder, "/inspect.json")
    shown = {table["name"]: table["count"] for table in found["tables"] if not table["hidden"]}
    assert {name: shown[name] for name in ("stories", "articles", "links", "runs")} == {
        "stories": 15, "articles": 20, "links": 7, "runs": 1,
    }  # fmt: skip
    assert set(shown) == {"stories", "articles", "links", "runs", "outlets"}


def test_datasette_facets_searches_and_names_what_keys_stand_for(folder: Path) -> None:
    found = asked(folder, "/inspect/articles.json?_search=dockers&_labels=on&_shape=objects")
    assert len(found["rows"]) == 3
    assert {row["story"]["label"] for row in found["rows"]} == {"Port Ansel dockers vote for ten-day strike"}
    assert len(found["facet_results"]["source"]["results"]) == 3
    stories = asked(folder, "/inspect/stories.json?_shape=objects")
    assert stories["rows"][0]["headline"] == "Footbridge gives way at Ellerby lantern festival, 14 hurt"


@pytest.mark.parametrize("query", ["widest_stories", "originality"])
def test_the_queries_of_the_metadata_answer(folder: Path, query: str) -> None:
    found = asked(folder, f"/inspect/{query}.json?_shape=objects")
    assert found["ok"]
    assert len(found["rows"]) > 5


def test_the_metadata_tells_of_columns_that_exist(folder: Path) -> None:
    tables = yaml.safe_load((ROOT / METADATA).read_text(encoding="utf-8"))["databases"]["inspect"]["tables"]
    with closing(sqlite3.connect(folder / "news/inspect.db")) as index:
        for name, table in tables.items():
            columns = {row[1] for row in index.execute(f"PRAGMA table_info({name})")}
            used = {
                *table.get("columns", ()),
                *table.get("facets", ()),
                table.get("label_column"),
                table.get("sort_desc"),
            }
            assert used - {None} <= columns, name
