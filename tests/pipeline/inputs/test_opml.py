"""OPML lists, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.inputs.opml import Outline, read_opml, write_opml

NESTED = b"""<?xml version="1.0"?>
<OPML version="1.0"><head><title>Mine</title></head><body>
  <outline text="News"><outline title="Local papers">
    <Outline type="rss" text="Courier" title="The Courier" xmlURL=" https://courier.example/feed "/>
  </outline></outline>
  <outline text="No feed here" url="https://a.example/"/>
  <!-- none here -->
  <outline text="Gazette" xmlUrl="gazette.xml"/>
</body></OPML>"""


def test_nested_to_any_depth() -> None:
    assert read_opml(NESTED) == [
        Outline("https://courier.example/feed", "The Courier", ("News", "Local papers")),
        Outline("gazette.xml", "Gazette", ()),
    ]
    deep = b"<opml><body>" + b"<outline text='a'>" * 20_000 + b"<outline xmlUrl='https://a.example/'/>"
    deep += b"</outline>" * 20_000 + b"</body></opml>"
    assert len(read_opml(deep)[0].folder) == 20_000


@pytest.mark.parametrize(
    "content",
    [b"", b"<opml>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><opml>&b;</opml>", b'<?xml version="1.0" encoding="x"?><a/>'],
)
def test_what_cannot_be_read(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_opml(content)


WORDS = st.text("abc <&>\"'é水", min_size=1).map(lambda text: " ".join(text.split())).filter(bool)


@given(st.lists(st.builds(Outline, WORDS, WORDS, st.lists(WORDS, max_size=3).map(tuple)), max_size=8))
def test_what_is_written_is_read_again(outlines: list[Outline]) -> None:
    assert sorted(read_opml(write_opml(outlines))) == sorted(outlines)
