"""The report: one page that loads nothing and runs nothing."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support.command import lines, newsfold

pytest.importorskip("jinja2", reason="the extra report is not installed")


class Page(HTMLParser):
    """Elements, attributes and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_day_in_one_page(samples: Path, tmp_path: Path) -> None:
    done = newsfold("report", "-o", samples, "--html", tmp_path / "day.html")
    assert done.code == 0, done.err
    html = (tmp_path / "day.html").read_text(encoding="utf-8")
    page = Page(html)
    newest = max(story["last_published"] for story in lines(samples / "stories.jsonl"))
    for story in lines(samples / "stories.jsonl"):
        day = story["last_published"] >= newest[:8] + f"{int(newest[8:10]) - 1:02}" + newest[10:]
        assert (story["headline"] in page.words) == day, story["headline"]
    assert html.count("<svg") >= 5
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in html
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert not [name for name, _ in page.attributes if name in ("src", "style", "srcset") or name.startswith("on")]


def test_strangers_are_text(hostile: tuple[Path, str]) -> None:
    output, _ = hostile
    assert newsfold("report", "-o", output).code == 0
    page = Page((output / "report.html").read_text(encoding="utf-8"))
    assert not page.tags & {"script", "img", "link"}
    assert "<script>" in page.words
    assert not [value for name, value in page.attributes if name == "href" and not value.startswith("http")]
    assert not re.search("[\x1b\x9b\u202e]", page.words)
    assert (output / "report.html").stat().st_size < 400_000
