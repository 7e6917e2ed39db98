"""newsfold feeds: subscriptions, health and a first look at a feed."""

import json
from pathlib import Path

import pytest

from pipeline.inputs.opml import Outline, read_opml, write_opml
from tests.support.command import newsfold
from tests.support.fault_server import FaultServer


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("fetch: {private_addresses: true, gap_seconds: 0}\n", encoding="utf-8")
    return path


def opml(*outlines: Outline) -> str:
    return write_opml(outlines).decode()


def test_a_list_is_imported_read_shown_and_exported(server: FaultServer, tmp_path: Path, config: Path) -> None:
    secret = server.url("secret/b").replace("http://", "http://me:pass-word@")
    outlines = [
        Outline(server.url("feed/a"), "Paper A", ("News", "Local")),
        Outline(secret, "Paper B", ()),
        Outline(server.url("absent"), "", ("News",)),
    ]
    (tmp_path / "list.opml").write_text(opml(*outlines), encoding="utf-8")
    imported = newsfold("feeds", "import", "list.opml", folder=tmp_path)
    assert (imported.code, imported.out) == (0, "3 new subscriptions, 0 there already\n")
    assert newsfold("feeds", "import", "list.opml", folder=tmp_path).out == "0 new subscriptions, 3 there already\n"
    before = newsfold("feeds", "--json", folder=tmp_path)
    assert {json.loads(line)["state"] for line in before.out.splitlines()} == {"new"}

    ran = newsfold("run", "--config", config, folder=tmp_path)
    assert ran.code == 0, ran.err
    assert "2 new articles" in ran.out
    assert "1 rejected" in ran.out

    health = {
        one["feed"]: one for one in map(json.loads, newsfold("feeds", "--json", folder=tmp_path).out.splitlines())
    }
    assert health.keys() == {server.url("feed/a"), server.url("secret/b"), server.url("absent")}
    assert [health[server.url(path)]["state"] for path in ("feed/a", "secret/b", "absent")] == [
        "active", "active", "failing",
    ]  # fmt: skip
    assert health[server.url("absent")]["reason"] == "not_found"
    table = newsfold("feeds", folder=tmp_path).out.splitlines()
    assert "absent" in table[1]  # the sick first
    assert "not_found: HTTP status 404" in table[1]

    exported = newsfold("feeds", "export", folder=tmp_path)
    assert set(read_opml(exported.out.encode())) == {
        outlines[0],
        Outline(server.url("secret/b"), "Paper B", ()),
        Outline(server.url("absent"), server.url("absent"), ("News",)),
    }
    assert newsfold("feeds", "export", "mine.opml", folder=tmp_path).code == 0
    assert (tmp_path / "mine.opml").read_text(encoding="utf-8") == exported.out
    assert not any("pass-word" in said for outcome in (imported, ran, exported) for said in outcome[1:])

    assert newsfold("feeds", "remove", server.url("absent"), folder=tmp_path).code == 0
    again = newsfold("feeds", "remove", server.url("absent"), folder=tmp_path)
    assert (again.code, again.err) == (1, f"newsfold: not subscribed: {server.url('absent')}\n")
    assert (
        newsfold("run", "--config", config, folder=tmp_path)
        .out.splitlines()[-3]
        .startswith("nothing is new, 2 feeds not due yet, 0 rejected")
    )


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("feed/a", 0, "Council of a votes on the harbour wall"),
        ("tagged/a", 0, 'etag          "v1"'),
        ("patient/a", 0, "2 h after this one"),
        ("moved/a", 0, "redirects to"),
        ("gone", 2, "gone: HTTP status 410"),
    ],
)
def test_a_feed_is_tried(server: FaultServer, tmp_path: Path, config: Path, path: str, code: int, said: str) -> None:
    outcome = newsfold("feeds", "check", server.url(path), "--config", config, folder=tmp_path)
    assert outcome.code == code
    assert said in outcome.out + outcome.err
    assert not (tmp_path / "newsfold-output").exists()
    record = json.loads(newsfold("feeds", "check", server.url(path), "--config", config, "--json", folder=tmp_path).out)
    assert record["feed"] == server.url(path)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["feeds"], 1, "no store at"),
        (["feeds", "check", "feed.xml"], 1, "feed.xml: only http and https addresses"),
        (["feeds", "check", "http://me:pass-word@127.0.0.1:9/"], 2, "forbidden_address"),
        (["feeds", "import", "absent.opml"], 1, "absent.opml: No such file"),
        (["feeds", "import", "empty.opml"], 1, "empty.opml: an OPML list without feeds"),
        (["feeds", "remove", "http://a.example/"], 1, "no store at"),
        (["feeds", "exprot"], 1, "exprot"),
    ],
)
def test_wrong_use(tmp_path: Path, words: list[str], code: int, message: str) -> None:
    (tmp_path / "empty.opml").write_text("<opml><body/></opml>", encoding="utf-8")
    outcome = newsfold(*words, folder=tmp_path)
    assert outcome.code == code
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert "pass-word" not in outcome.out + outcome.err


def test_what_is_no_feed_address_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(opml(Outline("feed.xml", "", ()), Outline("ftp://a.example/", "", ())))
    outcome = newsfold("feeds", "import", "list.opml", "https://a.example/feed", folder=tmp_path)
    assert "1 new subscriptions" in outcome.out
    assert "left out, not an address of http or https: ftp://a.example/" in outcome.err
