"""The command `newsfold`."""

import logging
import os
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
from rich.live import Live
from rich.text import Text

from pipeline import feeds
from pipeline.command import (
    INTERRUPTED,
    LOCKED,
    NOTHING_READ,
    OUTPUT,
    WRONG_USE,
    ConfigOption,
    FailureError,
    JsonOption,
    OutputOption,
    StoreOption,
    configured,
    err,
    opened_store,
    out,
)
from pipeline.config import Config

app = typer.Typer(
    name="newsfold",
    help="Folds news feeds and articles into stories: one entry for each event.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(feeds.app)

# Typer's error for wrong options, arguments and values, whichever Click it carries.
_UsageError: Any = typer.BadParameter.__mro__[1]


class _Format(str, Enum):
    json = "json"
    parquet = "parquet"


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="Any option of Apache Beam can stand among these, such as --runner or --direct_num_workers.",
)
def run(
    context: typer.Context,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT...]",
            help="Feed URLs, OPML lists, feed files, article JSON Lines, pages, texts, folders or globs; "
            "without any, the feeds of newsfold feeds import.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
    form: Annotated[_Format, typer.Option("--format", help="Of the files: JSON Lines or Parquet.")] = _Format.json,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read every feed again, whether it is due and has changed or not.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what Beam and the stages say.")] = False,
) -> None:
    """Read INPUT once and fold what is new into the stories of OUTPUT."""
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    configuration = configured(config)
    with _progress(enabled=err.is_terminal and not quiet):
        report = _run(context, inputs or [], output, store, configuration, form.value, refresh)
    if not quiet:
        _print_report(output, store, report, form)
    fetched = report.counts.get("fetch", {})
    left_alone = sum(fetched.get(f"dropped_{why}", 0) for why in ("unchanged", "not_due", "deferred"))
    if not report.counts.get("parse", {}).get("out") and not left_alone:
        raise FailureError(f"nothing could be read: {output / 'runs' / report.run} says why", NOTHING_READ)


def _run(
    context: typer.Context,
    words: list[str],
    output: Path,
    store_url: str,
    configuration: Config,
    form: Any,
    refresh: bool,
) -> Any:
    """The run with every failure that a user can cause as one line; Beam is imported only here."""
    from pipeline.inputs import InputError, NoInputError
    from pipeline.options import UsageError, split_beam_options
    from pipeline.run import default_store, run
    from pipeline.store.lock import LockedError
    from pipeline.store.sql_store import StoreError

    own = [option for parameter in context.command.params for option in parameter.opts]
    try:
        options, inputs = split_beam_options(words, own)
        return run(
            inputs,
            output=output,
            store_url=store_url or default_store(output),
            config=configuration,
            options=options,
            form=form,
            refresh=refresh,
        )
    except (UsageError, NoInputError) as error:
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
        ("fetch", "out", "fetched"),
        ("parse", "out", "read"),
        ("clean", "out", "articles"),
        ("recognise", "out", "new"),
        ("sketch", "out", "sketched"),
        ("match", "out", "matched"),
        ("write", "out", "written"),
    )

    def line() -> Text:
        counts = "  ".join(f"{label} {TALLY[stage, name]:,}" for stage, name, label in shown if TALLY[stage, name])
        return Text(f"{time.monotonic() - started:5.1f} s  {counts or 'starting'}", overflow="ellipsis", no_wrap=True)

    with Live(get_renderable=line, console=err, refresh_per_second=5, transient=True):
        yield


def _print_report(output: Path, store_url: str, report: Any, form: _Format) -> None:
    from pipeline.inspect.tables import stories_table
    from pipeline.outputs.export import table_path
    from pipeline.store.outbox import active_records

    with opened_store(output, store_url) as opened:
        records = active_records(opened)
    fetched, recognised = report.counts.get("fetch", {}), report.counts.get("recognise", {})
    rejected = sum(
        amount for stage in report.counts.values() for name, amount in stage.items() if name.startswith("rejected_")
    )
    out.print(stories_table([orjson.loads(line) for line in records], limit=20))
    out.print()
    new, updated = recognised.get("new", 0), recognised.get("updated", 0)
    parts = [f"{new:,} new articles" if new or updated else "nothing is new"]
    others = (
        (updated, "updated"),
        (recognised.get("dropped_seen", 0), "seen before"),
        (fetched.get("dropped_unchanged", 0), "feeds unchanged"),
        (fetched.get("dropped_not_due", 0), "feeds not due yet"),
        (fetched.get("dropped_deferred", 0), "feeds put off"),
    )
    parts += [f"{amount:,} {label}" for amount, label in others if amount]
    parts.append(f"{rejected:,} rejected")
    out.print(f"{', '.join(parts)}; {len(records):,} active stories; {report.seconds:.1f} s")
    out.print(f"stories:  {table_path(output / 'stories', form.value)}")
    out.print(f"this run: {output / 'runs' / report.run}")


@app.command()
def stories(
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show.")] = 40,
    json: JsonOption = False,
) -> None:
    """List the active stories, the largest first."""
    from pipeline.inspect.tables import stories_table
    from pipeline.store.outbox import active_records

    with opened_store(output, store) as opened:
        records = active_records(opened)
    if json:
        for record in records:
            sys.stdout.buffer.write(record + b"\n")
        return
    out.print(stories_table([orjson.loads(record) for record in records], limit))
    if len(records) > limit:
        out.print(f"and {len(records) - limit:,} more: --limit {len(records)}")


@app.command()
def show(
    story: Annotated[str, typer.Argument(metavar="STORY", help="A story's id; a merged one shows its successor.")],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    text: Annotated[bool, typer.Option("--text", help="Print the articles' texts too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the record.")] = False,
) -> None:
    """Show one story: its articles in order of time, copies under what they copy."""
    from pipeline.inspect.tables import story_page
    from pipeline.store.outbox import story_by_id, texts_of

    with opened_store(output, store) as opened:
        record = story_by_id(opened, story)
        if record is None:
            raise FailureError(f"no story {story!r} in this store: newsfold stories lists them", WRONG_USE)
        texts = texts_of(opened, [article["id"] for article in record["articles"]]) if text else {}
    if json:
        sys.stdout.buffer.write(orjson.dumps(record, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        out.print(story_page(record, texts))


@app.command("explain-config")
def explain_config(config: ConfigOption = None) -> None:
    """Print the configuration in force, and the bands that follow from it."""
    from pipeline.inspect.explain import explain

    out.print(explain(configured(config)))


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
        err.print(f"newsfold: {error}", markup=False, soft_wrap=True)
        sys.exit(error.code)
    except _UsageError as error:
        err.print(f"newsfold: {error.format_message()}", markup=False, soft_wrap=True)
        sys.exit(WRONG_USE)
    except (KeyboardInterrupt, typer.Abort):
        _leave()
    except RuntimeError:
        if interrupted:  # Beam wraps whatever ends one of its workers
            _leave()
        raise


def _leave() -> None:
    """Ends the process at once: threads that wait for a slow server would hold it until they have their answer."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)
