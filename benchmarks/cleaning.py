"""Measures cleaning on real material: pages, templates around articles, boilerplate learned per site, dates, speed.

`python -m benchmarks.cleaning [--only PART] ...` prints a table for each part, then all figures as one line of JSON.
The real material is outside the project, in the folder that `NEWSFOLD_SHARED` names.
"""

import argparse
import gzip
import html
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

from transforms.clean.article import clean
from transforms.clean.dates import read_date
from transforms.fetch.kinds import PAGE, ROWS
from transforms.parse.pages import parse_page
from transforms.recognise.boilerplate import length, strip_site, without_spans
from transforms.records import Article, Document, Item
from transforms.rejects import RejectError

Figures = dict[str, Any]
Row = dict[str, Any]

_NOW = 1_800_000_000
_SEED = 7


def shared() -> Path:
    """Returns the folder of real material."""
    return Path(os.environ.get("NEWSFOLD_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def corpus() -> list[Row]:
    """Reads the 8,000 articles as rows."""
    with gzip.open(shared() / "data/corpus/articles_8k.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def item_of(row: Row, **fields: str) -> Item:
    """Returns the item that parsing makes of a row."""
    values = {name: str(row.get(name) or "") for name in ("id", "url", "title", "published", "source", "language")}
    values = values | {"feed": "", "base": "", "updated": "", "body": row["text"], "body_type": "text"} | fields
    return Item(kind=ROWS, shared_url=False, fetched_at=_NOW, **values)


def strip_all(articles: Iterable[Article]) -> Iterator[Article]:
    """Marks the boilerplate of all articles, as a first run over them does."""
    sites: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        sites[article.site].append(article)
    for _, own in sorted(sites.items()):
        yield from strip_site(own, [])


# Pages, by the measure of article-extraction-benchmark (github.com/scrapinghub/article-extraction-benchmark).


def shingle_counts(text: str, words: int = 4) -> "Counter[tuple[str, ...]]":
    """Counts the 4-word shingles of a text; a shorter text is one shingle."""
    tokens = re.findall(r"\w+", text)
    runs = [tuple(tokens[place : place + words]) for place in range(max(1, len(tokens) - words + 1))]
    return Counter(run for run in runs if run)


def precision_and_recall(true: str, found: str) -> tuple[float | None, float | None]:
    """Compares one page with the truth; precision is None if nothing was found, recall if there was nothing to find."""
    truth, guess = shingle_counts(true), shingle_counts(found)
    both = (truth & guess).total()
    if truth == guess:
        return (1.0, 1.0) if truth else (None, None)
    precision = both / guess.total() if guess else None
    recall = both / truth.total() if truth else None
    return precision, recall


def pages(first: int | None = None) -> Figures:
    """Extracts the articles of the 181 pages of article-extraction-benchmark, by its own measure."""
    folder = shared() / "data/pages/article-extraction-benchmark"
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    precisions, recalls, milliseconds = [], [], []
    fields: Counter[str] = Counter()
    for name, page in list(truth.items())[:first]:
        content = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        started = time.process_time()
        try:
            article = clean(parse_page(Document("", "", PAGE, content, "text/html", 1, _NOW)), _NOW)
        except RejectError:
            article = None
        milliseconds.append(1000 * (time.process_time() - started))
        text = article.text if article else ""
        precision, recall = precision_and_recall(page.get("articleBody", ""), text)
        precisions += [precision] if precision is not None else []
        recalls += [recall] if recall is not None else []
        if article:
            found = {"title": article.title, "date": article.published, "url": article.url, "text": article.text}
            fields.update(name for name, value in found.items() if value)
            fields["language"] += article.language != "und"
    precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    return {
        "pages": len(milliseconds),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "target_f1": 0.96,
        "milliseconds_per_page": statistics.median(milliseconds),
        **{f"with_{name}": number for name, number in sorted(fields.items())},
    }


# Templates: what is put around articles must be removed, and nothing of the articles.

_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("ax", "eq", "iw", "oj", "uy")]


def template(number: int) -> list[str]:
    """Makes six pieces with 80 invented words: two lines, a paragraph, two pieces to be glued on, a last line."""
    chance = random.Random(number)  # noqa: S311
    words = ["".join(chance.choices(_SYLLABLES, k=4)) for _ in range(80)]
    pieces = [" ".join(words[start:stop]).capitalize() for start, stop in pairwise((0, 4, 13, 43, 53, 67, 80))]
    ends = [("", ".", "."), ("", "", "")][number % 2]
    return [pieces[0], pieces[1] + ends[0], pieces[2] + ".", pieces[3] + ends[1], pieces[4] + ends[2], pieces[5]]


def framed(text: str, number: int) -> str:
    """Puts an article into the template of a source."""
    line, second, paragraph, before, after, last = template(number)
    return f"{line}\n{second}\n{before} {text} {after}\n{paragraph}\n{last}"


def templates(articles: int = 5000, sources: int = 40) -> Figures:
    """Removes templates of 80 words around 5,000 articles of 40 sources."""
    rows = corpus()[:articles]
    invented = {word for number in range(sources) for piece in template(number) for word in _words(piece)}
    cleaned = []
    for place, row in enumerate(rows):
        number = place % sources
        url = f"https://outlet{number}.example/{place}"
        cleaned.append(clean(item_of(row, id=str(place), url=url, body=framed(row["text"], number)), _NOW))
    put = kept = before = after = 0
    for article in strip_all(cleaned):
        words = _words(article.text)
        left = _words(without_spans(article.text, article.boilerplate))
        put += sum(word in invented for word in words)
        kept += sum(word in invented for word in left)
        before += sum(word not in invented for word in words)
        after += sum(word not in invented for word in left)
    return {
        "articles": len(cleaned),
        "sources": sources,
        "template_words": put,
        "template_words_removed": 1 - kept / put,
        "target_removed": 0.99,
        "article_words_lost": 1 - after / before,
        "target_lost": 0.005,
    }


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


# Dates: all date strings of the feeds and of the corpus.

_DATE_ELEMENT = re.compile(
    r"<(?:\w+:)?(?:pubDate|published|updated|date|modified|issued|created|lastBuildDate)\b[^>]*>(.*?)</",
    re.DOTALL | re.IGNORECASE,
)
_DATE_MEMBER = re.compile(r'"date_(?:published|modified)"\s*:\s*"([^"]*)"')
_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w-]+)")


def date_strings() -> set[str]:
    """Collects the distinct date strings, as found."""
    found = {str(row["published"] or "") for row in corpus()}
    for path in sorted((shared() / "data/feeds").rglob("*")):
        if path.is_file():
            text = _decoded(path.read_bytes())
            found |= {html.unescape(raw).strip() for raw in _DATE_ELEMENT.findall(text) + _DATE_MEMBER.findall(text)}
    return found


def _decoded(content: bytes) -> str:
    declared = _ENCODING.search(content[:200])
    for encoding in (
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8",
        declared and declared[1].decode(),
    ):
        try:
            return content.decode(encoding or "latin-1")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def by_dateutil(raw: str) -> int | None:
    """Reads a date with python-dateutil alone, as UTC if it has no zone."""
    from dateutil.parser import UnknownTimezoneWarning, parse

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnknownTimezoneWarning)
        try:
            moment = parse(raw)
        except (ValueError, OverflowError):
            return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def dates() -> Figures:
    """Reads all date strings of the feeds and of the corpus, and compares with python-dateutil alone."""
    qualities: Counter[str] = Counter()
    differing, unread, both = [], [], 0
    for raw in sorted(date_strings()):
        seconds, quality = read_date(raw, _NOW)
        other = by_dateutil(raw)
        qualities[quality] += 1
        if seconds is None:
            unread.append(raw)
        elif other is not None:
            both += 1
            differing += [raw] if seconds != other else []
    return {
        "strings": qualities.total(),
        **{f"quality_{name}": number for name, number in sorted(qualities.items())},
        "both_read": both,
        "agree": both - len(differing),
        "differing": differing,
        "unread": unread,
    }


# The boilerplate learned for the sites of the corpus.


def learned(sites: int = 20) -> Figures:
    """Learns the boilerplate of the sites of the 8,000 articles, and prints a sample of it for a person to judge.

    Spans that differ only in digits or case count as one, as in learning.
    """
    stripped = list(strip_all(clean(item_of(row, language="en"), _NOW) for row in corpus()))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    numbers: dict[str, Counter[str]] = defaultdict(Counter)
    for article in stripped:
        spans = article.boilerplate
        for start, end in zip(spans[::2], spans[1::2], strict=True):
            found[article.site][re.sub(r"\d+", "0", article.text[start:end].strip().lower())] += 1
        numbers[article.site]["articles"] += 1
        numbers[article.site]["stripped"] += bool(spans)
        numbers[article.site]["spans"] += len(spans) // 2
        numbers[article.site]["characters"] += length(spans)
        numbers[article.site]["of_characters"] += len(article.text)
    print(f"  {'site':24} {'articles':>8} {'stripped':>8} {'spans':>9} {'distinct':>8} {'of text':>8}")
    for site, one in sorted(numbers.items(), key=lambda pair: -pair[1]["articles"])[:sites]:
        counts = f"{one['articles']:8} {one['stripped']:8} {one['spans']:9} {len(found[site]):8}"
        print(f"  {site[:24]:24} {counts} {one['characters'] / one['of_characters']:8.2%}")
    distinct = sorted((site, text) for site, texts in found.items() for text in texts)
    print("  a sample of the distinct spans:")
    for site, text in sorted(random.Random(_SEED).sample(distinct, min(100, len(distinct)))):  # noqa: S311
        shown = " / ".join(text.split("\n"))[:140]
        print(f"    {found[site][text]:4} of {numbers[site]['articles']:4} {site}: {shown}")
    every = sum(numbers.values(), Counter[str]())
    return {**every, "sites": len(numbers), "sites_with_boilerplate": len(found), "distinct": len(distinct)}


# The stories of labelled articles, with and without stripping.


def stories() -> Figures:
    """Scores the stories of labelled articles, as they are and in templates, with and without stripping."""
    figures: Figures = {}
    for name in ("ecbplus", "uci_headlines"):
        gold = shared() / f"data/clusters/{name}.jsonl"
        rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
        in_templates = [
            row | {"url": f"https://outlet{place % 40}.example/{place}", "text": framed(row["text"], place % 40)}
            for place, row in enumerate(rows)
        ]
        for label, given, strip in (
            ("as_is", rows, True),
            ("as_is_unstripped", rows, False),
            ("in_templates", in_templates, True),
            ("in_templates_unstripped", in_templates, False),
        ):
            figures[f"{name}_{label}"] = round(_score(gold, given, strip=strip), 4)
    return figures


_UNLEARNING = "import transforms.recognise.boilerplate as it; it._LEAST = 10**9; "


def _score(gold: Path, rows: Sequence[Row], *, strip: bool) -> float:
    """Returns the BCubed F1 of a run over these rows, from the scoring program that comes with the real material."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given, output = folder / "rows.jsonl", folder / "output"
        wanted = ("id", "url", "title", "text", "source", "language")
        lines = (json.dumps({key: row[key] for key in wanted if row.get(key)}) for row in rows)
        given.write_text("\n".join(lines), encoding="utf-8")
        program = ("" if strip else _UNLEARNING) + "from pipeline.commands.main import main; main()"
        command = [sys.executable, "-c", program, "run", str(given), "--output", str(output), "--quiet"]
        subprocess.run(command, check=True)  # noqa: S603
        judge = [sys.executable, str(shared() / "tools/score.py"), str(gold), str(output / "stories.jsonl")]
        done = subprocess.run(judge, capture_output=True, text=True, check=True)  # noqa: S603
    return float(json.loads(done.stdout)["b3"][2])


# Speed, in CPU time.


def speed(articles: int = 2000, rounds: int = 5) -> Figures:
    """Measures articles per second on one core: cleaning, identifying the language, and stripping boilerplate."""
    items = [item_of(row) for row in corpus()[:articles]]
    declared = [item._replace(language="en") for item in items]
    cleaned = [clean(item, _NOW) for item in items]
    cleaning, identifying, stripping = [], [], []
    for _ in range(rounds):
        without = _processor_seconds(lambda: [clean(item, _NOW) for item in declared])
        cleaning.append(without)
        identifying.append(_processor_seconds(lambda: [clean(item, _NOW) for item in items]) - without)
        stripping.append(_processor_seconds(lambda: list(strip_all(cleaned))))
    seconds = [sum(parts) for parts in zip(cleaning, identifying, stripping, strict=True)]
    return {
        "articles": articles,
        "characters_each": statistics.mean(len(item.body) for item in items),
        "articles_per_second": articles / min(seconds),
        "target": 1500,
        "microseconds_cleaning": 1e6 * min(cleaning) / articles,
        "microseconds_language": 1e6 * statistics.median(identifying) / articles,
        "microseconds_boilerplate": 1e6 * min(stripping) / articles,
        "rounds": [round(articles / one) for one in seconds],
    }


def _processor_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


PARTS: dict[str, Callable[[], Figures]] = {
    "pages": pages,
    "templates": templates,
    "dates": dates,
    "learned": learned,
    "speed": speed,
    "stories": stories,
}


def main(words: Sequence[str] | None = None) -> None:
    """Runs the requested parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cleaning", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated; all without it")
    options = parser.parse_args(words)
    if not (shared() / "data").is_dir():
        sys.exit(f"no real material at {shared()}: set NEWSFOLD_SHARED to a folder that holds data/")
    figures: Figures = {"benchmark": "cleaning"}
    for name in options.only or PARTS:
        figures[name] = PARTS[name]()
        print(f"\n{name}: {str(PARTS[name].__doc__).partition(chr(10))[0]}")
        for key, value in figures[name].items():
            print(f"  {key:28} {value:.4f}" if isinstance(value, float) else f"  {key:28} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
