"""The command `newsfold serve`: the web inspector."""

from typing import Annotated

import typer

from pipeline.commands.common import OUTPUT, OutputOption, StoreOption, err, opened_store
from pipeline.errors import NewsfoldError, UsageError
from pipeline.outputs.folder import OutputFolder

app = typer.Typer()


@app.command()
def serve(
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for all addresses of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any free port.")] = 8000,
) -> None:
    """Show the stories in a browser: search, timelines, why articles are together, feeds, runs. No story is changed."""
    try:
        import uvicorn

        from pipeline.web.app import create_app
        from pipeline.web.inspector import Inspector
    except ImportError as error:
        raise UsageError(f"newsfold serve needs the extra web: pip install 'newsfold[web]' ({error})") from error
    from pipeline.inspect.index import open_index, place

    folder = OutputFolder(output)
    with place(folder.index) as index:
        with opened_store(output, store) as opened:
            err.print("reading what is new into the index ...")
            open_index(index, opened, words=True).close()
        inspector = Inspector(store or folder.store_url, index, folder.labels)
        application = create_app(inspector, host)
        server = uvicorn.Server(
            uvicorn.Config(application, host=host, port=port, log_level="warning", server_header=False)
        )
        try:
            socket = server.config.bind_socket()
        except SystemExit as error:
            raise NewsfoldError(f"cannot listen on {host}:{port}") from error
        socket.listen(server.config.backlog)  # accept connections before the URL is printed
        name = f"[{host}]" if ":" in host else host
        err.print(f"newsfold is at http://{name}:{socket.getsockname()[1]}/ - stop it with Ctrl-C", soft_wrap=True)
        server.run(sockets=[socket])
