"""The public transforms: exported without importing Beam, each with an example that runs."""

import doctest
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from sqlalchemy import make_url

import transforms
from tests.support.command import ROOT


def run_examples(name: str, docstring: str | None, names: dict[str, Any]) -> dict[str, Any]:
    """Runs the examples of a docstring with these names, which must be some; returns the names afterwards."""
    test = doctest.DocTestParser().get_doctest(docstring or "", {**names, "__name__": "__main__"}, name, None, None)
    assert test.examples, f"{name} has no example"
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=report.append, clear_globs=False)
    assert not runner.failures, "".join(report)
    return test.globs


@pytest.fixture(scope="module")
def shared_names() -> Iterator[dict[str, Any]]:
    """The names that all examples share, made by the example of the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield run_examples("transforms", transforms.__doc__, {})


@pytest.fixture
def names(shared_names: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The shared names with a store of its own."""
    store = shared_names["store"]
    copy = shutil.copy(make_url(store.url).database or "", tmp_path)
    return {**shared_names, "store": store._replace(url=f"sqlite:///{copy}")}


@pytest.mark.parametrize("name", transforms.__all__)
def test_the_example_of_every_public_transform_runs(name: str, names: dict[str, Any]) -> None:
    transform = getattr(transforms, name)
    assert issubclass(transform, beam.PTransform)
    run_examples(name, transform.__doc__, names)


def test_every_name_is_exported_once() -> None:
    assert sorted(transforms._MODULES) == transforms.__all__
    with pytest.raises(AttributeError, match="no attribute 'FoldEverything'"):
        _ = transforms.FoldEverything  # type: ignore[attr-defined]


def test_importing_the_package_imports_no_beam() -> None:
    code = "import sys, transforms; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
