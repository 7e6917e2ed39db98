"""Kills a run at a point, runs again, and compares with a run that nobody disturbed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

from pipeline.outputs.folder import OutputFolder
from pipeline.runs.batch import run
from pipeline.runs.request import RunRequest
from tests.chaos import material
from tests.chaos.points import Point
from tests.chaos.stores import Site, Sites, unfinished_runs
from tests.support.command import ROOT
from tests.support.fault_server import FaultServer
from tests.support.stores import content

_CONFIG = """
fetch: {private_addresses: true, gap_seconds: 0, connect_seconds: 10, read_seconds: 240, total_seconds: 240}
"""

Started: TypeAlias = "subprocess.Popen[str]"


class Chaos:
    """A store after some runs, and what becomes of the next run.

    Args:
        folder: of all files.
        server: of the feeds.
        database: as of `Sites`.
    """

    def __init__(self, folder: Path, server: FaultServer, database: str = "") -> None:
        self._folder = folder
        self._sites = Sites(folder, database)
        self._inputs = material.attacked(folder, server)
        self._base = self._sites.new("base")
        for number in range(material.RUNS_BEFORE):
            run(
                RunRequest(
                    OutputFolder(self._base.output),
                    [str(path) for path in material.before(folder, number)],
                    self._base.store_url,
                ),
                clock=lambda: material.NOW,
            )
        self.reference = cache(self._reference)

    def copy(self, name: str) -> Site:
        """A new site like that before the run."""
        return self._sites.new(name, self._base)

    def start(self, site: Site, *, kill_at: str = "", config: str = "", words: Sequence[str] = ()) -> Started:
        """Begins the run in a process of its own; it ends by itself or at a point."""
        path = self._folder / f"config-{len(config)}.yaml"
        path.write_text(_CONFIG + config, encoding="utf-8")
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.chaos.process", str(material.NOW), kill_at, "run", *self._inputs),
                *("--output", str(site.output), "--store", site.store_url, "--config", str(path), "--quiet", *words),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, site: Site, *, kill_at: str = "", config: str = "", words: Sequence[str] = ()) -> tuple[int, str]:
        """Does the run, to its end or its death: its exit code and what it said of errors."""
        process = self.start(site, kill_at=kill_at, config=config, words=words)
        _, errors = process.communicate(timeout=240)
        return process.returncode, errors

    def _reference(self, config: str) -> Site:
        site = self.copy(f"reference-{len(config)}")
        code, errors = self.run(site, config=config)
        if code:
            raise RuntimeError(errors)
        return site

    def judge(self, point: Point) -> list[str]:
        """What is wrong after a run that was killed at a point and one that was not; nothing if all is well."""
        site = self.copy(point.name.replace(" ", "-").replace(",", ""))
        for name in filter(None, (point.name, point.again)):
            code, errors = self.run(site, kill_at=name, config=point.config)
            if code != -signal.SIGKILL:
                return [f"it was not killed but ended with {code}: {errors}"]
        code, errors = self.run(site, config=point.config)
        if code:
            return [f"the next run ended with {code}: {errors}"]
        wrong = [*differences(self.reference(point.config), site), *flaws(site)]
        self._sites.drop(site)
        return wrong

    def judge_repeated(self) -> list[str]:
        """What is wrong after a run that did every bundle twice, as runners do that lost a worker."""
        site = self.copy("repeated")
        code, errors = self.run(site, words=["--direct_runner_bundle_repeat=1"])
        if code:
            return [f"it ended with {code}: {errors}"]
        wrong = [*differences(self.reference(""), site), *flaws(site)]
        self._sites.drop(site)
        return wrong

    def judge_together(self, processes: int, name: str, gate: material.Gate) -> list[str]:
        """What is wrong after several runs that were started together: one works, the others end at once with 75."""
        self.reference("")
        site = self.copy(name)
        gate.close()
        started = [self.start(site) for _ in range(processes)]
        try:
            deadline = time.monotonic() + 120
            while sum(one.poll() is not None for one in started) < processes - 1 and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            gate.open()
        ended = [(one.communicate(timeout=240)[1], one.returncode) for one in started]
        codes = sorted(code for _, code in ended)
        wrong = [] if codes == [0] + [75] * (processes - 1) else [f"they ended with {codes}"]
        wrong += [f"{code} said {errors!r}" for errors, code in ended if code and len(errors.splitlines()) != 1]
        wrong += [*differences(self.reference(""), site), *flaws(site)]
        self._sites.drop(site)
        return wrong


def differences(expected: Site, found: Site) -> list[str]:
    """In which tables and files two sites differ."""
    tables, others = content(expected.store_url), content(found.store_url)
    wrong = [f"table {name} differs" for name in sorted(tables.keys() | others.keys()) if tables[name] != others[name]]
    if (expected.output / "stories.jsonl").read_bytes() != (found.output / "stories.jsonl").read_bytes():
        wrong.append("stories.jsonl differs")
    return wrong


def flaws(site: Site) -> list[str]:
    """What no folder of a finished run may hold: torn files, files that do not belong, runs that wait for theirs."""
    wrong = [f"{name} waits for its files" for name in unfinished_runs(site.store_url)]
    wrong += [f"{path.name} was left" for path in site.output.rglob(".*.partial")]
    for folder in (site.output / "runs").iterdir():
        if {path.name for path in folder.iterdir()} != {"changes.jsonl", "rejected.jsonl", "manifest.json"}:
            wrong.append(f"{folder.name} holds {sorted(path.name for path in folder.iterdir())}")
    for path in site.output.rglob("*.json*"):
        if ".state" in path.suffixes:
            continue
        text = path.read_text(encoding="utf-8")
        try:
            for part in [text] if path.suffix == ".json" else text.splitlines():
                json.loads(part)
        except ValueError:
            wrong.append(f"{path.name} is torn")
    return wrong
