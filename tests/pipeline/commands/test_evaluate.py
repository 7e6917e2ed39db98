"""`newsfold evaluate` as a person runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import newsfold
from tests.support.events import EVENTS


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    rows = [
        {"id": f"{label}-{place}", "label": label, "title": title, "text": text, "source": f"Outlet {label}{place}"}
        for label, articles in EVENTS.items()
        for place, (title, text) in enumerate(articles.items())
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_scores_and_nothing_left_behind(gold: Path) -> None:
    done = newsfold("evaluate", gold, "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["b3"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert (found["articles"], found["stories"], found["events"], found["missing"]) == (3, 2, 2, 0)
    assert (found["mixed"], found["torn"]) == ([], [])
    assert list(gold.parent.iterdir()) == [gold]


def test_the_configuration_decides_and_torn_events_are_named(gold: Path) -> None:
    config = gold.parent / "strict.yaml"
    config.write_text("stories: {threshold: 0.99}\ncopies: {containment: 1}\n")
    done = newsfold("evaluate", gold, "--config", config)
    assert done.code == 0
    assert "BCubed" in done.out
    assert "3 articles of 2 events in 3 stories" in done.out
    assert "Passengers leave grounded Ansel ferry" in done.out.partition("worst events in several stories")[2]


def test_a_sweep_is_a_table(gold: Path) -> None:
    done = newsfold("evaluate", gold, "--sweep", "stories.threshold=.17,.99")
    assert (done.code, done.err) == (0, "")
    head, now, strict = done.out.splitlines()
    assert head.split()[0] == "stories.threshold"
    assert now.split()[:3] == ["0.17", "*", "1.0000"]
    assert strict.split()[0] == "0.99"
    assert float(strict.split()[1]) < 1
    found = json.loads(newsfold("evaluate", gold, "--sweep", "stories.threshold=.17,.99", "--json").out)
    assert [one["value"] for one in found["tried"]] == [0.17, 0.99]
    assert [one["stories"] for one in found["tried"]] == [2, 3]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["absent.jsonl"], 2, "absent.jsonl: No such file"),
        (["pyproject.toml"], 2, "line 1: not JSON"),
        (["GOLD", "--sweep", "stories.treshold=1,2"], 1, "unknown key stories.treshold"),
        (["GOLD", "--chart", "x.svg"], 1, "--chart draws a sweep"),
    ],
)
def test_wrong_use_is_one_line(words: list[str], code: int, why: str, gold: Path) -> None:
    done = newsfold("evaluate", *(gold if word == "GOLD" else word for word in words))
    assert (done.code, done.out) == (code, "")
    assert why in done.err
    assert len(done.err.splitlines()) == 1


def test_a_chart_needs_no_extra(gold: Path) -> None:
    hidden = "import sys; sys.modules.update(dict.fromkeys(('fastapi', 'jinja2')));"
    words = ["evaluate", str(gold), "--sweep", "stories.threshold=.17,.2", "--chart", str(gold.parent / "x.svg")]
    done = subprocess.run(
        [sys.executable, "-c", f"{hidden} from pipeline.commands.main import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (gold.parent / "x.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize("sweep", ["stories.threshold=.1:.5:.4", "fetch.full_text=never,always"])
def test_a_chart_is_svg(sweep: str, gold: Path) -> None:
    chart = gold.parent / "chart.svg"
    done = newsfold("evaluate", gold, "--sweep", sweep, "--chart", chart)
    assert (done.code, done.err) == (0, "")
    drawn = chart.read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert all(word in drawn for word in (sweep.partition("=")[0], "BCubed F1", "ARI"))
    missing = newsfold("evaluate", gold, "--sweep", sweep, "--chart", gold.parent / "no" / "chart.svg")
    assert missing.code == 1
    assert len(missing.err.splitlines()) == 1
