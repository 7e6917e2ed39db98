"""Rendering of records as HTML: templates that escape everything, and their filters."""

from itertools import pairwise
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.inspect.reading import StoredArticle
from pipeline.web.charts import bar
from pipeline.web.text import ago, shown, web_address, when
from transforms.records.times import iso

_LONGEST_TEXT = 100_000


def environment(package: str) -> Environment:
    """Returns the templates in the folder `templates` of a package; an undefined variable is an error."""
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
        "ago": ago,
    }
    found.globals["bar"] = bar
    return found


def rendered_article(article: StoredArticle) -> list[list[tuple[str, bool]]]:
    """Splits an article's text into paragraphs of (text, is boilerplate) pieces."""
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
