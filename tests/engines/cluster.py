"""A Flink cluster on this machine, as configs/flink describes one, all of it from the package registries."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import yaml

from tests.support.command import ROOT

CONFIGS = ROOT / "configs" / "flink"
CACHE = ROOT / ".benchmarks" / "flink"
_FLINK = "apache-flink-libraries==1.19.1"
_OPERATOR = "org.apache.flink:flink-kubernetes-operator-api:1.10.0"
_JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
_JOB_SERVER = "org.apache.beam.runners.flink.FlinkJobServerDriver"
_DOWNLOAD_SECONDS = 900
_START_SECONDS = 90


class Jars(NamedTuple):
    """Folders of what Java runs."""

    flink: Path
    job_server: Path


def jars() -> Jars:
    """Flink and Beam's job server, fetched once; skips the test where they cannot be had."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program} on this machine")
    return Jars(_once("lib", _fetch_flink), _once("job-server", _fetch_job_server))


def _once(name: str, fetch: Callable[[Path], None]) -> Path:
    """A folder of the cache that is there whole or not at all."""
    folder = CACHE / name
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
            fetch(Path(unfinished) / name)
            (Path(unfinished) / name).rename(folder)
    return folder


def _fetch_flink(folder: Path) -> None:
    """The Python package of Flink's jars is published as source alone."""
    archives = folder.with_name("archives")
    words = ("download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary=:all:", _FLINK)
    _run_or_skip([sys.executable, "-m", "pip", *words, f"--dest={archives}"])
    folder.mkdir()
    with tarfile.open(next(archives.iterdir())) as archive:
        for member in archive:
            if "/deps/lib/" in member.name and member.name.endswith(".jar"):
                content = archive.extractfile(member)
                assert content is not None
                with (folder / Path(member.name).name).open("wb") as file:
                    shutil.copyfileobj(content, file)


def _fetch_job_server(folder: Path) -> None:
    """The jars that configs/flink/job-server/pom.xml names."""
    words = ("--quiet", "--batch-mode", f"--file={CONFIGS / 'job-server' / 'pom.xml'}")
    _run_or_skip(
        ["mvn", *words, "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    )


def fetched_operator() -> Path:
    """A folder with the jar that holds the schema of the Flink operator; skips the test where it cannot be had."""
    if shutil.which("mvn") is None:
        pytest.skip("no mvn on this machine")
    return _once("operator", _fetch_operator)


def _fetch_operator(folder: Path) -> None:
    _run_or_skip(
        ["mvn", "--quiet", "--batch-mode", "dependency:copy", f"-Dartifact={_OPERATOR}", f"-DoutputDirectory={folder}"]
    )


def _run_or_skip(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it says nothing"]
        pytest.skip(f"{command[0]} cannot fetch what the cluster needs: {said[-1][:200]}")


class Cluster:
    """A running cluster: JobManager, TaskManagers, Beam's worker pool and Beam's job server.

    Args:
        folder: of configuration, logs and what the job server keeps.
        task_managers: how many.
    """

    def __init__(self, folder: Path, task_managers: int = 2) -> None:
        self._folder = folder
        self._jars = jars()
        self._settings = yaml.safe_load((CONFIGS / "flink-conf.yaml").read_text(encoding="utf-8"))
        rpc, self._rest, self._job, self._artifacts, self._expansion, self._pool = _free_ports(6)
        self._settings |= {
            "jobmanager.rpc.port": rpc,
            "rest.port": self._rest,
            "io.tmp.dirs": str(folder),
            "web.refresh-interval": 500,
        }
        self.slots = task_managers * self._settings["taskmanager.numberOfTaskSlots"]
        self._processes: list[subprocess.Popen[bytes]] = []
        self._task_managers: dict[str, subprocess.Popen[bytes]] = {}
        self._wanted = task_managers

    @property
    def options(self) -> list[str]:
        """What newsfold is told on its command line."""
        return [
            "--runner=PortableRunner",
            f"--job_endpoint=localhost:{self._job}",
            "--environment_type=EXTERNAL",
            f"--environment_config=localhost:{self._pool}",
        ]

    def start(self) -> None:
        """Starts everything and waits until it answers."""
        self._java("job-manager", [_JOB_MANAGER, "--configDir", str(self._configuration("job-manager"))])
        for _ in range(self._wanted):
            self.start_task_manager()
        self._start("worker-pool", [sys.executable, "-m", "pipeline.runs.worker_pool", f"--port={self._pool}"])
        ports = [f"--job-port={self._job}", f"--artifact-port={self._artifacts}", f"--expansion-port={self._expansion}"]
        own = [
            f"--artifacts-dir={self._folder / 'artifacts'}",
            f"--flink-master=localhost:{self._rest}",
            f"--flink-conf-dir={self._configuration('job-server')}",
        ]
        self._java("job-server", [_JOB_SERVER, *ports, *own], self._jars.job_server)
        self.wait_for_slots()
        for port in (self._pool, self._job):
            self._wait(partial(_answers, port), f"nothing answers at port {port}")

    def wait_for_slots(self) -> None:
        """Waits until the JobManager knows the slots of all TaskManagers."""
        self._wait(lambda: self._seen("slots-total") == self.slots, "the TaskManagers do not register")

    def start_task_manager(self) -> None:
        """Adds a TaskManager."""
        name = f"task-manager-{len(self._task_managers) + 1}"
        words = [_TASK_MANAGER, "--configDir", str(self._configuration(name, {"taskmanager.resource-id": name}))]
        self._task_managers[name] = self._java(name, words)

    def kill_task_manager(self, name: str) -> None:
        """Ends one TaskManager as a crash does; its Python worker is left to itself."""
        process = self._task_managers[name]
        process.send_signal(signal.SIGKILL)
        process.wait(30)

    def jobs(self) -> list[dict[str, Any]]:
        """Id, name and state of every job, the oldest first."""
        return sorted(self.ask("jobs/overview")["jobs"], key=lambda job: job["start-time"])

    def at_work(self, job: str, step: str) -> set[str]:
        """The TaskManagers that run an unfinished part of a step, by a part of the step's name."""
        found: set[str] = set()
        for vertex in self.ask(f"jobs/{job}")["vertices"]:
            if step in vertex["name"]:
                parts = self.ask(f"jobs/{job}/vertices/{vertex['id']}")["subtasks"]
                found |= {part["taskmanager-id"] for part in parts if part["status"] == "RUNNING"}
        return found

    def ask(self, path: str, method: str = "GET") -> Any:
        """What the JobManager answers (https://nightlies.apache.org/flink/flink-docs-release-1.19/docs/ops/rest_api)."""
        request = Request(f"http://localhost:{self._rest}/{path}", method=method)
        with urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def logs(self, characters: int = 1500) -> str:
        """The end of what each process said."""
        files = sorted(self._folder.glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-characters:]}" for file in files)

    def stop(self) -> None:
        """Ends everything that was started, and what that has started."""
        for process in reversed(self._processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for process in self._processes:
            process.wait(30)

    def _configuration(self, name: str, more: Mapping[str, Any] = {}) -> Path:
        folder = self._folder / f"conf-{name}"
        folder.mkdir()
        settings = self._settings | more
        lines = "".join(f"{key}: {value}\n" for key, value in settings.items())
        (folder / "flink-conf.yaml").write_text(lines, encoding="utf-8")
        return folder

    def _java(self, name: str, words: Sequence[str], library: Path | None = None) -> "subprocess.Popen[bytes]":
        options = ["-Xmx1536m", "-XX:MaxMetaspaceSize=512m", *self._settings["env.java.opts.all"].split()]
        options += [f"-Djava.io.tmpdir={self._folder}", "-Dorg.apache.logging.log4j.level=INFO"]
        return self._start(name, ["java", *options, "-cp", f"{library or self._jars.flink}/*", *words])

    def _start(self, name: str, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, start_new_session=True)
        self._processes.append(process)
        return process

    def _seen(self, figure: str) -> int:
        try:
            return int(self.ask("overview")[figure])
        except (URLError, OSError):
            return -1

    def _wait(self, done: Callable[[], bool], complaint: str) -> None:
        until = time.monotonic() + _START_SECONDS
        while not done():
            if time.monotonic() > until:
                raise AssertionError(f"{complaint} within {_START_SECONDS} s\n{self.logs()}")
            time.sleep(0.2)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def running_cluster(task_managers: int = 2) -> Iterator[Cluster]:
    """A cluster while the block runs; skips the test where its parts cannot be had."""
    with tempfile.TemporaryDirectory(prefix="newsfold-flink-") as folder:
        cluster = Cluster(Path(folder), task_managers)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
