"""The command `newsfold feeds`: subscriptions and feed health."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from pipeline.commands.common import (
    OUTPUT,
    ConfigOption,
    JsonOption,
    OutputOption,
    StoreOption,
    err,
    opened_store,
    out,
    print_json,
)
from pipeline.config import load
from pipeline.errors import NothingReadError, UsageError
from pipeline.outputs.folder import OutputFolder

if TYPE_CHECKING:
    from pipeline.inputs.opml import Outline

app = typer.Typer(name="feeds", help="Show how the feeds are; subscribe to feeds; try one.", no_args_is_help=False)

_Inputs = Annotated[
    list[str], typer.Argument(metavar="INPUT...", help="OPML lists or addresses of feeds.", show_default=False)
]


@app.callback(invoke_without_command=True)
def health(
    context: typer.Context,
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Show the health of the feeds: state, last success, next poll, articles per day, duplicates, failures."""
    if context.invoked_subcommand:
        return
    from pipeline.commands.tables.feeds import feeds_table
    from pipeline.inspect.feed_health import feeds_health, health_record

    now = int(time.time())
    with opened_store(output, store) as opened:
        found = feeds_health(opened, now)
    if json:
        print_json(*(orjson.dumps(health_record(one)) for one in found))
    elif found:
        out.print(feeds_table(found, now))
    else:
        out.print("no feeds yet: newsfold run FEED... or newsfold feeds import LIST.opml")


@app.command("import")
def import_(inputs: _Inputs, output: OutputOption = OUTPUT, store: StoreOption = "") -> None:
    """Subscribe to the feeds of OPML lists, or to single feeds: newsfold run without INPUT reads them."""
    from pipeline.store.subscriptions import Subscription, subscribe
    from transforms.fetch.http import without_credentials

    outlines = [outline for given in inputs for outline in _outlines(given)]
    found = [Subscription(without_credentials(one.address), one.address, one.title, one.folder) for one in outlines]
    with opened_store(output, store, create=True) as opened:
        new = subscribe(opened, found)
    out.print(f"{new:,} new subscriptions, {len(found) - new:,} there already")


def _outlines(given: str) -> "list[Outline]":
    from pipeline.inputs.locations import InputError, read_list
    from pipeline.inputs.opml import Outline
    from transforms.fetch.kinds import is_url

    if is_url(given):
        return [Outline(given, "", ())]
    try:
        outlines = read_list(Path(given))
    except InputError as error:
        raise UsageError(str(error)) from error
    for one in outlines:
        if not is_url(one.address):
            err.print(f"left out, not an address of http or https: {one.address}", markup=False, soft_wrap=True)
    return [one for one in outlines if is_url(one.address)]


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output without it.")] = None,
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
) -> None:
    """Write the subscriptions as an OPML list, without user names and passwords."""
    from pipeline.inputs.opml import Outline, write_opml
    from pipeline.outputs.replace import replacing
    from pipeline.store.subscriptions import subscriptions

    with opened_store(output, store) as opened:
        found = subscriptions(opened)
    content = write_opml(Outline(one.feed, one.title, one.folder) for one in found)
    if file is None:
        sys.stdout.buffer.write(content)
    else:
        with replacing(file) as opened_file:
            opened_file.write(content)


@app.command()
def remove(
    feeds: Annotated[list[str], typer.Argument(metavar="FEED...", help="Addresses as newsfold feeds shows them.")],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
) -> None:
    """Take feeds off the subscriptions; their articles stay."""
    from pipeline.store.subscriptions import unsubscribe

    with opened_store(output, store) as opened:
        removed = unsubscribe(opened, feeds)
    if missing := [feed for feed in feeds if feed not in removed]:
        raise UsageError(f"not subscribed: {', '.join(missing)}")


@app.command()
def check(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of a feed.", show_default=False)],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Fetch one feed and show what a run would do with it; nothing is stored."""
    from pipeline.commands.tables.feeds import feed_page
    from pipeline.inspect.feed_health import feed_record
    from pipeline.settings import fetch_options, intervals
    from transforms.fetch import health
    from transforms.fetch.connections import open_session
    from transforms.fetch.http import without_credentials
    from transforms.fetch.kinds import is_url
    from transforms.fetch.poll import poll_feed
    from transforms.parse.document import parse_document
    from transforms.records import FeedState

    if not is_url(url):
        raise UsageError(f"{without_credentials(url)}: only http and https addresses can be fetched")
    configuration = load(config)
    now = int(time.time())
    feed = without_credentials(url)
    state = FeedState(feed)
    if store or OutputFolder(output).database.exists():
        with opened_store(output, store) as opened:
            state = opened.feeds([feed]).get(feed, state)
    request = health.request(state, url, intervals(configuration).of(feed), now, refresh=True)
    with open_session(private_addresses=configuration.fetch.private_addresses) as session:
        polled = poll_feed(session, request, fetch_options(configuration, now))
    contents = polled.document and parse_document(polled.document, max_entries=configuration.parse.max_entries)
    poll = contents.poll if contents and contents.poll else polled.poll
    state = health.after(state._replace(polled_at=0), poll)
    if json:
        print_json(orjson.dumps(feed_record(state), option=orjson.OPT_INDENT_2))
    else:
        out.print(feed_page(state, contents.items if contents else []))
    if poll.outcome == health.REFUSED:
        raise NothingReadError(f"{feed}: {poll.reason}: {poll.detail}")
