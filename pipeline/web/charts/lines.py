"""Line charts, and charts as standalone SVG files."""

from collections.abc import Mapping, Sequence
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from pipeline.web.charts import ticks

WIDTH, HEIGHT = 760, 400
"""Size of a chart in pixels."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 580, 44, 340
_ROW = 16
_TICKS = 8
_STYLES = 5
"""Number of line styles in static/charts.css."""


class Line(NamedTuple):
    """One line of a chart."""

    name: str
    points: Sequence[tuple[float, float]]
    """Points from left to right, at least one."""


def lines(
    found: Sequence[Line], title: str, *, x: str, y: str, names: Mapping[float, str] | None = None,
    mark: float | None = None,
) -> Markup:  # fmt: skip
    """Draws lines with their points, each labelled at its end.

    Args:
        found: lines, at least one.
        title: title of the chart.
        x: title of the x axis.
        y: title of the y axis.
        names: labels of the x values if they are not numeric.
        mark: x value marked by a vertical line.
    """
    across = [at for line in found for at, _ in line.points] + ([] if mark is None else [mark])
    values = [value for line in found for _, value in line.points]
    low, span = min(across), (max(across) - min(across)) or 1.0
    levels = ticks.around(min(values), max(values), ticks.step_of((max(values) - min(values)) or 0.1, _TICKS))
    if len(levels) == 1:
        levels.append(levels[0] + ticks.step_of(0.1, _TICKS))
    height = levels[-1] - levels[0]

    def place(at: float, value: float) -> tuple[float, float]:
        return (
            _LEFT + (_RIGHT - _LEFT) * (at - low) / span,
            _BOTTOM - (_BOTTOM - _TOP) * (value - levels[0]) / height,
        )

    parts = [_text(_LEFT, 20, title, "start", "title"), _text(_LEFT - 8, _TOP - 14, y, "end")]
    for level in levels:
        _, above = place(low, level)
        parts += [_rule(_LEFT, above, _RIGHT, above, "grid"), _text(_LEFT - 8, above + 4, f"{level:,g}", "end")]
    labels = names or {at: f"{at:,g}" for at in ticks.inside(low, low + span, ticks.step_of(span, _TICKS))}
    for at, words in labels.items():
        beside, _ = place(at, levels[0])
        parts += [_rule(beside, _BOTTOM, beside, _BOTTOM + 5, "grid"), _text(beside, _BOTTOM + 19, words, "middle")]
    parts.append(_text((_LEFT + _RIGHT) / 2, _BOTTOM + 42, x, "middle"))
    if mark is not None:
        parts.append(_rule(place(mark, 0)[0], _TOP, place(mark, 0)[0], _BOTTOM, "mark"))
    ends = _apart([place(*line.points[-1])[1] for line in found])
    for index, (line, end) in enumerate(zip(found, ends, strict=True)):
        number = index % _STYLES + 1
        parts += [_drawn(line, number, [place(*point) for point in line.points], names or {})]
        parts += [_rule(_RIGHT + 12, end, _RIGHT + 40, end, f"line line-{number}")]
        parts += [_text(_RIGHT + 46, end + 4, line.name, "start")]
    said = "; ".join(f"{line.name} from {line.points[0][1]:.4g} to {line.points[-1][1]:.4g}" for line in found)
    return Markup('<g role="img"><title>{}</title><desc>{}</desc>{}</g>').format(
        title, f"{y} over {x}: {said}", Markup().join(parts)
    )


def _drawn(line: Line, number: int, places: Sequence[tuple[float, float]], names: Mapping[float, str]) -> Markup:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = Markup().join(
        Markup('<circle class="point-{}" cx="{:.1f}" cy="{:.1f}" r="3"><title>{}</title></circle>').format(
            number, x, y, f"{line.name} {value:.4g} at {names.get(at, f'{at:g}')}"
        )
        for (x, y), (at, value) in zip(places, line.points, strict=True)
    )
    return Markup('<polyline class="line line-{}" points="{}"/>{}').format(number, path, dots)


def _apart(places: Sequence[float]) -> list[float]:
    """Shifts label positions, keeping their order, until the labels do not overlap."""
    order = sorted(range(len(places)), key=places.__getitem__)
    found = list(places)
    for above, below in pairwise(order):
        found[below] = max(found[below], found[above] + _ROW)
    excess = max(found[order[-1]] - _BOTTOM, 0.0)
    return [place - excess for place in found]


def _rule(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(kind, x1, y1, x2, y2)


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> Markup:
    named = Markup(' class="{}"').format(kind) if kind else Markup()
    return Markup('<text{} x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(named, x, y, anchor, words)


def svg_file(*charts: Markup) -> str:
    """Stacks charts returned by `lines` in a standalone SVG file with embedded colours."""
    style = resources.files("pipeline.web").joinpath("static", "charts.css").read_text(encoding="utf-8")
    stacked = Markup().join(
        Markup('<g transform="translate(0 {})">{}</g>').format(place * HEIGHT, chart)
        for place, chart in enumerate(charts)
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
        '<style>{2}</style><rect class="paper" width="100%" height="100%"/>{3}</svg>\n'
    ).format(WIDTH, len(charts) * HEIGHT, Markup(style), stacked)  # noqa: S704  # a file of this package
