"""Terminal tables of evaluation results."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.commands.tables.terminal import frameless, plain
from pipeline.evaluate.chart import scores_by_name
from pipeline.evaluate.judge import Disagreement, Judgement
from pipeline.evaluate.pairs import PairJudgement

_SHARES, _TITLES = 6, 3  # shown per group, and per share


def judgement_page(judgement: Judgement) -> Group:
    """Lays out the scores, and below them the worst stories and the worst events."""
    scores = judgement.scores
    table = frameless()
    table.add_column("")
    for name in ("precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for name, rates in (("BCubed", scores.b3), ("pairwise", scores.pairwise)):
        table.add_row(name, *(f"{rate:.4f}" for rate in rates))
    table.add_row("adjusted Rand index", "", "", f"{scores.ari:.4f}")
    counts = f"{judgement.articles:,} articles of {judgement.events:,} events in {judgement.stories:,} stories"
    if judgement.missing:
        counts += f"; {judgement.missing:,} in none, each counted as a story of its own"
    parts: list[RenderableType] = [table, Text(counts)]
    if judgement.mixed:
        parts += [Text("\nworst stories of several events", style="bold"), _groups(judgement.mixed, judgement.articles)]
    if judgement.torn:
        parts += [Text("\nworst events in several stories", style="bold"), _groups(judgement.torn, judgement.articles)]
    return Group(*parts)


def _groups(groups: Sequence[Disagreement], articles: int) -> Table:
    table = frameless()
    table.add_column("costs", justify="right")
    table.add_column("articles", justify="right")
    table.add_column("in", no_wrap=True, overflow="ellipsis", max_width=34)
    table.add_column("title", no_wrap=True, overflow="ellipsis")
    for group in groups:
        table.add_row(f"{group.loss / articles:.4f}", str(group.size), plain(group.name), "", style="bold")
        for share in group.shares[:_SHARES]:
            for place, title in enumerate(share.titles[:_TITLES]):
                name = plain(f"  {share.name}") if place == 0 else ""
                table.add_row("", "" if place else str(len(share.titles)), name, plain(title))
        rest = group.shares[_SHARES:]
        if rest:
            table.add_row("", str(sum(len(share.titles) for share in rest)), f"  and {len(rest)} more", "")
    return table


def pairs_page(pairs: PairJudgement) -> Group:
    """Lays out the scores of judged pairs, and below them the wrong pairs."""
    table = frameless()
    table.add_column("")
    for name in ("precision", "recall", "F1", "accuracy"):
        table.add_column(name, justify="right")
    table.add_row("manually judged pairs", *(f"{rate:.4f}" for rate in (*pairs.rates, pairs.accuracy)))
    same = sum(one.same for one in pairs.verdicts)
    amount = len(pairs.verdicts)
    counts = f"{amount:,} {'pair' if amount == 1 else 'pairs'}, {same:,} of one event; {len(pairs.failing):,} wrong"
    if pairs.missing:
        counts += f"; {pairs.missing:,} more are left out, whose articles are not in the store"
    parts: list[RenderableType] = [table, Text(counts)]
    if pairs.failing:
        failing = frameless()
        for name in ("should be in", "article", "title"):
            failing.add_column(name, no_wrap=True, overflow="ellipsis")
        for one in pairs.failing:
            for should, article, title in zip(
                ("one story" if one.same else "two stories", ""), one.articles, one.titles, strict=True
            ):
                failing.add_row(should, plain(article), plain(title))
        parts += [Text("\npairs that are wrong", style="bold"), failing]
    return Group(*parts)


def sweep_table(key: str, tried: Sequence[tuple[object, Judgement]], current: object) -> Table:
    """Lays out a row per value; the best BCubed F1 is bold, the current value has a star."""
    best = max(judgement.scores.b3.f1 for _, judgement in tried)
    table = frameless()
    for name in (key, *scores_by_name(tried[0][1]), "stories"):
        table.add_column(name, justify="right")
    for value, judgement in tried:
        table.add_row(
            f"{value}{' *' if value == current else '  '}",
            *(f"{score:.4f}" for score in scores_by_name(judgement).values()),
            f"{judgement.stories:,}",
            style="bold" if judgement.scores.b3.f1 == best else "",
        )
    return table
