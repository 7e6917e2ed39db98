"""The command `newsfold stream`."""

import logging
import sys
from typing import Annotated

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
    own_options,
    seconds_to_wait,
    webhook_of,
)
from pipeline.config import load
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.request import RunRequest

app = typer.Typer()


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
    form: FormatOption = Format.json,
    metrics_port: Annotated[
        int, typer.Option("--metrics-port", min=0, max=65535, help="Serve metrics for Prometheus here; 0 for nowhere.")
    ] = 0,
    wait: WaitOption = "",
    notify: NotifyOption = "",
    log_format: LogFormatOption = LogFormat.text,
    verbose: VerboseOption = False,
) -> None:
    """Poll feeds and fold what they bring within seconds, until SIGTERM; changes of stories go to standard output."""
    level = logging.INFO if verbose else logging.ERROR
    logs.configure(log_format.value, own=level, others=level)
    from pipeline.runs import stream as streaming
    from pipeline.runs.beam_options import split_beam_options
    from pipeline.runs.prometheus import serve_metrics

    beam, inputs = split_beam_options(feeds or [], own_options(context))
    request = RunRequest(
        OutputFolder(output),
        inputs,
        store_url=store,
        config=load(config),
        beam=beam,
        form=form.value,
        wait_seconds=seconds_to_wait(wait),
        notify=webhook_of(notify),
    )
    streaming.stream(
        request,
        show=_show_line,
        started=lambda result: serve_metrics(result, metrics_port) if metrics_port else None,
    )


def _show_line(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.flush()
