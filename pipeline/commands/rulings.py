"""What people do to stories, obeyed ever after: `newsfold pin`, `unpin`, `merge`, `split` and `retract`."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from pipeline.commands.common import (
    OUTPUT,
    WRONG_USE,
    ConfigOption,
    FailureError,
    OutputOption,
    StoreOption,
    configured,
    opened_store,
    out,
    store_failures,
)
from pipeline.commands.stories import wrong_use

if TYPE_CHECKING:
    from pipeline.store.rulings import Edit
    from pipeline.store.sql_store import SqlStore
    from transforms.records import Member, Ruling

app = typer.Typer()

_Story = Annotated[str, typer.Argument(metavar="STORY", help="A story's id or its beginning.")]


@app.command()
def pin(story: _Story, output: OutputOption = OUTPUT, config: ConfigOption = None, store: StoreOption = "") -> None:
    """Keep the articles of STORY together under its id, whatever comes; others may join them."""
    from pipeline.store.rulings import Edit
    from transforms.fold.rulings import pin as rule

    def edit(opened: "SqlStore") -> "Edit":
        stories, members, rulings = _active(opened, [story])
        return Edit(stories, rulings, rule(rulings, members))

    _edit(["pin", story], edit, output, config, store)


@app.command()
def unpin(story: _Story, output: OutputOption = OUTPUT, config: ConfigOption = None, store: StoreOption = "") -> None:
    """Take back whatever was ruled by hand about the articles of STORY, and fold them as their texts want it."""
    from pipeline.store.rulings import Edit
    from transforms.fold.rulings import unpin as rule

    def edit(opened: "SqlStore") -> "Edit":
        stories, members, rulings = _active(opened, [story])
        return Edit(stories, rulings, rule(rulings, members))

    _edit(["unpin", story], edit, output, config, store)


@app.command()
def merge(
    stories: Annotated[list[str], typer.Argument(metavar="STORY...", help="Two stories or more.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Make one story of several, under the id of the oldest; the other ids lead to it."""
    from pipeline.store.rulings import Edit
    from transforms.fold.rulings import merge as rule

    def edit(opened: "SqlStore") -> "Edit":
        numbers, members, rulings = _active(opened, stories)
        if len(numbers) < 2:
            raise FailureError("name two different stories or more", WRONG_USE)
        return Edit(numbers, rulings, rule(rulings, members))

    _edit(["merge", *stories], edit, output, config, store)


@app.command()
def split(
    story: _Story,
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Those that leave, as ids or URLs.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Make a story of its own of some articles of STORY; the id stays where the first article is."""
    from pipeline.store.rulings import Edit
    from transforms.fold.rulings import split as rule

    def edit(opened: "SqlStore") -> "Edit":
        stories, members, rulings = _active(opened, [story])
        leaving = _placed(opened, articles).keys()
        if not leaving <= members.keys():
            raise FailureError(f"not all of these articles are in {story}", WRONG_USE)
        if leaving == members.keys():
            raise FailureError("these are all articles of the story: nothing would be left of it", WRONG_USE)
        return Edit(stories, rulings, rule(rulings, leaving, members.keys() - leaving))

    _edit(["split", story, *articles], edit, output, config, store)


@app.command()
def retract(
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Ids or URLs.")],
    output: OutputOption = OUTPUT,
    config: ConfigOption = None,
    store: StoreOption = "",
) -> None:
    """Delete articles for good, text and all; no feed brings them back, and their stories go on without them."""
    from pipeline.store.rulings import Edit
    from transforms.fold.rulings import retract as rule

    def edit(opened: "SqlStore") -> "Edit":
        gone = _placed(opened, articles)
        stories = sorted(set(gone.values()))
        rulings = opened.rulings([member.number for member in opened.members(stories)])
        return Edit(stories, rulings, rule(rulings, gone), sorted(gone))

    _edit(["retract", *articles], edit, output, config, store)
    (output / "inspect.db").unlink(missing_ok=True)  # made anew from the store when somebody looks


def _active(store: "SqlStore", given: Sequence[str]) -> tuple[list[int], dict[int, "Member"], AbstractSet["Ruling"]]:
    """The stories that are meant, their members by number, and what was ruled about these."""
    from pipeline.inspect import reading

    found = [reading.story(store, reading.resolve_story(store, story)) for story in given]
    for story in found:
        if story["state"] != "active":
            raise FailureError(f"{story['id']} is {story['state']}: no fold changes it any more", WRONG_USE)
    articles = [article["id"] for story in found for article in story["articles"]]
    stories = sorted(set(store.story_numbers(articles).values()))
    members = {member.number: member for member in store.members(stories)}
    return stories, members, store.rulings(sorted(members))


def _placed(store: "SqlStore", given: Sequence[str]) -> dict[int, int]:
    """The story of each article that is meant, by numbers."""
    from pipeline.inspect.reading import resolve_article

    return store.story_numbers([resolve_article(store, article) for article in given])


def _edit(
    words: Sequence[str], decide: Callable[["SqlStore"], "Edit"], output: Path, config: Path | None, store_url: str
) -> None:
    """A run of its own, which folds nothing but what a person touched."""
    settings = configured(config)
    with opened_store(output, store_url) as opened, wrong_use():
        decide(opened)  # what is mistyped is no reason to wait for anybody
    from pipeline.commands.tables.stories import changes_table
    from pipeline.runs.batch import default_store
    from pipeline.runs.ruling import run_edit

    with store_failures():
        changes = run_edit(
            decide, words=words, output=output, store_url=store_url or default_store(output), config=settings
        )
    if changes:
        out.print(changes_table([orjson.loads(line) for line in changes]))
    else:
        out.print("kept as a ruling; no story had to change")
