"""The pages, the JSON beside them, feeds and downloads."""

import csv
import io
import re
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest


def story(web: Any) -> dict[str, Any]:
    lines = web.get("/api/stories").json()["stories"]
    found = [web.get(f"/api/stories/{line['id']}").json() for line in lines[:3]]
    return max(found, key=lambda one: len(one["links"]))


def test_the_list_shows_what_the_api_lists(web: Any) -> None:
    page = web.get("/").text
    listed = web.get("/api/stories").json()
    assert listed["total"] == len(listed["stories"]) > 10
    places = [page.index(f"/stories/{line['id']}") for line in listed["stories"]]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "query",
    ["?q=lantern", "?language=de", "?source=Valley+Post", "?size=2", "?since=2026-11-06", "?sort=newest", "?q=%22%22",
     "?q=zzz", "?state=closed", "?state=any&q=the&sort=size&language=en", "?page=99"],
)  # fmt: skip
def test_filters_of_the_page_are_those_of_the_api(web: Any, query: str) -> None:
    page = web.get("/" + query)
    assert page.status_code == 200
    found = re.findall(r'<h2><a href="/stories/(s_\w+)"', page.text)
    assert found == [line["id"] for line in web.get("/api/stories" + query).json()["stories"]]


def test_a_story_and_its_evidence(web: Any) -> None:
    record = story(web)
    page = web.get(f"/stories/{record['id']}").text
    assert all(article["id"] in page for article in record["articles"])
    assert page.count("<circle") == record["size"]
    link = record["links"][0]
    evidence = web.get("/api/compare", params={"a": link["a"], "b": link["b"]}).json()
    page = web.get("/compare", params={"a": link["a"], "b": link["b"]}).text
    assert evidence["verdict"] in page
    assert all(term["a"] in page for term in evidence["terms"])
    assert "<mark>" in page


def test_shortened_ids_lead_to_the_whole(web: Any) -> None:
    record = story(web)
    answer = web.get(f"/stories/{record['id'][:9]}")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/stories/{record['id']}"


@pytest.mark.parametrize(
    "path", ["/sources", "/feeds", "/runs", "/runs/last", "/labels", "/difference?a=last~1&b=last"]
)
def test_the_other_pages(web: Any, path: str) -> None:
    page = web.get(path)
    assert page.status_code == 200
    (beside,) = set(re.findall(r'href="(/api/[^"]+)">JSON', page.text))
    assert web.get(beside.replace("&amp;", "&")).status_code == 200


def test_source_and_article(web: Any) -> None:
    article = story(web)["articles"][0]
    page = web.get("/source", params={"name": article["source"]}).text
    assert article["id"] in page
    page = web.get("/article", params={"id": article["id"]}).text
    known = web.get("/api/article", params={"id": article["id"]}).json()
    assert page.count("<del>") >= len(known["removed"])
    assert known["text"].split("\n")[0][:60].split("’")[0].split("'")[0] in page


@pytest.mark.parametrize(
    ("path", "status"),
    [("/stories/s_none", 404), ("/article?id=none", 404), ("/source?name=none", 404), ("/runs/none", 404),
     ("/none", 404), ("/?since=never", 400), ("/?page=0", 400), ("/?sort=odd", 400), ("/compare", 400),
     ("/static/../app.py", 404)],
)  # fmt: skip
def test_what_is_not_there_is_a_page_and_json(web: Any, path: str, status: int) -> None:
    answer = web.get(path)
    assert answer.status_code == status
    assert "<!doctype html>" in answer.text
    if not path.startswith(("/none", "/static", "/source")):
        beside = web.get("/api/stories" + path[1:] if path.startswith("/?") else "/api" + path)
        assert beside.status_code == status
        assert beside.json()["detail"]


def test_rss_and_json_feed_hold_the_last_changed(web: Any) -> None:
    lines = web.get("/api/stories?sort=updated").json()["stories"]
    rss = ElementTree.fromstring(web.get("/feed.xml").content)
    assert [guid.text for guid in rss.iter("guid")] == [line["id"] for line in lines]
    assert rss.find("channel/item/link").text.startswith("http://127.0.0.1:8000/stories/s_")  # type: ignore[union-attr]
    feed = web.get("/feed.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in feed["items"]] == [line["id"] for line in lines]
    assert web.get("/feed.json?language=de").json()["items"][0]["language"] == "de"


def test_downloads_are_whole(web: Any) -> None:
    total = web.get("/api/stories").json()["total"]
    records = [orjson.loads(line) for line in web.get("/stories.jsonl").content.splitlines()]
    rows = list(csv.DictReader(io.StringIO(web.get("/stories.csv").text)))
    assert len(records) == len(rows) == total
    assert [row["id"] for row in rows] == [record["id"] for record in records]


def test_pages_need_no_script_and_no_style_of_their_own(web: Any) -> None:
    for path in ("/", f"/stories/{story(web)['id']}", "/sources", "/runs/last"):
        page = web.get(path).text
        assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/enhance.js" defer>']
        assert not re.search(r"\sstyle=|<style|\son\w+=", page)
