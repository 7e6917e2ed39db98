"""Tests cleaning one item into one article."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.clean.samples import HARBOUR_PAGE, NOW, item, item_of
from transforms.clean.article import clean
from transforms.records import Item, Reference
from transforms.rejects import RejectError

FEED_ITEM = Item(
    kind="feed",
    feed="https://example.org/rss.xml",
    base="https://example.org/rss.xml",
    id="guid-7",
    url="/news/7?utm_source=rss#top",
    title="Boats &amp;amp; <b>barges</b> sail | Harbour &amp; Gazette",
    body="<p>The first boat left\nat six.</p><p>Nobody cried.</p><script>x()</script>",
    body_type="html",
    published="Tue, 14 Nov 2023 08:00:00 CET",
    updated="2023-11-14T09:00:00Z",
    language="en-GB",
    source="Harbour &amp; Gazette",
    shared_url=False,
    fetched_at=NOW,
)


def test_feed_entry() -> None:
    article = clean(FEED_ITEM, NOW)
    assert article.key == "url:https://example.org/news/7"
    assert article.id.startswith("a_")
    assert article.url == "https://example.org/news/7"
    assert article.title == "Boats & barges sail"
    assert article.text == "The first boat left at six.\nNobody cried."
    assert article.source == "Harbour & Gazette"
    assert article.site == "example.org"
    assert article.language == "en"
    assert (article.published, article.published_quality) == (1_699_945_200, "zoned")
    assert article.updated == 1_699_952_400
    assert article.fetched_at == NOW
    assert article.version == 1
    assert len(article.content_hash) == 32
    assert list(article.rules) == []
    assert list(article.references) == [Reference("https://example.org/rss.xml", "guid-7")]
    assert article.feed == "https://example.org/rss.xml"


def test_the_source_is_the_site_or_the_feed_where_none_is_declared() -> None:
    assert clean(FEED_ITEM._replace(source=""), NOW).source == "example.org"
    anonymous = clean(item(title="Boats sail", feed="inbox/news.jsonl"), NOW)
    assert (anonymous.source, anonymous.site) == ("news.jsonl", "")
    named = clean(item(title="Boats sail", source="Gazette"), NOW)
    assert (named.source, named.site) == ("Gazette", "Gazette")


def test_dates() -> None:
    updated_only = clean(FEED_ITEM._replace(published=""), NOW)
    assert (updated_only.published, updated_only.published_quality) == (1_699_952_400, "zoned")
    undated = clean(FEED_ITEM._replace(published="", updated=""), NOW)
    assert (undated.published, undated.published_quality, undated.updated) == (None, "fetched", None)
    broken = clean(FEED_ITEM._replace(published="soon"), NOW)
    assert (broken.published, broken.published_quality) == (None, "invalid")


def test_what_a_page_says_of_its_date_without_a_zone_is_marked() -> None:
    page = FEED_ITEM._replace(kind="page")
    assert clean(page._replace(published="2023-11-13"), NOW).published_quality == "page"
    assert clean(page, NOW).published_quality == "zoned"
    assert clean(page._replace(published="soon"), NOW).published_quality == "invalid"


def test_prompts_at_the_end_of_a_feed_s_text_go_and_are_named() -> None:
    prompts = "<p>Continue reading</p><p>The post Boats appeared first on Gazette.</p>"
    article = clean(FEED_ITEM._replace(body=f"<p>Read more</p><p>The boat left.</p>{prompts}"), NOW)
    assert article.text == "Read more\nThe boat left."
    assert list(article.rules) == ["appeared_first", "read_more"]


def test_a_text_that_is_nothing_but_prompts_is_not_emptied() -> None:
    assert clean(FEED_ITEM._replace(body="<p>Read more</p><p>Print</p>"), NOW).text == "Read more"


def test_nothing_left_is_rejected() -> None:
    with pytest.raises(RejectError) as error:
        clean(item(url="https://example.org/a", title=" &nbsp; ", body="<script>x</script>"), NOW)
    assert error.value.reason == "no_text"


@settings(deadline=None)  # the first texts load models
@given(
    st.builds(
        item,
        kind=st.sampled_from(["rows", "feed", "text"]),
        base=st.one_of(st.just("https://example.org/"), st.text()),
        id=st.text(),
        url=st.one_of(st.text(), st.sampled_from(["/a", "https://example.org/b"])),
        title=st.one_of(st.text(), st.sampled_from(["Boats sail - Gazette", "&lt;b&gt;x&lt;/b&gt;"])),
        body=st.one_of(st.text(), st.lists(st.sampled_from(HARBOUR_PAGE.split("\n"))).map("\n".join)),
        body_type=st.sampled_from(["html", "text", "extracted"]),
        published=st.text(),
        updated=st.text(),
        language=st.text(),
        source=st.one_of(st.text(), st.just("Gazette")),
        shared_url=st.booleans(),
    )
)
def test_any_item_is_cleaned_for_good_or_rejected(found: Item) -> None:
    try:
        article = clean(found, NOW)
    except RejectError:
        return
    again = clean(item_of(article), NOW)
    assert (again.title, again.text, again.url) == (article.title, article.text, article.url)
    assert again.content_hash == article.content_hash
    assert "\n\n" not in article.text
    assert "\n" not in article.title + article.source


@pytest.mark.parametrize(
    "path",
    [
        "corpus/articles_8k.jsonl.gz",
        "clusters/ecbplus.jsonl",
        "clusters/uci_headlines.jsonl",
        "items/recrawled_items.jsonl",
    ],
)
@pytest.mark.slow
def test_real_rows(shared_data: Path, path: str) -> None:
    outcomes: Counter[str] = Counter()
    opener = gzip.open if path.endswith(".gz") else open
    with opener(shared_data / path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = {name: str(value) for name, value in json.loads(line).items() if value is not None}
            published = row.get("published", row.get("ts", ""))
            fields = {name: row.get(name, "") for name in ("id", "url", "title", "source")}
            found = item(body=row.get("text", ""), published=published, **fields)
            article = clean(found, NOW * 2)
            outcomes[article.published_quality] += 1
            if number % 20 == 0:
                again = clean(item_of(article), NOW)
                assert (again.content_hash, again.url) == (article.content_hash, article.url)
                assert again.key == article.key or not fields["source"]
    assert outcomes["invalid"] <= 1
    assert outcomes["clamped_future"] == 0
