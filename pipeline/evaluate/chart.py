"""Draws the chart of a sweep as an SVG file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.web.charts import Line, lines, svg_file

if TYPE_CHECKING:
    from pipeline.evaluate.judge import Judgement


def draw_sweep(path: Path, key: str, tried: Sequence[tuple[object, "Judgement"]], current: object) -> None:
    """Draws how the scores change with the values of a key.

    Args:
        path: SVG file to write.
        key: key of the configuration.
        tried: each value, and the judgement of its grouping.
        current: the configured value, which is marked.

    Raises:
        OSError: the file cannot be written.
    """
    values = [value for value, _ in tried]
    numeric = all(_is_number(value) for value in values)
    across = [float(str(value)) for value in values] if numeric else [float(place) for place in range(len(values))]
    scores = [scores_by_name(judgement) for _, judgement in tried]
    mark = float(str(current)) if numeric and _is_number(current) else None
    if not numeric and current in values:
        mark = across[values.index(current)]
    chart = lines(
        [Line(name, [(at, score[name]) for at, score in zip(across, scores, strict=True)]) for name in scores[0]],
        f"{key} over {tried[0][1].articles:,} articles (now {current})",
        x=key,
        y="score",
        names=None if numeric else {at: str(value) for at, value in zip(across, values, strict=True)},
        mark=mark,
    )
    path.write_text(svg_file(chart), encoding="utf-8")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def scores_by_name(judgement: "Judgement") -> dict[str, float]:
    """Returns the scores that the chart and the table show, by name."""
    scores = judgement.scores
    return {
        "BCubed F1": scores.b3.f1,
        "BCubed precision": scores.b3.precision,
        "BCubed recall": scores.b3.recall,
        "pairwise F1": scores.pairwise.f1,
        "ARI": scores.ari,
    }
