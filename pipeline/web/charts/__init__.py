"""Charts as SVG and tables, for the web inspector, the report and files: pure functions, without a script or a library.

Widths are in per cent where a chart fills its column, so that its letters keep their size; heights are in pixels.
Every chart says in words what it shows, no mark differs from another by its colour alone, and `static/charts.css`
colours it for light, dark and paper.
"""

from pipeline.web.charts.bars import Row, bar, columns, rows
from pipeline.web.charts.lines import Line, lines, svg_file
from pipeline.web.charts.timeline import spark, timeline

__all__ = ["Line", "Row", "bar", "columns", "lines", "rows", "spark", "svg_file", "timeline"]
