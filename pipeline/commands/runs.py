"""The command `newsfold runs`: the list of runs, one run in detail, and the differences between two."""

from typing import Annotated

import orjson
import typer

from pipeline.commands.common import OUTPUT, JsonOption, OutputOption, StoreOption, opened_store, out, print_json

app = typer.Typer(name="runs", help="List the runs; show one; compare two.", no_args_is_help=False)
_RUN = "A run's id, its beginning, last, or last~1 for the one before."
_Run = Annotated[str, typer.Argument(metavar="RUN", help=_RUN)]


@app.callback(invoke_without_command=True)
def runs(
    context: typer.Context,
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 40,
    json: JsonOption = False,
) -> None:
    """List the runs, the newest first: what they read, how long they took, what they changed."""
    if context.invoked_subcommand:
        return
    from pipeline.commands.tables.runs import runs_table
    from pipeline.inspect import reading

    with opened_store(output, store) as opened:
        found = reading.runs(opened, limit)
    if json:
        print_json(*(orjson.dumps(run.record()) for run in found))
    else:
        out.print(runs_table(found) if found else "no run yet")


@app.command()
def show(run: _Run = "last", output: OutputOption = OUTPUT, store: StoreOption = "", json: JsonOption = False) -> None:
    """Show one run: what came into each stage and what became of it."""
    from pipeline.commands.tables.runs import run_page
    from pipeline.inspect import reading

    with opened_store(output, store) as opened:
        found = reading.run(opened, run)
        changes = reading.changes_by_kind(opened, found)
    if json:
        print_json(orjson.dumps(found.record() | {"changes_by_kind": changes}))
    else:
        out.print(run_page(found, reading.funnel(found), changes))


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help=_RUN)],
    b: Annotated[str, typer.Argument(metavar="B", help="Another run.")],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Show where two runs differ: inputs, configuration, versions, counts and seconds."""
    from pipeline.commands.tables.runs import difference_table
    from pipeline.inspect import reading

    with opened_store(output, store) as opened:
        left, right = reading.run(opened, a), reading.run(opened, b)
    found = reading.difference(left, right)
    if json:
        print_json(*(orjson.dumps(one._asdict()) for one in found))
    else:
        out.print(difference_table(left, right, found) if found else "no difference")
