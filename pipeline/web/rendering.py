"""From records to HTML: templates that escape everything, and the filters that they use."""

import re
from itertools import pairwise
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.inspect.reading import StoredArticle
from transforms.records.times import iso

_TURNING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_LONGEST_URL = 4000
_LONGEST_TEXT = 100_000
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def environment(package: str) -> Environment:
    """The folder `templates` of a package; a value that is not there is an error."""
    found = Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.filters |= {
        "text": shown,
        "web": web_address,
        "when": when,
        "iso": iso,
        "quoted": lambda value: quote(str(value), safe=""),
        "number": lambda value: f"{value:,}",
        "share": lambda value: f"{value:.0%}",
        "pc": lambda value: f"{value:.2f}%",
        "ago": ago,
    }
    return found


def shown(value: str, longest: int = 300) -> str:
    """A stranger's string without what would turn the letters around it, cut to a bearable length."""
    value = _TURNING.sub(" ", value[: longest + 1])
    return value if len(value) <= longest else value[: longest - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """An address that can be followed: of http or https, '' for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and len(url) <= _LONGEST_URL else ""


def when(time: str | None) -> str:
    """'6 Nov 2026, 22:41' of a time in RFC 3339, which is in UTC."""
    if not time:
        return "undated"
    return f"{int(time[8:10])} {_MONTHS[int(time[5:7]) - 1]} {time[:4]}, {time[11:16]}"


def ago(seconds: int, now: int) -> str:
    """'3 h' between two moments in seconds, 'never' for the moment 0."""
    if not seconds:
        return "never"
    gap = abs(now - seconds)
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if gap >= size:
            return f"{gap // size} {unit}"
    return f"{gap} s"


def rendered_article(article: StoredArticle) -> list[list[tuple[str, bool]]]:
    """The paragraphs of an article's text in pieces, each with whether it is boilerplate."""
    text = article.text[:_LONGEST_TEXT]
    edges = [0, *(min(edge, len(text)) for edge in article.boilerplate), len(text)]
    paragraphs: list[list[tuple[str, bool]]] = [[]]
    for place, (start, end) in enumerate(pairwise(edges)):
        for number, line in enumerate(text[start:end].split("\n")):
            if number:
                paragraphs.append([])
            if line:
                paragraphs[-1].append((line, place % 2 == 1))
    return [paragraph for paragraph in paragraphs if paragraph]
