"""What keeps strangers out: of the page, of the server, of the labels."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from pipeline.inspect import labels
from tests.support.folded import SCRIPT


def links(web: Any) -> list[dict[str, Any]]:
    identity = web.get("/api/stories").json()["stories"][0]["id"]
    return web.get(f"/api/stories/{identity}").json()["links"]  # type: ignore[no-any-return]


def form(web: Any, **changed: str) -> dict[str, str]:
    link = links(web)[0]
    page = web.get("/compare", params={"a": link["a"], "b": link["b"]}).text
    (token,) = re.findall(r'name="token" value="([^"]+)"', page)
    return {"token": token, "a": link["a"], "b": link["b"], "answer": "no"} | changed


def test_every_answer_has_a_strict_policy(web: Any) -> None:
    for path in ("/", "/api/stories", "/static/style.css", "/none", "/feed.xml", "/stories.csv", "/?since=never"):
        headers = web.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "", "127.0.0.1.evil.example", "[::1", "169.254.1.1"]
)
def test_other_names_are_not_served(web: Any, host: str) -> None:
    assert web.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_this_machine_is(web: Any, host: str) -> None:
    assert web.get("/", headers={"host": host}).status_code == 200


def test_a_judgement_needs_the_token_of_a_page(web: Any) -> None:
    kept = web.app.state.site.inspector.labels
    before = labels.read(kept)
    for changed in ({"token": ""}, {"token": "x" * 43}, {"token": "é"}):
        assert web.post("/labels", data=form(web, **changed)).status_code == 403
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert web.post("/labels", data=form(web), headers=headers).status_code == 403
    assert labels.read(kept) == before
    answer = web.post("/labels", data=form(web), headers={"origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 303
    assert "Kept." in web.get(answer.headers["location"]).text
    assert [label.together for label in labels.read(kept)] == [False]
    assert web.get("/api/labels").json()[0]["together"] is False


def test_a_form_that_means_nothing(web: Any) -> None:
    assert web.post("/labels", data=form(web, answer="perhaps")).status_code == 400
    assert web.post("/labels", data=form(web, b="none")).status_code == 404
    assert web.post("/labels", data=form(web, more="x" * 20_000)).status_code == 413
    same = form(web)
    assert web.post("/labels", data=same | {"b": same["a"]}).status_code == 400


def test_nothing_else_can_be_written(web: Any) -> None:
    for route in ("/", "/stories/s_x", "/api/stories", "/feed.xml", "/labels"):
        for method in ("PUT", "PATCH", "DELETE"):
            assert web.request(method, route).status_code in (404, 405)


def test_strangers_are_text_everywhere(hostile_web: tuple[Any, str]) -> None:
    web, story = hostile_web
    record = web.get(f"/api/stories/{story}").json()
    a, b = record["articles"][0]["id"], record["articles"][1]["id"]
    source = record["articles"][0]["source"]
    for path, parameters in (
        ("/", {}), (f"/stories/{story}", {}), ("/compare", {"a": a, "b": b}), ("/article", {"id": a}), ("/sources", {}),
        ("/source", {"name": source}), ("/", {"q": SCRIPT}), ("/", {"source": SCRIPT}), ("/stories/" + SCRIPT, {}),
        ("/runs/last", {}),
    ):  # fmt: skip
        page = web.get(path, params=parameters).text
        assert not re.search(r"<script>|<img|onerror=document\.title='run'>|<svg onload", page), path
        assert 'href="javascript' not in page
        assert not re.search("[\x1b\x9b\u202e\u2066]", page), path
        assert len(page) < 3_000_000, path
    feed = ElementTree.fromstring(web.get("/feed.xml").content)
    for item in feed.iter("description"):
        assert "<script" not in (item.text or "")
        assert "javascript:" not in (item.text or "")


def test_cells_are_no_formulas(hostile_web: tuple[Any, str]) -> None:
    from pipeline.web.syndication import as_csv

    web, story = hostile_web
    record = web.get(f"/api/stories/{story}").json() | {"headline": "=cmd|' /C calc'!A0"}
    assert ",'=cmd" in as_csv([record], header=True).replace('"', "")


def test_every_host_only_when_told_so(web: Any) -> None:
    from pipeline.web.guard import allowed_hosts

    assert allowed_hosts("127.0.0.1") == {"127.0.0.1", "localhost", "::1"}
    assert "news.example" in allowed_hosts("news.example")
    assert allowed_hosts("0.0.0.0") == ()


def test_the_store_is_read_only(web: Any) -> None:
    from pipeline.outputs.folder import OutputFolder
    from pipeline.store import outbox
    from pipeline.store.errors import StoreError
    from pipeline.web.inspector import Inspector

    folder = OutputFolder(web.app.state.site.inspector.labels.parent)
    inspector = Inspector(folder.store_url, folder.index, folder.labels)
    with inspector.reading() as sources, pytest.raises(StoreError, match="readonly"):
        outbox.start_run(sources.store, "a-run", 0)
