"""The pool that TaskManagers of one machine share."""

import subprocess
import sys

from apache_beam.portability.api import beam_fn_api_pb2

from pipeline.runs.worker_pool import WorkerPool


def test_who_is_done_does_not_end_the_worker_of_another() -> None:
    """Two TaskManagers each have a worker 1-1; Beam's pool would end the one that it started last."""
    pool = WorkerPool(use_process=True)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        pool._worker_processes["1-1"] = other
        assert not pool.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id="1-1"), None).error
        assert other.poll() is None
        other.kill()
