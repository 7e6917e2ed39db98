"""The command behind `make flink`: a cluster on this machine, what was asked of it and what it did."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.engines.cluster import running_cluster
from tests.engines.flink import judge_orphan, judge_runs, judge_stream
from tests.support.postgresql import postgresql

_SCENARIOS = ("run", "stream", "killed stream", "orphan")


def main() -> None:
    """Reads the command line; exits with 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.engines", description=__doc__)
    parser.add_argument("--only", action="append", choices=_SCENARIOS, help="one scenario; repeatable")
    parser.add_argument("--articles", type=int, default=12_000, help="of the bounded run")
    parser.add_argument("--seconds", type=float, default=90, help="length of the stream's script")
    given = parser.parse_args()
    wanted = given.only or _SCENARIOS
    held = total = 0
    with TemporaryDirectory() as name, postgresql() as server, running_cluster() as cluster:
        scenarios = {
            "run": lambda: judge_runs(cluster, server, Path(name), given.articles, "Commit"),
            "stream": lambda: judge_stream(cluster, server, given.seconds, 40, kill=False),
            "killed stream": lambda: judge_stream(cluster, server, given.seconds, 40, kill=True),
            "orphan": lambda: judge_orphan(cluster, server),
        }
        for scenario in wanted:
            for figure in scenarios[scenario]():
                total += 1
                held += figure.holds
                sys.stdout.write(f"{figure.what:<85} {figure.asked:<28} {figure.got}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{held} of {total}\n")
    sys.exit(held != total)


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
