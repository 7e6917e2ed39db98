"""Tests converting HTML and plain text into clean plain text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.clean.text import looks_like_html, one_line, plain_text, without_site_suffix

MARKUP = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                *("&amp;", "&amp;amp;lt;", "&lt;p&gt;", "&#38;", "&#x26;#60;", "&nbsp;", "&", "<", ";", "amp;", "lt;"),
                *("<b>", "</b>", "<p>", "<br/>", "</p>", "<!--", "-->", "<![CDATA[", "]]>", "<script>", "</script>"),
                *("<ul><li>", "<a\nhref=x>", "\u200b", "\u200c", "\u200d", "\u00ad", "\u0301", "\u2028", "\u00a0"),
                *("\u0085", "\u0092", "â€™", "Ã©", "Ã", "\ud800", "\u037e", "\u2329", "\u0338", " ", "\n"),
            ]
        ),
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two &amp; three.</p>", "One.\nTwo & three."),
        ("One<br>two<br/><br />three", "One\ntwo\nthree"),
        ("<div>Boats <b>and</b> <i>ba</i>rges</div>", "Boats and barges"),
        ("<p>A wrapped\n   line\r\nof source</p>", "A wrapped line of source"),
        ("One.\n\nTwo with <a href='x'>a link</a>.", "One.\nTwo with a link."),
        ("<ul><li>tea</li><li>bread</li></ul>", "tea\nbread"),
        ("<table><tr><td>tea</td><td>2</td></tr></table>", "tea\n2"),
        ("<p>Kept</p><script>var a = '<p>';</script><style>p{}</style><!-- no -->", "Kept"),
        ("<figure><img src=a.png><figcaption>A boat</figcaption></figure><p>Kept</p>", "Kept"),
        (
            "<p>A long enough paragraph.</p><div class='Related-links'><p>Other news</p></div>",
            "A long enough paragraph.",
        ),
        ("<p>Kept</p><p><b>Read more:</b></p><ul><li><a href=x>Elsewhere</a></li></ul>", "Kept"),
        ("<p>On sale:</p><ul><li>Tea</li></ul>", "On sale:\nTea"),
        ("<div class='related'>Everything is in here</div>", "Everything is in here"),
        ("&lt;p&gt;Twice &amp;amp; escaped&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;", "Twice & escaped\nTwo"),
        ("&amp;lt;p&amp;gt;Thrice&amp;lt;/p&amp;gt;", "Thrice"),
        ("<![CDATA[Left over]]> mark", "Left over mark"),
        ("<p>Unclosed <b>bold", "Unclosed bold"),
        ("<frameset><frame></frameset>", ""),
        ("a &lt; b", "a < b"),
        ("", ""),
    ],
)
def test_html_to_text(markup: str, text: str) -> None:
    assert plain_text(markup, is_html=True) == text


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("use <b> for bold, a <b, <3", "use <b> for bold, a <b, <3"),
        ("<b>so</b> it is", "so it is"),
        ("<p>One\nTwo", "One\nTwo"),
        ("Lines that\nare wrapped\n\nstay so.", "Lines that\nare wrapped\nstay so."),
        ("AT&T &amp; Co &copy=2 ?a=1&lt=3", "AT&T & Co &copy=2 ?a=1&lt=3"),
        ("&#8217;tis &hellip; &eacute; &unknown;", "’tis … é &unknown;"),
        ("\u00a0 a\u2009b\u3000c\td \u202f", "a b c d"),
        ("so\u00adft ze\u200bro \ufeffmark\u200e wi\u200cth\u200dout", "soft zero mark without"),
        ("می\u200cروم \U0001f469\u200d\U0001f692", "می\u200cروم \U0001f469\u200d\U0001f692"),
        ("a\x00b\x07c\x1bd\x7fe\x0cf", "abcde\nf"),
        ("it\x92s \x93so\x94 \x85", "it’s “so” …"),
        ("e\u0301te\u0301", "été"),
        ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
        ("It doesnâ€™t rain in MÃ¼nchen", "It doesn’t rain in München"),
        ("“Curly” ‘quotes’ stay – so do dashes", "“Curly” ‘quotes’ stay – so do dashes"),
        ("lone \ud83d surrogate", "lone surrogate"),
    ],
)
def test_plain_text(plain: str, text: str) -> None:
    assert plain_text(plain, is_html=False) == text


@settings(deadline=None)  # the first mojibake loads ftfy
@given(st.one_of(st.text(), MARKUP), st.booleans())
def test_a_second_pass_changes_nothing(body: str, is_html: bool) -> None:
    once = plain_text(body, is_html=is_html)
    assert plain_text(once, is_html=False) == once
    assert all(line and line == line.strip() for line in once.split("\n")) or once == ""
    once.encode()


@settings(deadline=None)
@given(st.one_of(st.text(), MARKUP))
def test_one_line_is_one_line_and_stays_so(title: str) -> None:
    once = one_line(title)
    assert "\n" not in once
    assert one_line(once) == once


MEBI = 1 << 20


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000,
        "<b>" * 200_000,
        "<ul><li>" * 50_000,
        "<div class=related>" * 9_000,
        "<p>Related</p><ul>" * 4_000,
        "<" * 10 * MEBI,
        "&" * 10 * MEBI,
        "&amp" * 100_000 + ";",
        "&amp;" * (MEBI // 5),
        "&" + "amp;" * (MEBI // 4) + "lt;p&gt;",
        "<!--" * (MEBI // 4),
        "<![CDATA[" * (MEBI // 9),
        "<p a=" * (MEBI // 5),
        "<p " + "x=" * (MEBI // 2),
        "</b" * (MEBI // 3),
        "â€™" * (MEBI // 8),
        "â€™\n" * (MEBI // 32),
        "\u200d" * (MEBI // 3),
        "e" + "\u0301" * (MEBI // 2),
        "\n " * (MEBI // 2),
    ],
    ids=lambda markup: repr(markup[:12]),
)
@pytest.mark.parametrize("is_html", [True, False])
@pytest.mark.slow
def test_hostile_markup_takes_no_time(markup: str, is_html: bool) -> None:
    start = time.process_time()
    plain_text(markup + " end", is_html=is_html)
    assert time.process_time() - start < 60


def test_what_stands_behind_deep_markup_is_found() -> None:
    for markup in ("<div>" * 100_000, "<ul><li>" * 50_000, "&amp" * 100_000 + ";"):
        assert plain_text(markup + "end", is_html=True).endswith("end")


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["島のフェリーが運航を再開した。", "乗客は手を振った。"],
        ["岛上的渡轮恢复运行。", "乘客们挥手致意。"],
        ["เรือข้ามฟากกลับมาให้บริการแล้ว", "ผู้โดยสารโบกมือ"],
        ["عادت العبّارة إلى العمل.", "لوّح الركاب بأيديهم."],
        ["नौका फिर से चलने लगी।", "यात्रियों ने हाथ हिलाया।"],
    ],
)
def test_paragraphs_of_every_script_survive(paragraphs: list[str]) -> None:
    assert plain_text("".join(f"<p>{one}</p>\n" for one in paragraphs), is_html=True).split("\n") == paragraphs
    assert plain_text("\n\n".join(paragraphs), is_html=False).split("\n") == paragraphs


def test_what_is_plainly_html() -> None:
    assert looks_like_html("one<br>two")
    assert looks_like_html('see <a href="https://example.org">here')
    assert not looks_like_html("if a <b and c> d")
    assert looks_like_html("one <!-- two --> three")
    assert not looks_like_html("one <!--> two")
    assert not looks_like_html("write to <editor@example.org>")


@pytest.mark.parametrize(
    ("title", "source", "expected"),
    [
        ("Boats sail - Harbour Gazette", "Harbour Gazette", "Boats sail"),
        ("Boats sail | HARBOUR GAZETTE", "Harbour Gazette", "Boats sail"),
        ("Boats sail – Harbour Gazette | Harbour Gazette", "Harbour Gazette", "Boats sail"),
        ("Boats sail - Harbour Gazette", "Island Post", "Boats sail - Harbour Gazette"),
        ("Boats-Harbour Gazette", "Harbour Gazette", "Boats-Harbour Gazette"),
        ("Harbour Gazette", "Harbour Gazette", "Harbour Gazette"),
        ("A (b) - C++ (x)", "C++ (x)", "A (b)"),
        ("Boats sail - ", "", "Boats sail - "),
    ],
)
def test_site_suffix(title: str, source: str, expected: str) -> None:
    assert without_site_suffix(title, source) == expected
