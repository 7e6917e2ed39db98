"""The GitHub workflow and the pre-commit hooks: valid, and in step with the project."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BIN = Path(sys.executable).parent


def steps(workflow: Path) -> list[dict[str, Any]]:
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    return [step for job in content["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"])
def test_workflows_follow_the_schema(schema: str) -> None:
    command: list[str | Path] = [BIN / "check-jsonschema", "--builtin-schema", schema, *WORKFLOWS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_workflow_tests_every_supported_python() -> None:
    supported = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    content = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert content["jobs"]["test"]["strategy"]["matrix"]["python"] == supported


def test_workflows_make_what_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = {
        step["run"].split()[1] for path in WORKFLOWS for step in steps(path) if step.get("run", "").startswith("make ")
    }
    assert made == {"test", "coverage", "proofs"}
    assert made <= targets


def test_pre_commit_accepts_its_configuration() -> None:
    command: list[str | Path] = [BIN / "pre-commit", "validate-config", ROOT / ".pre-commit-config.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_hooks_are_programs_of_the_environment() -> None:
    content = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repo in content["repos"] for hook in repo["hooks"] if hook["language"] == "system"]
    programs = {entry.split()[0] for entry in entries}
    assert {Path(program).parent for program in programs} == {Path(".venv/bin")}
    assert all((BIN / Path(program).name).exists() for program in programs)


def test_pinned_packages_name_no_index() -> None:
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in pinned
    assert "--" not in pinned
    assert all("==" in line for line in pinned.splitlines() if line and not line.startswith("#"))
