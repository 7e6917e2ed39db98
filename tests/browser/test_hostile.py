"""Strangers' strings in a real browser: nothing of them runs, loads or leads anywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import newsfold
from tests.support.folded import SCRIPT

pytestmark = pytest.mark.slow

Open = Callable[..., Any]


def untouched(page: Any) -> bool:
    page.wait_for_load_state()  # without its styles a long word is as wide as it likes
    return bool(
        page.title() != "run"
        and page.locator("img, iframe, object, embed, main script").count() == 0
        and page.locator("a[href^=javascript]").count() == 0
        and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    )


def test_the_test_would_notice(browser: Any) -> None:
    page = browser.new_page()
    page.set_content(f"<title>x</title><main>{SCRIPT}</main>")
    page.wait_for_timeout(200)
    assert page.title() == "run"
    assert not untouched(page)
    page.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_runs_in_the_inspector(
    hostile: tuple[Path, str], hostile_served: str, open_page: Open, pictures: Path, width: int
) -> None:
    page = open_page(hostile_served, width=width)
    assert untouched(page)
    page.screenshot(path=pictures / f"hostile-{width}.png")
    page.goto(f"{hostile_served}stories/{hostile[1]}")
    assert untouched(page)
    assert "<script>" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Compare A with B").click()
    assert untouched(page)
    page.locator(".party h2 a").first.click()
    assert untouched(page)
    page.goto(f"{hostile_served}sources")
    assert untouched(page)
    page.goto(f"{hostile_served}runs/last")
    assert untouched(page)


def test_nothing_runs_in_the_report(hostile: tuple[Path, str], open_page: Open, pictures: Path) -> None:
    pytest.importorskip("jinja2", reason="the extra report is not installed")
    assert newsfold("report", "--output", hostile[0]).code == 0
    for width in (1280, 360):
        page = open_page((hostile[0] / "report.html").as_uri(), width=width)
        assert untouched(page)
        page.screenshot(path=pictures / f"report-hostile-{width}.png", full_page=True)


def test_the_report_on_paper_and_in_the_dark(folded: Path, open_page: Open, pictures: Path) -> None:
    pytest.importorskip("jinja2", reason="the extra report is not installed")
    assert newsfold("report", "--output", folded).code == 0
    page = open_page((folded / "report.html").as_uri(), dark=True)
    assert page.locator("svg").count() >= 4
    page.screenshot(path=pictures / "report-dark.png", full_page=True)
    page.pdf(path=pictures / "report.pdf")
    page = open_page((folded / "report.html").as_uri())
    page.screenshot(path=pictures / "report.png", full_page=True)
