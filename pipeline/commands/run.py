"""The command `newsfold run`: one run, a dry run, or scheduled runs."""

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, NoReturn

import typer

from pipeline.commands import logs
from pipeline.commands.common import (
    OUTPUT,
    ConfigOption,
    Format,
    FormatOption,
    LogFormat,
    LogFormatOption,
    NotifyOption,
    OutputOption,
    StoreOption,
    VerboseOption,
    WaitOption,
    err,
    naming,
    own_options,
    seconds_to_wait,
    webhook_of,
)
from pipeline.commands.progress import print_changes, print_report, progress, summary
from pipeline.config import load
from pipeline.errors import NewsfoldError, NothingReadError, UsageError, one_line
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.request import Report, RunRequest
from pipeline.runs.schedule import Outcome, run_every

app = typer.Typer()


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
    form: FormatOption = Format.json,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Read every feed again, whether it is due and has changed or not.")
    ] = False,
    wait: WaitOption = "",
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
    notify: NotifyOption = "",
    log_format: LogFormatOption = LogFormat.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Read INPUT and fold what is new into the stories of OUTPUT."""
    # A failed run is reported in one line; Beam would log the same failure with a long traceback.
    logs.configure(
        log_format.value,
        own=logging.INFO if verbose or (every and not quiet) else logging.ERROR,
        others=logging.INFO if verbose else logging.CRITICAL,
    )
    if dry_run and (every or notify):
        also = "--every" if every else "--notify"
        raise UsageError(f"--dry-run makes one run and notifies nobody: leave out {also}")
    request = RunRequest(
        OutputFolder(output),
        store_url=store,
        config=load(config),
        form=form.value,
        refresh=refresh,
        wait_seconds=seconds_to_wait(wait),
        notify=webhook_of(notify),
    )
    words, own = inputs or [], own_options(context)
    if every:
        _loop(every, lambda: _run(request, words, own), request.output)
    with progress(enabled=err.is_terminal and not quiet):
        report = _run(request, words, own, dry=dry_run)
    if not quiet:
        if dry_run:
            print_changes(report)
        else:
            print_report(report, request)
    _refuse_nothing(report, request.output)


def _run(request: RunRequest, words: list[str], own: list[str], *, dry: bool = False) -> Report:
    """Runs once; Beam is imported only here."""
    from pipeline.runs import batch
    from pipeline.runs.beam_options import split_beam_options

    beam, inputs = split_beam_options(words, own)
    work = batch.dry_run if dry else batch.run
    return work(replace(request, inputs=inputs, beam=beam))


def _refuse_nothing(report: Report, output: OutputFolder) -> None:
    """Raises NothingReadError if nothing could be read."""
    fetched = report.counts.get("fetch", {})
    left_alone = sum(fetched.get(f"dropped_{why}", 0) for why in ("unchanged", "not_due", "deferred"))
    if not report.counts.get("parse", {}).get("out") and not left_alone:
        where = f": {output.run(report.run)} says why" if report.run else ""
        raise NothingReadError(f"nothing could be read{where}")


def _loop(schedule: str, once: Callable[[], Report], output: OutputFolder) -> NoReturn:
    """Runs on a schedule until the process is stopped."""

    def work() -> Outcome:
        run = ""
        try:
            report = once()
            run = report.run
            _refuse_nothing(report, output)
        except NewsfoldError as error:
            return Outcome(error.exit_code, one_line(error), run, isinstance(error, UsageError))
        except OSError as error:
            return Outcome(NewsfoldError.exit_code, one_line(error), run)
        return Outcome(0, summary(report.counts), run)

    with naming("--every"):
        sys.exit(run_every(schedule, work, output))
