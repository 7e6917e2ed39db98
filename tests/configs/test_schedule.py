"""The schedules of configs/schedule: what they start exists, and their own tools accept them."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer
import yaml

from pipeline.commands.main import app
from tests.support.command import ROOT

SCHEDULES = ROOT / "configs/schedule"


def commands() -> dict[str, list[str]]:
    """The words behind `newsfold` in every file that starts it."""
    found = {}
    for path in sorted(SCHEDULES.iterdir()):
        if line := re.search(r"/opt/newsfold/bin/newsfold (run [^\"\n]+)", path.read_text(encoding="utf-8")):
            found[path.name] = shlex.split(line[1])
    job = next(yaml.safe_load_all((SCHEDULES / "kubernetes-cronjob.yaml").read_text(encoding="utf-8")))
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    found["kubernetes-cronjob.yaml"] = pod["containers"][0]["args"]
    return found


@pytest.mark.parametrize(
    ("name", "words"), commands().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_command_is_one_that_newsfold_takes(name: str, words: list[str]) -> None:
    run = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    context = run.make_context("run", list(words[1:]))
    assert context.params["inputs"] is None or list(context.params["inputs"]) == []
    assert context.args == []
    assert context.params["output"] == Path("/var/lib/newsfold")


def test_every_file_is_listed() -> None:
    readme = (SCHEDULES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in readme for path in SCHEDULES.iterdir() if path.name != "README.md")
    assert set(commands()) == {"newsfold.service", "crontab", "kubernetes-cronjob.yaml", "airflow_dag.py"}


def test_the_pod_can_write_only_where_it_must() -> None:
    job, claim = yaml.safe_load_all((SCHEDULES / "kubernetes-cronjob.yaml").read_text(encoding="utf-8"))
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    assert mounts.keys() == {volume["name"] for volume in pod["volumes"]}
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert claim["metadata"]["name"] in str(pod["volumes"])


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on this machine")
    for name in ("newsfold.service", "newsfold.timer"):
        content = (SCHEDULES / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(content.replace("/opt/newsfold/bin/newsfold", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / "newsfold.service"), str(tmp_path / "newsfold.timer")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
