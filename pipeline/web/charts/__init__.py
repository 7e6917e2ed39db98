"""Charts as SVG and tables, for the web inspector, the report and files: pure functions, no scripts, no library.

Widths are percentages where a chart fills its column, so that text keeps its size; heights are in pixels. Every chart
has a text alternative, no two marks differ by colour alone, and `static/charts.css` colours charts for light mode, dark
mode and print.
"""

from pipeline.web.charts.bars import Row, bar, columns, rows
from pipeline.web.charts.lines import Line, lines, svg_file
from pipeline.web.charts.timeline import spark, timeline

__all__ = ["Line", "Row", "bar", "columns", "lines", "rows", "spark", "svg_file", "timeline"]
