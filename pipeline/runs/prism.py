"""Prism, Beam's runner for a single machine, in a process session of its own.

Beam would start Prism as a child that receives every signal of the terminal or the supervisor, and so dies before the
fetched documents are folded. Here only newsfold receives them.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions, PrismRunnerOptions, StandardOptions
from apache_beam.runners.portability.prism_runner import PrismJobServer

from pipeline.errors import NewsfoldError

_START_SECONDS = 30
_WATCH = '"$@" & cat > /dev/null; kill -9 $!'
"""Script that kills Prism when the pipe from newsfold is closed, by newsfold or, if it dies, by the kernel."""


@contextmanager
def prism_running(options: PipelineOptions) -> Iterator[None]:
    """Runs Prism while the block runs, and points the options to it.

    The binary is `--prism_location`, else `prism` on PATH, else the one that Beam downloads.

    Raises:
        NewsfoldError: Prism is not available or does not start.
    """
    prism = options.view_as(PrismRunnerOptions)
    prism.prism_location = prism.prism_location or shutil.which("prism")
    try:
        command, endpoint = PrismJobServer(options).subprocess_cmd_and_endpoint()
        process = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", _WATCH, "prism", *map(str, command), "--log_level", "error"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (RuntimeError, OSError, ValueError) as error:
        raise NewsfoldError(f"no Prism ({error}): put prism on PATH, or name it by --prism_location") from error
    try:
        _wait(endpoint)
        options.view_as(StandardOptions).runner = "PortableRunner"
        portable = options.view_as(PortableOptions)
        portable.job_endpoint = endpoint
        portable.environment_type = portable.environment_type or "LOOPBACK"
        yield
    finally:
        process.communicate()


def _wait(endpoint: str) -> None:
    host, _, port = endpoint.rpartition(":")
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            with socket.create_connection((host, int(port)), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise NewsfoldError(f"Prism does not answer at {endpoint}")
