"""The command behind `make chaos`: kills at every point, runs started together; the last line says N of N."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.chaos import Chaos
from tests.chaos.material import Gate
from tests.chaos.points import POINTS
from tests.support.fault_server import FaultServer, fault_server
from tests.support.postgresql import postgresql

_PAIRS, _CROWD = 20, 10


def trials(chaos: Chaos, gate: Gate) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """Everything that is tried, by name."""
    for one in POINTS:
        yield f"killed {one.name}", partial(chaos.judge, one)
    yield "every bundle twice", chaos.judge_repeated
    for number in range(1, _PAIRS + 1):
        name = f"two at once, time {number}"
        yield name, partial(chaos.judge_together, 2, name.replace(" ", "-"), gate)
    yield f"{_CROWD} at once", partial(chaos.judge_together, _CROWD, "crowd", gate)


def judge(database: str, server: FaultServer, only: list[str]) -> tuple[int, int]:
    """Tries all on one kind of store: how many hold, of how many."""
    held = total = 0
    with TemporaryDirectory() as folder:
        gate = Gate(server)
        for name, trial in trials(Chaos(Path(folder), server, database), gate):
            if only and not any(part in name for part in only):
                continue
            wrong = trial()
            total += 1
            held += not wrong
            sys.stdout.write(f"{name:<53} {'; '.join(wrong) or 'as if undisturbed'}\n")
            sys.stdout.flush()
    return held, total


def main() -> None:
    """Reads the command line; exits with 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--store", default="", help="a PostgreSQL database under which others may be made")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL that is started for it")
    parser.add_argument("--only", action="append", default=[], help="a part of the names of what is tried")
    given = parser.parse_args()
    with ExitStack() as stack:
        database = stack.enter_context(postgresql()).new_database() if given.postgresql else given.store
        held, total = judge(database, stack.enter_context(fault_server()), given.only)
    sys.stdout.write(f"{held} of {total}\n")
    sys.exit(held != total)


if __name__ == "__main__":
    main()
