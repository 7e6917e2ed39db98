"""The short form of `make chaos`: some points, on SQLite."""

from collections.abc import Iterator

import pytest

from tests.chaos.chaos import Chaos
from tests.chaos.material import Gate
from tests.chaos.points import POINTS, point
from tests.support.command import lines
from tests.support.fault_server import FaultServer, fault_server
from tests.support.stores import content

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


@pytest.fixture(scope="module")
def gate(server: FaultServer) -> Gate:
    return Gate(server)


@pytest.fixture(scope="module")
def chaos(server: FaultServer, gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Chaos:
    return Chaos(tmp_path_factory.mktemp("chaos"), server)


def test_points_have_names_of_their_own() -> None:
    assert len({one.name for one in POINTS}) == len(POINTS) >= 12
    assert {one.again for one in POINTS} - {""} <= {one.name for one in POINTS}


def test_the_undisturbed_run_does_everything_that_can_be_disturbed(chaos: Chaos) -> None:
    site = chaos.reference("")
    (run,) = [folder for folder in (site.output / "runs").iterdir() if lines(folder / "rejected.jsonl")]
    assert {"new", "updated"} < {change["kind"] for change in lines(run / "changes.jsonl")}
    assert {letter["reason"] for letter in lines(run / "rejected.jsonl")} == {"malformed", "not_found"}
    stored = content(site.store_url)
    assert len(stored["feeds"]) == 5
    assert len(stored["segments"]) < 3 * 8, "nothing was merged"


@pytest.mark.parametrize("name", ["during a segment merge", "mid-file"])
def test_a_killed_run_leaves_no_trace(chaos: Chaos, name: str) -> None:
    assert chaos.judge(point(name)) == []


def test_of_runs_started_together_one_works(chaos: Chaos, gate: Gate) -> None:
    assert chaos.judge_together(3, "three", gate) == []


def test_a_run_that_is_not_finished_by_the_next_is_noticed(chaos: Chaos) -> None:
    """The judge itself can fail."""
    from tests.chaos.chaos import differences, flaws

    site = chaos.copy("unfinished")
    chaos.run(site, kill_at="mid-file")
    assert any("waits for its files" in flaw for flaw in flaws(site))
    assert any("was left" in flaw for flaw in flaws(site))
    assert differences(chaos.reference(""), site) == ["stories.jsonl differs"]
