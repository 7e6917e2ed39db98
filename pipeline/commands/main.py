"""The command `newsfold`: its subcommands, and the one place that reports their failures."""

import logging
import os
import signal
import sys
from typing import Any, NoReturn

import typer

from pipeline.commands import (
    configuration,
    evaluate,
    feeds,
    logs,
    maintenance,
    report,
    rulings,
    run,
    runs,
    serve,
    stories,
    stream,
)
from pipeline.commands.common import err
from pipeline.errors import NewsfoldError, UsageError, one_line

_INTERRUPTED = 130

app = typer.Typer(
    name="newsfold",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for part in (run, stream, configuration, stories, runs, report, serve, feeds, rulings, maintenance, evaluate):
    app.add_typer(part.app)

# Click's UsageError, from the Click that Typer uses: Typer may bundle its own copy.
_WrongOption: Any = typer.BadParameter.__mro__[1]


@app.callback()
def prepare() -> None:
    """Folds news feeds and articles into stories: one entry for each event."""
    logs.configure()


def main() -> None:
    """Runs the command line; reports every failure that the user can fix as one line on standard error."""
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True
        logging.disable()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        if app(standalone_mode=False) == _INTERRUPTED:  # Typer's code for KeyboardInterrupt
            _leave()
    except NewsfoldError as error:
        _fail(one_line(error), error.exit_code)
    except _WrongOption as error:
        _fail(error.format_message(), UsageError.exit_code)
    except OSError as error:
        _fail(one_line(error), NewsfoldError.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _leave()
    except RuntimeError:
        if interrupted:  # Beam wraps any exception that ends a worker
            _leave()
        raise


def _fail(line: str, code: int) -> NoReturn:
    err.print(f"newsfold: {line}", markup=False, soft_wrap=True)
    sys.exit(code)


def _leave() -> None:
    """Ends the process immediately: threads waiting for a slow server would keep it alive until the response."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)
