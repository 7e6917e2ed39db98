"""The command `newsfold`."""

import logging
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import orjson
import typer
from rich.live import Live
from rich.text import Text

from pipeline.commands import feeds, logs, maintenance, report, rulings, runs, serve, stories
from pipeline.commands.common import (
    INTERRUPTED,
    LOCKED,
    NOTHING_READ,
    OUTPUT,
    WRONG_USE,
    ConfigOption,
    FailureError,
    OutputOption,
    StoreOption,
    configured,
    err,
    opened_store,
    out,
)
from pipeline.commands.evaluate import evaluate
from pipeline.runs.schedule import Outcome, run_every, seconds_of

app = typer.Typer(
    name="newsfold",
    help="Folds news feeds and articles into stories: one entry for each event.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(stories.app)
app.add_typer(runs.app)
app.add_typer(report.app)
app.add_typer(serve.app)
app.add_typer(feeds.app)
app.add_typer(rulings.app)
app.add_typer(maintenance.app)
app.command()(evaluate)

# Typer's error for wrong options, arguments and values, whichever Click it carries.
_UsageError: Any = typer.BadParameter.__mro__[1]


class _Format(str, Enum):
    json = "json"
    parquet = "parquet"


class _LogFormat(str, Enum):
    text = "text"
    json = "json"


_FormatOption = Annotated[_Format, typer.Option("--format", help="Of the files: JSON Lines or Parquet.")]
_WaitOption = Annotated[
    str, typer.Option("--wait", metavar="DURATION", help="How long to wait for another run, such as 60s.")
]
_LogFormatOption = Annotated[_LogFormat, typer.Option("--log-format", help="Of the log on standard error.")]
_VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log what Beam and the stages say.")]
_NotifyOption = Annotated[
    str,
    typer.Option(
        "--notify",
        metavar="URL",
        help="Post the changes of stories to this webhook, signed by the secret in NEWSFOLD_NOTIFY_SECRET.",
    ),
]


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
    form: _FormatOption = _Format.json,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read every feed again, whether it is due and has changed or not.")
    ] = False,
    wait: _WaitOption = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything but write: print what would change.")
    ] = False,
    every: Annotated[
        str,
        typer.Option(
            "--every",
            metavar="SCHEDULE",
            help="Run again and again until SIGTERM: every 15m, or by a cron expression in UTC.",
        ),
    ] = "",
    notify: _NotifyOption = "",
    log_format: _LogFormatOption = _LogFormat.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    verbose: _VerboseOption = False,
) -> None:
    """Read INPUT and fold what is new into the stories of OUTPUT."""
    # A run that fails says so in one line; what Beam logs of it is the same with many frames.
    logs.configure(
        log_format.value,
        own=logging.INFO if verbose or (every and not quiet) else logging.ERROR,
        others=logging.INFO if verbose else logging.CRITICAL,
    )
    configuration = configured(config)
    wait_seconds = _waiting(wait)
    if dry_run and (every or notify):
        also = "--every" if every else "--notify"
        raise FailureError(f"--dry-run is for one run that nobody is told of: leave out {also}", WRONG_USE)
    common: dict[str, Any] = {"config": configuration, "refresh": refresh, "wait_seconds": wait_seconds}
    if not dry_run:
        common |= {"output": output, "form": form.value, "notify": _webhook(notify)}

    def once() -> Any:
        return _run(context, inputs or [], output, store, common, dry_run=dry_run)

    if every:
        _run_every(every, once, output)
    with _progress(enabled=err.is_terminal and not quiet):
        report = once()
    if not quiet:
        if dry_run:
            _print_changes(report)
        else:
            _print_report(output, store, report, form)
    _refuse_nothing(report, output)


def _waiting(duration: str) -> float:
    try:
        return seconds_of(duration) if duration else 0.0
    except ValueError as error:
        raise FailureError(f"--wait: {error}", WRONG_USE) from error


def _refuse_nothing(report: Any, output: Path) -> None:
    """Ends the command when nothing could be read."""
    fetched = report.counts.get("fetch", {})
    left_alone = sum(fetched.get(f"dropped_{why}", 0) for why in ("unchanged", "not_due", "deferred"))
    if not report.counts.get("parse", {}).get("out") and not left_alone:
        where = f": {output / 'runs' / report.run} says why" if report.run else ""
        raise FailureError(f"nothing could be read{where}", NOTHING_READ)


def _run_every(schedule: str, once: Callable[[], Any], output: Path) -> NoReturn:
    """A loop of runs, as the process's whole life."""

    def work() -> Outcome:
        report = None
        try:
            report = once()
            _refuse_nothing(report, output)
        except FailureError as error:
            from pipeline.runs.beam_options import UsageError

            hopeless = isinstance(error.__cause__, UsageError)
            return Outcome(error.code, str(error), report.run if report else "", hopeless)
        return Outcome(0, _summary(report), report.run)

    try:
        sys.exit(run_every(schedule, work, output))
    except ValueError as error:
        raise FailureError(f"--every: {error}", WRONG_USE) from error
    except OSError as error:
        raise FailureError(str(error), WRONG_USE) from error


def _run(
    context: typer.Context, words: list[str], output: Path, store_url: str, common: dict[str, Any], *, dry_run: bool
) -> Any:
    """The run with every failure that a user can cause as one line; Beam is imported only here."""
    with _failures(output):
        from pipeline.runs import batch
        from pipeline.runs.beam_options import split_beam_options

        options, inputs = split_beam_options(words, _own_options(context))
        work = batch.dry_run if dry_run else batch.run
        return work(inputs, store_url=store_url or batch.default_store(output), options=options, **common)


def _webhook(url: str) -> Any:
    """The webhook of --notify, None without it."""
    if not url:
        return None
    from pipeline.outputs.webhook import SECRET, WebhookError, webhook

    try:
        return webhook(url, os.environ.get(SECRET, ""))
    except WebhookError as error:
        raise FailureError(f"--notify: {error}", WRONG_USE) from error


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="Any option of Apache Beam can stand among these, such as --runner or --prism_location.",
)
def stream(
    context: typer.Context,
    feeds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FEEDS...]",
            help="Feed URLs and OPML lists; without any, the feeds of newsfold feeds import.",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
    form: _FormatOption = _Format.json,
    metrics_port: Annotated[
        int, typer.Option("--metrics-port", min=0, max=65535, help="Serve metrics for Prometheus here; 0 for nowhere.")
    ] = 0,
    wait: _WaitOption = "",
    notify: _NotifyOption = "",
    log_format: _LogFormatOption = _LogFormat.text,
    verbose: _VerboseOption = False,
) -> None:
    """Poll feeds and fold what they bring within seconds, until SIGTERM; changes of stories go to standard output."""
    level = logging.INFO if verbose else logging.ERROR
    logs.configure(log_format.value, own=level, others=level)
    configuration = configured(config)
    wait_seconds = _waiting(wait)
    told = _webhook(notify)
    with _failures(output):
        from pipeline.runs.batch import default_store
        from pipeline.runs.beam_options import split_beam_options
        from pipeline.runs.prometheus import serve_metrics
        from pipeline.runs.stream import stream as run_stream

        options, inputs = split_beam_options(feeds or [], _own_options(context))
        run_stream(
            inputs,
            output=output,
            store_url=store or default_store(output),
            config=configuration,
            options=options,
            show=_show_line,
            started=lambda result: serve_metrics(result, metrics_port) if metrics_port else None,
            form=form.value,
            wait_seconds=wait_seconds,
            notify=told,
        )


def _show_line(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()


def _own_options(context: typer.Context) -> list[str]:
    return [option for parameter in context.command.params for option in parameter.opts]


@contextmanager
def _failures(output: Path) -> Iterator[None]:
    """Makes one line of every failure that a user can cause."""
    from pipeline.inputs.locations import InputError, NoInputError
    from pipeline.runs.batch import BrokenOffError
    from pipeline.runs.beam_options import UsageError
    from pipeline.runs.prism import NoPrismError
    from pipeline.runs.stream import NotAFeedError, NotLiveError
    from pipeline.store.errors import StoreError
    from pipeline.store.lock import LockedError

    try:
        yield
    except (UsageError, NoInputError, NotAFeedError, NotLiveError, NoPrismError, StoreError, BrokenOffError) as error:
        raise FailureError(str(error), WRONG_USE) from error
    except InputError as error:
        raise FailureError(str(error), NOTHING_READ) from error
    except LockedError as error:
        raise FailureError(str(error), LOCKED) from error
    except OSError as error:
        raise FailureError(f"{error.filename or output}: {error.strerror or error}", WRONG_USE) from error


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
    from pipeline.commands.tables.stories import stories_table
    from pipeline.inspect.index import opened_index
    from pipeline.inspect.listing import Filter, count_stories, list_stories
    from pipeline.outputs.export import table_path

    now = time.time()
    with opened_store(output, store_url) as opened, opened_index(output, opened) as index:
        largest, active = list_stories(index, Filter(), now, 20), count_stories(index, Filter(), now)
    out.print(stories_table(largest))
    out.print()
    out.print(f"{_summary(report)}; {active:,} active stories; {report.seconds:.1f} s")
    out.print(f"stories:  {table_path(output / 'stories', form.value)}")
    out.print(f"this run: {output / 'runs' / report.run}")


def _print_changes(report: Any) -> None:
    from pipeline.commands.tables.stories import changes_table

    changes = [orjson.loads(line) for line in report.changes]
    kinds = Counter(change["kind"] for change in changes)
    out.print(changes_table(changes))
    out.print()
    stories = ", ".join(f"{amount:,} {kind}" for kind, amount in kinds.items())
    out.print(f"{_summary(report)}; stories: {stories or 'no change'}; nothing was written")


def _summary(report: Any) -> str:
    """What became of the articles and the feeds of a run."""
    fetched, recognised = report.counts.get("fetch", {}), report.counts.get("recognise", {})
    rejected = sum(
        amount for stage in report.counts.values() for name, amount in stage.items() if name.startswith("rejected_")
    )
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
    return ", ".join(parts)


@app.command("explain-config")
def explain_config(config: ConfigOption = None) -> None:
    """Print the configuration in force, and the bands that follow from it."""
    from pipeline.commands.tables.configuration import explain

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
        if app(standalone_mode=False) == INTERRUPTED:  # Typer makes that of KeyboardInterrupt
            _leave()
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
