"""The short form of `make flink`: a cluster on this machine, and a TaskManager that dies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.cluster import Cluster, running_cluster
from tests.engines.flink import judge_runs, judge_stream
from tests.support.postgresql import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # the first time Flink is fetched


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Skips where its parts are missing."""
    with running_cluster() as running:
        yield running


def test_a_run_on_flink_is_as_one_in_process_even_when_a_task_manager_dies(
    cluster: Cluster, postgresql_server: Server, tmp_path: Path
) -> None:
    figures = list(judge_runs(cluster, postgresql_server, tmp_path, 300, "Commit"))
    assert [figure for figure in figures if not figure.holds] == []
    assert len(figures) == 4


def test_a_stream_on_flink_is_live_and_loses_nothing(cluster: Cluster, postgresql_server: Server) -> None:
    figures = list(judge_stream(cluster, postgresql_server, 15, 6, kill=False, window=3))
    assert [figure for figure in figures if not figure.holds and "p50" not in figure.what] == []
    assert len(figures) == 4
