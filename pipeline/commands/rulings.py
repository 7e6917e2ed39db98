"""Manual edits of stories, binding for every later run: `newsfold pin`, `unpin`, `merge`, `split` and `retract`."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from pipeline.commands.common import OUTPUT, ConfigOption, OutputOption, StoreOption, opened_store, out
from pipeline.config import load
from pipeline.outputs.folder import OutputFolder
from pipeline.runs.request import RunRequest

app = typer.Typer()

_Story = Annotated[str, typer.Argument(metavar="STORY", help="A story's id or its beginning.")]


@app.command()
def pin(story: _Story, output: OutputOption = OUTPUT, config: ConfigOption = None, store: StoreOption = "") -> None:
    """Keep the articles of STORY together under its id, whatever comes; others may join them."""
    _edit(["pin", story], output, config, store)


@app.command()
def unpin(story: _Story, output: OutputOption = OUTPUT, config: ConfigOption = None, store: StoreOption = "") -> None:
    """Undo every manual edit of the articles of STORY, and fold them again by their texts."""
    _edit(["unpin", story], output, config, store)


@app.command()
def merge(
    stories: Annotated[list[str], typer.Argument(metavar="STORY...", help="Two stories or more.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Make one story of several, under the id of the oldest; the other ids lead to it."""
    _edit(["merge", *stories], output, config, store)


@app.command()
def split(
    story: _Story,
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Those that leave, as ids or URLs.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Make a story of its own of some articles of STORY; the id stays where the first article is."""
    _edit(["split", story, *articles], output, config, store)


@app.command()
def retract(
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Ids or URLs.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Delete articles for good, text and all; no feed brings them back, and their stories go on without them."""
    _edit(["retract", *articles], output, config, store)


def _edit(words: list[str], output: Path, config: Path | None, store: str) -> None:
    from pipeline.commands.tables.stories import changes_table
    from pipeline.runs.edits import EDITS, run_edit

    folder = OutputFolder(output)
    request = RunRequest(folder, store_url=store, config=load(config), form=folder.form)
    command, *named = words
    with opened_store(output, store) as opened:
        EDITS[command](opened, *named)  # fail on mistyped ids before waiting for the lock
    if changes := run_edit(words, request):
        out.print(changes_table([orjson.loads(line) for line in changes]))
    else:
        out.print("kept as a ruling; no story had to change")
