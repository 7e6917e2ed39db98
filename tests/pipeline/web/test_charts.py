"""Charts: what they say in words, where marks stand, and that strangers' strings stay text."""

from xml.etree import ElementTree

import pytest

from pipeline.inspect.listing import Bar
from pipeline.web.charts import Line, Row, bar, columns, lines, rows, spark, svg_file, ticks, timeline

SVG = "{http://www.w3.org/2000/svg}"
DAYS = [Bar("2026-11-05", 6, 0), Bar("2026-11-06", 0, 0), Bar("2026-11-07", 3, 1)]


def article(number: int, source: str, published: str, *, copy_of: str | None = None) -> dict[str, object]:
    return {
        "id": f"a{number}", "title": f"Title {number}", "source": source, "published": published,
        "first_seen": published, "copy_of": copy_of,
    }  # fmt: skip


def test_columns_stand_on_one_floor_with_copies_on_top() -> None:
    drawn = ElementTree.fromstring(columns(DAYS, "By day", height=80))
    (svg,) = drawn.iter("svg")
    assert svg.get("aria-label") == "By day: 10 articles, 1 of them copies, from 2026-11-05 to 2026-11-07, 6 at most"
    own = [rect for rect in svg.iter("rect") if rect.get("class") == "own"]
    copied = [rect for rect in svg.iter("rect") if rect.get("class") == "copied"]
    assert [float(rect.get("height", "")) for rect in own] == [80, 0, 40]
    assert {float(rect.get("y", "")) + float(rect.get("height", "")) for rect in own} == {94}
    assert float(copied[2].get("y", "")) + float(copied[2].get("height", "")) == pytest.approx(
        float(own[2].get("y", "")), abs=0.11
    )
    assert [title.text for title in svg.iter("title")][2] == "7 Nov: 4 articles, 1 of them copies"
    assert [text.text for text in svg.iter("text")] == ["2", "4", "6", "5 Nov", "6 Nov", "7 Nov"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert columns([], "none") == rows([], "none", key={}) == spark([], "none") == ""


def test_a_count_has_no_fractions_on_its_axis() -> None:
    drawn = columns([Bar("2026-11-07T14", 1, 0)], "By hour")
    assert ">1</text>" in drawn
    assert ">14:00</text>" in drawn
    assert "0.5</text>" not in drawn


@pytest.mark.parametrize(
    ("low", "high", "about", "step"), [(0, 200, 4, 50), (0, 7, 4, 2), (0.29, 0.99, 8, 0.1), (0, 3e6, 4, 1e6)]
)
def test_steps_are_round(low: float, high: float, about: int, step: float) -> None:
    assert ticks.step_of(high - low, about) == pytest.approx(step)
    around = ticks.around(low, high, step)
    assert around[0] <= low < around[0] + step
    assert around[-1] - step < high <= around[-1]
    assert all(low <= tick <= high for tick in ticks.inside(low, high, step))


@pytest.mark.parametrize("amount", [1, 2, 24, 25, 30, 31, 90, 365, 4000])
def test_the_last_time_is_labelled_and_few_others(amount: int) -> None:
    for time in ("2026-11-07", "2026-11-07T14"):
        places = ticks.labelled([time] * amount)
        assert places[-1] == amount - 1
        assert len(places) <= 6


def test_rows_say_their_amounts() -> None:
    drawn = rows([Row("Skarn Daily", {"own": 1, "copied": 1}, "2, 1 copied"), Row("<b>", {"own": 1}, "1")], "Volume",
                 key={"own": "originals", "copied": "copies"})  # fmt: skip
    assert "&lt;b&gt;" in drawn
    assert "<b>Volume</b>" in drawn
    assert "originals" in drawn
    assert ">2, 1 copied</td>" in drawn
    assert 'class="copied" x="50.00%" width="50.00%"' in drawn


def test_a_bar_alone_says_what_it_shows() -> None:
    assert 'role="img" aria-label="3 of &#34;4&#34;"' in bar({"own": 0.75}, '3 of "4"')
    assert 'aria-hidden="true"' in bar({"own": 0.75})


def test_a_timeline_has_a_lane_for_each_outlet_and_rings_for_copies() -> None:
    articles = [
        article(1, "Valley Post", "2026-11-06T10:00:00Z"),
        article(2, "Skarn <Daily>", "2026-11-06T08:00:00Z"),
        article(3, "Valley Post", "2026-11-06T12:00:00Z", copy_of="a2"),
    ]
    drawn = ElementTree.fromstring(timeline(articles))
    texts = [text.text for text in drawn.iter("text") if text.get("class") == "lane"]
    assert texts == ["Skarn <Daily>", "Valley Post · 2"]
    dots = [(dot.get("class"), dot.get("cx")) for dot in drawn.iter("circle")]
    assert dots == [("own", "2.00%"), ("own", "50.00%"), ("copied", "98.00%")]
    others = timeline([article(number, f"Outlet {number}", "2026-11-06T10:00:00Z") for number in range(20)])
    assert "and 6 more sources" in others


def test_a_spark_draws_equal_places_once() -> None:
    times = [("2026-11-06T10:00:00Z", False), ("2026-11-06T10:00:01Z", False), ("2026-11-07T10:00:00Z", True)]
    drawn = ElementTree.fromstring(spark(times, "a day"))
    assert [(dot.get("class"), dot.get("cx")) for dot in drawn.iter("circle")] == [("own", "4%"), ("copied", "96%")]


def test_lines_are_a_file_that_loads_nothing_and_names_each_line() -> None:
    found = [Line("F1", [(0.1, 0.8), (0.2, 0.9)]), Line("recall <&>", [(0.1, 0.8), (0.2, 0.9)])]
    file = svg_file(lines(found, "a & b", x="threshold", y="score", mark=0.17))
    drawn = ElementTree.fromstring(file)
    assert (drawn.get("width"), drawn.get("height")) == ("760", "400")
    words = [text.text for text in drawn.iter(f"{SVG}text")]
    assert {"a & b", "threshold", "score", "F1", "recall <&>", "0.9"} <= set(words)
    ends = [float(text.get("y", "")) for text in drawn.iter(f"{SVG}text") if text.text in ("F1", "recall <&>")]
    assert abs(ends[0] - ends[1]) >= 16
    assert {line.get("class") for line in drawn.iter(f"{SVG}polyline")} == {"line line-1", "line line-2"}
    assert "prefers-color-scheme: dark" in file
    assert "url(" not in file
    assert "href" not in file


def test_lines_without_a_span_are_drawn() -> None:
    drawn = svg_file(lines([Line("F1", [(0.0, 1.0)])], "one", x="key", y="score", names={0.0: "never"}))
    assert ">never</text>" in drawn
    assert "nan" not in drawn
