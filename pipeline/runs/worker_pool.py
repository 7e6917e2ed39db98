"""Beam's worker pool for the TaskManagers of Flink: python -m pipeline.runs.worker_pool --port 50000."""

import argparse
import os
import signal
import sys
from pathlib import Path

from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer


class WorkerPool(BeamFnExternalWorkerPoolServicer):
    """Worker pool whose workers end when their TaskManager closes the connection.

    Beam's own pool stops a worker by its id on request; but every TaskManager numbers its workers from 1-1, so that of
    two that share a pool, the first to finish would stop the worker of the other.
    """

    def StopWorker(  # noqa: N802
        self, stop_worker_request: beam_fn_api_pb2.StopWorkerRequest, _context: object
    ) -> beam_fn_api_pb2.StopWorkerResponse:
        """Forgets a worker, so that it can be reaped: its connection is about to close, which ends it."""
        self._worker_processes.pop(stop_worker_request.worker_id, None)
        return beam_fn_api_pb2.StopWorkerResponse()


def main() -> None:
    """Serves until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.runs.worker_pool", description=__doc__)
    parser.add_argument("--port", type=int, default=50_000, help="port for the TaskManagers of this machine")
    given = parser.parse_args()
    # Beam starts plain `python`, which must be the interpreter that has newsfold installed.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    _, server = WorkerPool.start(use_process=True, port=given.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server.wait_for_termination()


if __name__ == "__main__":
    main()
