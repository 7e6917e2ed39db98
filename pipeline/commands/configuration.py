"""The command `newsfold explain-config`."""

import typer

from pipeline.commands.common import ConfigOption, out
from pipeline.config import load

app = typer.Typer()


@app.command("explain-config")
def explain_config(config: ConfigOption = None) -> None:
    """Print the configuration in force, and the bands that follow from it."""
    from pipeline.commands.tables.configuration import explain

    out.print(explain(load(config)))
