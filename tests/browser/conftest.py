"""A served store and a browser: Debian's Chromium, headless, driven by Playwright."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import PROCESS, ROOT, newsfold
from tests.support.folded import SAMPLES, make_hostile

CORPUS_ARTICLES = 600


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: a folder to look at after `make browser`."""
    folder = Path(os.environ.get("NEWSFOLD_PICTURES", tmp_path_factory.mktemp("pictures")))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make browser does it")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def serving(output: Path) -> Iterator[str]:
    pytest.importorskip("fastapi", reason="the extra web is not installed")
    pytest.importorskip("uvicorn", reason="the extra web is not installed")
    command = [*PROCESS, "serve", "--output", str(output), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        for line in process.stderr:
            if found := re.search(r"http://\S+/", line):
                yield found[0]
                break
        else:
            pytest.fail("newsfold serve did not start")
        process.terminate()


@pytest.fixture(scope="session")
def folded(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples, and where real material is there a part of it, with copies of some of its articles."""
    output = tmp_path_factory.mktemp("browser")
    inputs: list[Path] = [SAMPLES]
    shared = Path(os.environ.get("NEWSFOLD_SHARED", ROOT.parent / "shared"))
    corpus = shared / "data/corpus/articles_8k.jsonl.gz"
    if corpus.exists():
        import gzip

        with gzip.open(corpus, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line, _ in zip(file, range(CORPUS_ARTICLES), strict=False)]
        reprints = [row | {"id": f"reprint-{row['id']}", "url": "", "source": "The Reprint"} for row in rows[::6]]
        inputs += [output / "rows.jsonl", *sorted((shared / "seeds").glob("*.txt"))]
        inputs[1].write_text("".join(json.dumps(row) + "\n" for row in [*rows, *reprints]), encoding="utf-8")
    done = newsfold("run", *inputs, "--output", output, "--quiet")
    assert done.code == 0, done.err
    return output


@pytest.fixture(scope="session")
def served(folded: Path) -> Iterator[str]:
    yield from serving(folded)


@pytest.fixture(scope="session")
def samples_served(browser: Any, tmp_path_factory: pytest.TempPathFactory, folded_samples: Path) -> Iterator[str]:
    """The samples alone: what every reader of the project may see."""
    yield from serving(shutil.copytree(folded_samples, tmp_path_factory.mktemp("samples") / "news"))


@pytest.fixture(scope="session")
def hostile(folded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    output = tmp_path_factory.mktemp("hostile") / "out"
    newsfold("run", SAMPLES, "--output", output, "--quiet")
    return output, make_hostile(output)


@pytest.fixture(scope="session")
def hostile_served(hostile: tuple[Path, str]) -> Iterator[str]:
    yield from serving(hostile[0])


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page in a window of its own and fails on anything that its console reports."""
    contexts: list[Any] = []
    said: list[str] = []

    def dismiss(dialog: Any) -> None:
        said.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def page(address: str, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        opened = context.new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on("dialog", dismiss)
        opened.on(
            "request",
            lambda request: (
                None if request.url.startswith(("http://127.0.0.1:", "file:")) else said.append(request.url)
            ),
        )
        opened.goto(address)
        return opened

    yield page
    for context in contexts:
        context.close()
    assert said == []
