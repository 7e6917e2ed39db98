"""Terminal pages of the evidence on two articles, and of one article with the parts that cleaning removed."""

from typing import Any

from rich.console import Group
from rich.text import Text

from pipeline.commands.tables.terminal import Columns, clean, day, plain
from pipeline.inspect.evidence import Evidence, text_of
from pipeline.inspect.reading import StoredArticle, removed
from transforms.records.times import iso

_PASSAGES = 12


def evidence_page(evidence: Evidence) -> Group:
    """Explains why two articles are in one story or in two."""
    parts: list[Any] = [
        plain(f"{article.id}  {day(iso(article.published))}  {article.source}: {article.title}")
        for article in (evidence.a, evidence.b)
    ]
    parts += [
        Text(),
        Text(evidence.verdict.sentence, style="bold"),
        *(plain(f"- {reason.sentence}") for reason in evidence.reasons),
    ]
    first, second, both = evidence.shingles
    parts += [
        Text(),
        Text(
            f"shared shingles {both:,} of {first:,} and {second:,}: similarity {evidence.jaccard:.3f}, "
            f"containment {evidence.containment:.3f}"
        ),
        Text(f"TF-IDF cosine {evidence.cosine:.3f}, threshold {evidence.threshold:g}"),
    ]
    if evidence.terms:
        table = Columns(("shared term", "left"), ("kind", "left"), ("weight", "right"), ("as in the other", "left"))
        for term in evidence.terms:
            table.add_row(plain(term.a), term.kind, f"{term.weight:.3f}", plain(term.b if term.b != term.a else ""))
        parts += [Text(), table]
    if evidence.path:
        table = Columns(("path", "left"), ("score", "right"), ("from", "left"), ("to", "left"))
        for step in evidence.path:
            table.add_row(step.kind, f"{step.score:.2f}", plain(step.a), plain(step.b))
        parts += [Text(), table]
    if evidence.comparison.passages:
        parts += [Text(), _passages_table(evidence)]
    return Group(*parts)


def _passages_table(evidence: Evidence) -> Columns:
    passages = evidence.comparison.passages
    table = Columns(("words", "right"), ("passage of the first", "fold"), ("passage of the second", "fold"))
    for passage in passages[:_PASSAGES]:
        table.add_row(str(passage.words), *(plain(text) for text in evidence.passage(passage)))
    if len(passages) > _PASSAGES:
        table.add_row("", f"and {len(passages) - _PASSAGES:,} shorter ones", "")
    return table


def article_page(article: StoredArticle) -> Group:
    """Lays out an article and the parts that cleaning removed."""
    lines = [
        ("article", article.id),
        ("title", article.title),
        ("source", f"{article.source} ({article.site})"),
        ("url", article.url),
        ("author", article.author),
        ("language", article.language),
        ("published", f"{day(iso(article.published))}, {article.published_quality}"),
        ("first seen", day(iso(article.first_seen))),
        ("version", str(article.version)),
        ("story", article.story),
        ("copy of", f"{article.copy_of}, {article.similarity:.2f}" if article.copy_of else ""),
        ("found in", ", ".join(article.feeds)),
        ("also known as", ", ".join(article.aliases)),
        ("rules fired", ", ".join(article.rules) or "none"),
    ]
    parts: list[Any] = [Text(f"{label:14}", style="bold").append_text(plain(value)) for label, value in lines if value]
    spans = removed(article)
    if spans:
        parts += [
            Text(),
            Text(f"boilerplate of {clean(article.site)}, left out of sketches and summaries:", style="bold"),
        ]
        parts += [plain(f"- {' '.join(text.split())}") for text in spans]
    else:
        parts += [Text(), Text("no boilerplate of its site was found in it")]
    return Group(*parts, Text(), *(plain(line) for line in text_of(article).split("\n")))
