"""`newsfold` at a time of the caller's choosing, in a process that dies at one point or at none.

python -m tests.chaos.process SECONDS POINT WORDS...
"""

import functools
import logging
import sys

from pipeline.commands.main import main
from tests.chaos.points import arm, point


def start() -> None:
    """Reads the command line and becomes newsfold."""
    now, name = float(sys.argv[1]), sys.argv[2]
    sys.argv = ["newsfold", *sys.argv[3:]]
    logging.root.setLevel(logging.CRITICAL)  # Beam warns while it is imported

    from pipeline.runs import batch as run

    if name:
        arm(point(name))
    run.run = functools.partial(run.run, clock=lambda: now)
    main()


if __name__ == "__main__":
    start()
