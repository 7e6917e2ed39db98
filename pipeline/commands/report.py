"""The command `newsfold report`: one page on the day's stories, the sources, the feeds and the last run."""

import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.common import OUTPUT, OutputOption, StoreOption, opened_store, out
from pipeline.errors import UsageError
from pipeline.outputs.folder import OutputFolder

app = typer.Typer()


@app.command()
def report(
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    html: Annotated[
        Path | None, typer.Option("--html", help="Where to write it; OUTPUT/report.html without.", dir_okay=False)
    ] = None,
) -> None:
    """Write one page of HTML that needs nothing else: stories, coverage, sources, languages, feeds, the last run."""
    try:
        from pipeline.web.report import render
    except ImportError as error:
        raise UsageError(f"newsfold report needs the extra report: pip install 'newsfold[report]' ({error})") from error
    from pipeline.inspect.index import opened_index
    from pipeline.outputs.replace import replacing

    folder = OutputFolder(output)
    path = html or folder.report
    with opened_store(output, store) as opened, opened_index(folder.index, opened) as index:
        page = render(opened, index, int(time.time()))
    with replacing(path) as file:
        file.write(page.encode("utf-8", "replace"))
    out.print(str(path), soft_wrap=True, markup=False)
