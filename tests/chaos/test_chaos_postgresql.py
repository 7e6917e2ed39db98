"""A database that goes away under a run."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.chaos.chaos import Chaos, differences, flaws
from tests.chaos.material import Gate
from tests.chaos.stores import Site
from tests.support.fault_server import FaultServer, fault_server
from tests.support.postgresql import Server, postgresql

pytestmark = pytest.mark.slow


class Scene(NamedTuple):
    """A store in PostgreSQL, and a run over it that waits in the midst of its fetching as long as the gate is shut."""

    chaos: Chaos
    gate: Gate
    server: FaultServer
    database: Server


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with postgresql() as database, fault_server() as server:
        gate = Gate(server)
        yield Scene(Chaos(tmp_path_factory.mktemp("chaos"), server, database.new_database()), gate, server, database)


def disturbed(scene: Scene, name: str, *, back: bool) -> tuple[Site, int, str]:
    """A run whose database dies while it fetches, and is back before the run needs it again or only afterwards."""
    site = scene.chaos.copy(name)
    asked = len(scene.server.paths("script"))
    scene.gate.close()
    process = scene.chaos.start(site)
    while len(scene.server.paths("script")) == asked:
        assert process.poll() is None, process.communicate()
    scene.database.stop()
    if back:
        scene.database.start()
    scene.gate.open()
    _, errors = process.communicate(timeout=240)
    if not back:
        scene.database.start()
    return site, process.returncode, errors


@pytest.mark.parametrize("back", [True, False], ids=["restarted", "stopped"])
def test_the_next_run_completes_it(scene: Scene, back: bool) -> None:
    reference = scene.chaos.reference("")
    site, code, errors = disturbed(scene, f"back-{back}", back=back)
    if code:
        assert code == 1
        assert len(errors.splitlines()) == 1
        assert errors.startswith("newsfold: the run broke off: ")
        assert not list((site.output / "runs").glob("*/*.partial"))
        assert scene.chaos.run(site) == (0, "")
    else:
        assert back
    assert differences(reference, site) == []
    assert flaws(site) == []
