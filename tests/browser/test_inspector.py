"""The web inspector in a real browser, as a person uses it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Open = Callable[..., Any]
HEADLINE = "Footbridge gives way at Ellerby lantern festival, 14 hurt"


def test_search_facet_story_compare_judge(served: str, open_page: Open, pictures: Path) -> None:
    page = open_page(served)
    page.screenshot(path=pictures / "stories.png")
    page.get_by_role("searchbox").fill("lantern footbridge")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=lantern+footbridge")
    assert page.locator(".stories li").count() == 1
    page.get_by_role("complementary").get_by_role("link", name="Valley Post").click()
    assert "source=Valley+Post" in page.url
    page.get_by_role("link", name=HEADLINE).click()
    assert page.get_by_role("heading", level=1).inner_text() == HEADLINE
    assert page.locator("svg circle").count() == 3
    page.screenshot(path=pictures / "story.png", full_page=True)
    page.get_by_role("radio", name="as B").nth(2).check()
    page.get_by_role("button", name="Compare A with B").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Why together"
    assert page.get_by_role("region", name="Verdict").inner_text().startswith("They report the same event")
    assert page.locator("mark").count() > 3
    page.screenshot(path=pictures / "compare.png", full_page=True)
    page.get_by_role("button", name="They belong together").click()
    assert page.get_by_role("status").inner_text() == "Kept."


def test_filters_apply_at_once_and_without_script_by_a_button(served: str, open_page: Open) -> None:
    page = open_page(served)
    page.get_by_label("State").select_option("closed")
    page.wait_for_url("**/?*state=closed*")
    page = open_page(served, script=False)
    page.get_by_label("Articles, at least").fill("2")
    page.get_by_role("button", name="Apply").click()
    assert "size=2" in page.url
    assert page.locator(".stories li").count() >= 2


def test_copies_are_marked_in_the_timeline(served: str, open_page: Open, pictures: Path) -> None:
    page = open_page(served + "?q=dockers+strike")
    page.locator(".stories h2 a").first.click()
    assert page.locator("svg circle.copied").count() == page.locator("tr.copy").count() >= 1
    page.screenshot(path=pictures / "copies.png", full_page=True)


@pytest.mark.parametrize("path", ["", "sources", "feeds", "runs", "runs/last", "labels"])
def test_dark_and_narrow(served: str, open_page: Open, pictures: Path, path: str) -> None:
    page = open_page(served + path, dark=True)
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(int(part) for part in dark.strip("rgb()").split(",")) < 60
    name = path.replace("/", "-") or "stories"
    page.screenshot(path=pictures / f"{name}-dark.png")
    page = open_page(served + path, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=pictures / f"{name}-phone.png", full_page=True)


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_a_story_and_why_dark_and_narrow(served: str, open_page: Open, pictures: Path, width: int, dark: bool) -> None:
    page = open_page(served + "?q=lantern+footbridge", width=width, dark=dark)
    kind = "dark" if dark else "phone"
    for step in (".stories h2 a", "button.primary", ".party h2 a"):
        page.locator(step).first.click()
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert "Nov 2026" in page.locator("main").inner_text()
        name = page.url.removeprefix(served).partition("?")[0].partition("/")[0]
        page.screenshot(path=pictures / f"{name}-{kind}-whole.png", full_page=True)


def test_pictures_for_the_readme(samples_served: str, open_page: Open, pictures: Path) -> None:
    """What docs/pictures shows, of invented articles alone."""
    page = open_page(samples_served, width=1120, height=760)
    page.screenshot(path=pictures / "readme-stories.png")
    page.goto(samples_served + "?q=dockers+strike")
    page.locator(".stories h2 a").first.click()
    page.get_by_role("button", name="Compare A with B").click()
    assert page.locator("mark").count() > 3
    page.get_by_role("heading", name="Passages that both hold").evaluate("heading => heading.scrollIntoView()")
    page.screenshot(path=pictures / "readme-why.png")
    page = open_page(samples_served + "?q=dockers+strike", width=1120, height=760, dark=True)
    page.locator(".stories h2 a").first.click()
    page.screenshot(path=pictures / "readme-story.png")


def test_everything_is_reached_by_keys_alone(served: str, open_page: Open) -> None:
    page = open_page(served)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    page.keyboard.type("lantern footbridge")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=lantern*")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == HEADLINE
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/s_*")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Compare A with B":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare*")


def test_no_serious_fault_of_accessibility(served: str, open_page: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = open_page(served + "?q=lantern")
    page.locator(".stories h2 a").first.click()
    story = page.url
    page.get_by_role("button", name="Compare A with B").click()
    compare = page.url
    article = served + "article?id=" + page.locator("input[name=a]").get_attribute("value")
    sources = [
        "source?name=Valley+Post",
        "sources",
        "feeds",
        "runs",
        "runs/last",
        "labels",
        "stories/none",
        "",
        "?q=the",
    ]
    for address in (story, compare, article, *(served + path for path in sources)):
        for dark in (False, True):
            # The policy of the pages forbids scripts that are not theirs: axe is run beside it.
            context = page.context.browser.new_context(bypass_csp=True, color_scheme="dark" if dark else "light")
            judged = context.new_page()
            judged.goto(address)
            found = axe.Axe().run(judged).response["violations"]
            context.close()
            grave = [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found
                     if one["impact"] in ("serious", "critical")]  # fmt: skip
            assert grave == [], (address, dark)
