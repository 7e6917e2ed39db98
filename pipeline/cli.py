"""The command `newsfold`."""

import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from pipeline.config import ConfigError, load

WRONG_USE, NOTHING_READ, LOCKED, INTERRUPTED = 1, 2, 75, 130

app = typer.Typer(
    name="newsfold",
    help="Folds news feeds and articles into stories: one entry for each event.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
_err = Console(stderr=True, highlight=False)

_Output = Annotated[Path, typer.Option("--output", "-o", help="Folder of the files and of the SQLite store.")]
_Store = Annotated[str, typer.Option("--store", help="SQLAlchemy address of the store instead of OUTPUT/newsfold.db.")]


# Typer's error for wrong options, arguments and values, whichever Click it carries.
_UsageError: Any = typer.BadParameter.__mro__[1]


class _Format(str, Enum):
    json = "json"
    parquet = "parquet"


class FailureError(Exception):
    """Ends the command with one line and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="Any option of Apache Beam can stand among these, such as --runner or --direct_num_workers.",
)
def run(
    context: typer.Context,
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Feed URLs, OPML lists, feed files, article JSON Lines, pages, texts, folders or globs.",
            show_default=False,
        ),
    ],
    output: _Output = Path("newsfold-output"),
    config: Annotated[Path | None, typer.Option("--config", help="YAML file; see configs/newsfold.yaml.")] = None,
    store: _Store = "",
    form: Annotated[_Format, typer.Option("--format", help="Of the files: JSON Lines or Parquet.")] = _Format.json,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what Beam and the stages say.")] = False,
) -> None:
    """Read INPUT once and fold what is new into the stories of OUTPUT."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    try:
        configuration = load(config)
    except ConfigError as error:
        raise FailureError(str(error), WRONG_USE) from error
    with _progress(enabled=_err.is_terminal and not quiet):
        report = _run(context, inputs, output, store, configuration, form.value)
    if not quiet:
        _print_report(output, store, report, form)
    if not report.counts.get("parse", {}).get("out"):
        raise FailureError(f"nothing could be read: {output / 'runs' / report.run} says why", NOTHING_READ)


def _run(context: typer.Context, words: list[str], output: Path, store_url: str, configuration: Any, form: Any) -> Any:
    """The run with every failure that a user can cause as one line; Beam is imported only here."""
    from pipeline.inputs import InputError
    from pipeline.options import UsageError, split_beam_options
    from pipeline.run import default_store, run
    from pipeline.store.lock import LockedError
    from pipeline.store.sql_store import StoreError

    own = [option for parameter in context.command.params for option in parameter.opts]
    try:
        options, inputs = split_beam_options(words, own)
        if not inputs:
            raise UsageError("no INPUT: name a feed, a file or a folder")
        return run(
            inputs,
            output=output,
            store_url=store_url or default_store(output),
            config=configuration,
            options=options,
            form=form,
        )
    except UsageError as error:
        raise FailureError(str(error), WRONG_USE) from error
    except InputError as error:
        raise FailureError(str(error), NOTHING_READ) from error
    except LockedError as error:
        raise FailureError(str(error), LOCKED) from error
    except (StoreError, OSError) as error:
        raise FailureError(str(error), WRONG_USE) from error


@contextmanager
def _progress(enabled: bool) -> Iterator[None]:
    """A line with the counts of the stages while they work, on a terminal."""
    if not enabled:
        yield
        return
    from transforms.counts import TALLY

    started = time.monotonic()
    shown = (
        ("parse", "in", "documents"),
        ("clean", "out", "articles"),
        ("recognise", "out", "new"),
        ("sketch", "out", "sketched"),
        ("match", "out", "matched"),
        ("write", "out", "written"),
    )

    def line() -> Text:
        counts = "  ".join(f"{label} {TALLY[stage, name]:,}" for stage, name, label in shown if TALLY[stage, name])
        return Text(f"{time.monotonic() - started:5.1f} s  {counts or 'starting'}", overflow="ellipsis", no_wrap=True)

    with Live(get_renderable=line, console=_err, refresh_per_second=5, transient=True):
        yield


def _print_report(output: Path, store_url: str, report: Any, form: _Format) -> None:
    from pipeline.inspect.tables import stories_table
    from pipeline.outputs.export import table_path
    from pipeline.store.outbox import active_records

    with _open(output, store_url) as opened:
        records = active_records(opened)
    counts = report.counts
    new, updated = counts.get("recognise", {}).get("new", 0), counts.get("recognise", {}).get("updated", 0)
    rejected = sum(
        amount for stage in counts.values() for name, amount in stage.items() if name.startswith("rejected_")
    )
    _out.print(stories_table([orjson.loads(line) for line in records], limit=20))
    _out.print()
    parts = [f"{new:,} new articles" if new or updated else "nothing is new"]
    if updated:
        parts.append(f"{updated:,} updated")
    parts += [f"{counts.get('recognise', {}).get('dropped_seen', 0):,} seen before", f"{rejected:,} rejected"]
    _out.print(f"{', '.join(parts)}; {len(records):,} active stories; {report.seconds:.1f} s")
    _out.print(f"stories:  {table_path(output / 'stories', form.value)}")
    _out.print(f"this run: {output / 'runs' / report.run}")


@app.command()
def stories(
    output: _Output = Path("newsfold-output"),
    store: _Store = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show.")] = 40,
    json: Annotated[bool, typer.Option("--json", help="Print the records, one a line.")] = False,
) -> None:
    """List the active stories, the largest first."""
    from pipeline.inspect.tables import stories_table
    from pipeline.store.outbox import active_records

    with _open(output, store) as opened:
        records = active_records(opened)
    if json:
        for record in records:
            sys.stdout.buffer.write(record + b"\n")
        return
    _out.print(stories_table([orjson.loads(record) for record in records], limit))
    if len(records) > limit:
        _out.print(f"and {len(records) - limit:,} more: --limit {len(records)}")


@app.command()
def show(
    story: Annotated[str, typer.Argument(metavar="STORY", help="A story's id; a merged one shows its successor.")],
    output: _Output = Path("newsfold-output"),
    store: _Store = "",
    text: Annotated[bool, typer.Option("--text", help="Print the articles' texts too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the record.")] = False,
) -> None:
    """Show one story: its articles in order of time, copies under what they copy."""
    from pipeline.inspect.tables import story_page
    from pipeline.store.outbox import story_by_id, texts_of

    with _open(output, store) as opened:
        record = story_by_id(opened, story)
        if record is None:
            raise FailureError(f"no story {story!r} in this store: newsfold stories lists them", WRONG_USE)
        texts = texts_of(opened, [article["id"] for article in record["articles"]]) if text else {}
    if json:
        sys.stdout.buffer.write(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        _out.print(story_page(record, texts))


@contextmanager
def _open(output: Path, store_url: str) -> Iterator[Any]:
    from pipeline.store.sql_store import SqlStoreFactory, StoreError

    database = output / "newsfold.db"
    if not store_url and not database.exists():
        raise FailureError(f"no store at {database}: newsfold run makes one", WRONG_USE)
    try:
        with SqlStoreFactory(store_url or f"sqlite:///{database}", "")() as opened:
            opened.check()
            yield opened
    except StoreError as error:
        raise FailureError(str(error), WRONG_USE) from error


def main() -> None:
    """Runs the command; every error of its use is one line on standard error."""
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True
        logging.disable()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        app(standalone_mode=False)
    except FailureError as error:
        _err.print(f"newsfold: {error}", markup=False, soft_wrap=True)
        sys.exit(error.code)
    except _UsageError as error:
        _err.print(f"newsfold: {error.format_message()}", markup=False, soft_wrap=True)
        sys.exit(WRONG_USE)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except RuntimeError:
        if interrupted:  # Beam wraps whatever ends one of its workers
            sys.exit(INTERRUPTED)
        raise
