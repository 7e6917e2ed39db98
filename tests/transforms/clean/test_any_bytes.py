"""Tests that any bytes at all become an article or a rejection, never another exception."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transforms.clean.samples import NOW, item_of
from transforms.clean.article import clean
from transforms.fetch import kinds
from transforms.parse.feeds import parse_feed
from transforms.parse.jsonfeed import parse_json_feed
from transforms.parse.pages import parse_page, parse_text
from transforms.parse.rows import parse_rows
from transforms.records import Document, Item, Rejected
from transforms.rejects import RejectError

PARSERS: dict[str, Callable[[Document], Iterable[Item | Rejected]]] = {
    kinds.FEED: lambda document: parse_feed(document, max_entries=9).items,
    kinds.JSON_FEED: lambda document: parse_json_feed(document, max_entries=9).items,
    kinds.ROWS: parse_rows,
    kinds.PAGE: lambda document: [parse_page(document)],
    kinds.TEXT: lambda document: [parse_text(document)],
}
PIECES: list[bytes | str] = [
    *(
        b"<rss><channel><item>",
        b"<title>",
        b"</title>",
        b"<description>",
        b"<![CDATA[",
        b"]]>",
        b"</item></channel></rss>",
    ),
    *(b'<feed xmlns="http://www.w3.org/2005/Atom"><entry>', b'<content type="html">', b"<pubDate>", b"</pubDate>"),
    *(b"<html><body><article>", b"<p>", b"</p>", b"<h1>", b"</article></body></html>", b"<script>", b"<!--"),
    *(b'{"items": [{"id": 1, "content_html": "', b'"}]}', b'{"title": "', b'", "text": "', b'", "published": "', b'"}'),
    *(
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\xed\xa0\x80",
        b"\n",
        b"&#xD800;",
        b"&amp;lt;p&amp;gt;",
        b"9999-99-99T99:99Z",
    ),
    *(
        "The boats sailed again after a week. " * 9,
        "島のフェリーは運航を再開した。",
        "By Marta Oddleif\n",
        "31 Dec 2019\n",
    ),
]
CONTENT = st.lists(st.one_of(st.binary(max_size=12), st.sampled_from(PIECES)), max_size=14).map(
    lambda pieces: b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
)


@pytest.mark.parametrize("kind", PARSERS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=CONTENT)
def test_any_bytes_give_articles_or_reasons(kind: str, content: bytes) -> None:
    document = Document("https://example.org/a", "https://example.org/a", kind, content, "", 1, NOW)
    try:
        found = list(PARSERS[kind](document))
    except RejectError:
        return
    for one in found:
        if isinstance(one, Rejected):
            continue
        try:
            article = clean(one, NOW)
        except RejectError:
            continue
        again = clean(item_of(article), NOW)
        assert (again.title, again.text, again.content_hash) == (article.title, article.text, article.content_hash)
