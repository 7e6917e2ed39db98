"""Cleaning takes time in proportion to its input, whatever a stranger repeats in it."""

import time
from collections.abc import Callable

import pytest

from transforms.clean.debris import debris_rule, without_last_prompts
from transforms.clean.extracted import without_debris
from transforms.clean.text import one_line, plain_text, without_site_suffix

pytestmark = pytest.mark.slow

LARGEST_RATIO = 2.5
"""Of the time for twice the input; a quadratic step comes near 4."""
LEAST_SECONDS = 0.02
ROUNDS = 3


def html(body: str) -> None:
    plain_text(body, is_html=True)


def text(body: str) -> None:
    plain_text(body, is_html=False)


def extracted(body: str) -> None:
    without_debris(body, title="", source="S", published="", updated="")


def suffixes(title: str) -> None:
    without_site_suffix(title, "S")


PUMPS: dict[str, tuple[Callable[[str], object], Callable[[int], str]]] = {
    "site suffixes": (suffixes, lambda n: "x" + " - S" * n),
    "dashes before a site": (suffixes, lambda n: "x" + " -" * n + " S"),
    "boxes in boxes": (html, lambda n: "<nav>" * n + "word " * n),
    "boxes side by side": (html, lambda n: "<nav>a</nav>" * n + "word " * n),
    "lists in lists": (html, lambda n: "<div>x</div><ul><li>" * n + "word " * n),
    "divisions in divisions": (html, lambda n: "<div>" * n + "word " * n + "</div>" * n),
    "headings before lists": (html, lambda n: "<div>" * n + "</div><ul><li>y</ul>" * n),
    "attributes of an element": (html, lambda n: "<p " + "".join(f"a{i}=1 " for i in range(n)) + ">x"),
    "links in links": (html, lambda n: "<a href=x>" * n),
    "openings": (html, lambda n: "<" * n),
    "comments without an end": (html, lambda n: "<!--" * n),
    "CDATA sections": (html, lambda n: "<![CDATA[" * n + "<p>"),
    "escaped tags": (text, lambda n: "&lt;b&gt;" * n),
    "ampersands escaped again": (text, lambda n: "&" + "amp;" * n),
    "spaces in a tag": (text, lambda n: "<p" + " " * n + "<p"),
    "mojibake": (text, lambda n: "Ã©t " * n),
    "joiners": (text, lambda n: "\u0627" + "\u200d" * n),
    "combining marks": (text, lambda n: "a" + "\u0301\u0323" * n),
    "escaped line breaks in a title": (one_line, lambda n: "a&#10;" * n),
    "prompts at the end": (without_last_prompts, lambda n: "body" + "\nRead more" * n),
    "separators at the end": (without_last_prompts, lambda n: "body" + "\n-" * n),
    "lines of a head": (extracted, lambda n: "\n".join(f"Head line number {i} here" for i in range(n)) + "\nword" * 30),
    "datelines": (extracted, lambda n: "LONDON (Reuters) - " * n + "word " * 30),
    "bars in a title": (extracted, lambda n: "T | " * n + "\n" + "word " * 30),
    "prompts that are sentences": (extracted, lambda n: ("read more: " + "a" * 1000 + ".\n") * n),
}


def cpu_seconds(work: Callable[[str], object], body: str) -> float:
    def once() -> float:
        started = time.process_time()
        work(body)
        return time.process_time() - started

    return min(once() for _ in range(ROUNDS))


@pytest.mark.parametrize("name", PUMPS)
def test_twice_the_input_takes_twice_the_time(name: str) -> None:
    work, pump = PUMPS[name]
    size = 64
    while (seconds := cpu_seconds(work, pump(size))) < LEAST_SECONDS and size < 1 << 20:
        size *= 2
    assert cpu_seconds(work, pump(2 * size)) <= LARGEST_RATIO * seconds + LEAST_SECONDS / 2


def test_a_long_word_is_looked_at_once() -> None:
    started = time.process_time()
    for _ in range(100):
        debris_rule("a" * 2000)
    assert time.process_time() - started < 1
