"""The chart of a sweep, as SVG: Altair draws it, vl-convert writes it without a browser or a network."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.evaluate.judge import Judgement

_PACKAGES = ("altair", "vl_convert")  # of the extra `report`
_WIDTH, _HEIGHT = 560, 320  # pixels


def can_draw() -> bool:
    """Whether the packages that draw are installed."""
    return all(find_spec(name) for name in _PACKAGES)


def draw_sweep(path: Path, key: str, tried: Sequence[tuple[object, "Judgement"]], current: object) -> None:
    """Writes how the scores change with the values of a key.

    Args:
        path: of the SVG file.
        key: of the configuration.
        tried: each value and how good its grouping is.
        current: the value in force, which is marked.

    Raises:
        OSError: the file cannot be written.
    """
    import altair as alt

    points = [
        {"value": value, "score": name, "of": score}
        for value, judgement in tried
        for name, score in scores_by_name(judgement).items()
    ]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value, _ in tried)
    kind = "Q" if numeric else "N"
    across = alt.X(f"value:{kind}", title=key, sort=None)
    if numeric:
        across = across.scale(zero=False)
    names = list(scores_by_name(tried[0][1]))
    lines = (
        alt.Chart(alt.Data(values=points))
        .mark_line(point=True)
        .encode(
            x=across,
            y=alt.Y("of:Q", title="score").scale(zero=False),
            color=alt.Color("score:N", sort=names, title=None),
            strokeDash=alt.StrokeDash("score:N", sort=names, legend=None),
        )
    )
    mark = alt.Chart(alt.Data(values=[{"value": current}])).mark_rule(color="grey", strokeDash=[2, 2])
    chart = alt.layer(mark.encode(x=alt.X(f"value:{kind}")), lines)
    articles = tried[0][1].articles
    chart = chart.properties(width=_WIDTH, height=_HEIGHT, title=f"{key} over {articles:,} articles (now {current})")
    chart.save(str(path), format="svg")


def scores_by_name(judgement: "Judgement") -> dict[str, float]:
    """What a line of the chart and a column of the table show."""
    scores = judgement.scores
    return {
        "BCubed F1": scores.b3.f1,
        "BCubed precision": scores.b3.precision,
        "BCubed recall": scores.b3.recall,
        "pairwise F1": scores.pairwise.f1,
        "ARI": scores.ari,
    }
