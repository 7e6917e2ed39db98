"""Runs over feeds that are served, well and badly."""

import itertools
import json
import socket
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline.config import Config
from tests.support.fault_server import NOW, FaultServer, slow_tls
from tests.support.newsroom import CONFIG, DAY, HOUR, Newsroom


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path / "output")


class Fault(NamedTuple):
    """What a feed does, and what must come of it."""

    path: str
    reason: str = ""
    status: int = 200
    state: str = "active"
    wait: int = HOUR
    failures: float = 0


def failing(path: str, reason: str, status: int = 200, failures: float = 0.5, wait: int = HOUR) -> Fault:
    return Fault(path, reason, status, "failing", wait, failures)


FAULTS = [
    Fault("feed"),
    Fault("tagged"),
    Fault("liar"),
    Fault("moved/a301"),
    Fault("permanent/a308"),
    Fault("found/a302"),
    Fault("moving/dripping-redirect"),
    Fault("gzip"),
    Fault("br"),
    Fault("file"),
    Fault("many_headers"),
    Fault("cookie"),
    Fault("patient", wait=2 * HOUR),
    Fault("utf16"),
    failing("loop", "http_error", status=0, failures=1),
    failing("elsewhere", "http_error", status=0, failures=1),
    failing("denied", "denied", status=401, failures=1),
    failing("absent", "not_found", status=404),
    Fault("gone", "gone", 410, "gone", 7 * DAY, 1),
    Fault("throttled", "throttled", 429, "throttled", 2 * HOUR, 0.5),
    Fault("throttled_until", "throttled", 429, "throttled", 10_000, 0.5),
    Fault("throttled_long", "throttled", 429, "throttled", DAY, 0.5),
    failing("broken", "server_error", status=500),
    failing("busy", "server_error", status=503, wait=5000),
    failing("unasked", "http_error", status=304, failures=1),
    failing("empty", "empty"),
    failing("page", "not_a_feed", failures=1),
    failing("bomb", "too_large", status=0, failures=1),
    failing("large_file", "too_large", status=0, failures=1),
    failing("garbage", "unreadable", status=0),
    failing("short", "network", status=0),
    failing("reset", "network", status=0),
    failing("silent", "timeout", status=0),
    failing("drip", "timeout", status=0),
    failing("headers", "timeout", status=0),
    failing("chunks", "timeout", status=0),
]


def test_whatever_feeds_do_each_is_remembered_and_none_disturbs_another(
    server: FaultServer, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = {fault: server.url(fault.path, f"127.0.1.{place}") for place, fault in enumerate(FAULTS, 1)}
    with slow_tls() as port, socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))
        addresses |= {
            failing("slow TLS", "timeout", status=0): f"https://127.0.0.1:{port}/feed",
            failing("refused", "network", status=0): f"http://127.0.0.1:{refusing.getsockname()[1]}/feed",
            failing("no such host", "unknown_host", status=0, failures=1): "http://papers.invalid/feed",
            failing("no name server", "host_lookup", status=0, failures=0.25): "http://papers.example/feed",
        }
        look_up = socket.getaddrinfo

        def names(host: str, *rest: Any, **options: Any) -> Any:
            if host == "papers.example":
                raise socket.gaierror(socket.EAI_AGAIN, "try again")
            if host == "papers.invalid":
                raise socket.gaierror(socket.EAI_NONAME, "no such name")
            return look_up(host, *rest, **options)

        monkeypatch.setattr(socket, "getaddrinfo", names)
        report = newsroom.run(list(addresses.values()), NOW)
    feeds, rejected = newsroom.feeds(), newsroom.rejected(report)
    for fault, address in addresses.items():
        found = feeds[address]
        wait = found.next_poll - NOW
        assert Fault(fault.path, found.reason, found.status, found.state, wait, found.failures) == fault
        assert (address in rejected) == bool(fault.reason), fault
        assert found.polled_at == NOW
        assert found.succeeded_at == (0 if fault.reason else NOW)
    fetched = report.counts["fetch"]
    refused = sum(amount for name, amount in fetched.items() if name.startswith("rejected_"))
    assert fetched["in"] == len(addresses) == fetched["out"] + refused
    assert report.counts["parse"]["out"] == sum(not fault.reason for fault in addresses)
    assert len(newsroom.titles()) == report.counts["parse"]["out"]


def test_a_page_in_place_of_a_feed_names_it(server: FaultServer, newsroom: Newsroom) -> None:
    newsroom.run([server.url("page")], NOW)
    assert newsroom.feeds()[server.url("page")].detail == f"a page that names the feed {server.url('feed/advertised')}"


def test_a_redirect_into_the_private_network(
    server: FaultServer, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms.fetch import connections

    monkeypatch.setattr(connections, "is_public", lambda address: address == "127.0.0.1")
    config = CONFIG.model_copy(update={"fetch": CONFIG.fetch.model_copy(update={"private_addresses": False})})
    report = newsroom.run([server.url("inward"), server.url("feed/a")], NOW, config=config)
    assert newsroom.feeds()[server.url("inward")].reason == "forbidden_address"
    assert report.counts["parse"]["out"] == 1


def test_a_feed_is_asked_when_it_is_due_and_only_for_what_is_new(server: FaultServer, newsroom: Newsroom) -> None:
    url = server.url("tagged/a")
    newsroom.run([url], NOW)
    assert newsroom.run([url], NOW + HOUR // 2).counts["fetch"]["dropped_not_due"] == 1
    assert len(server.asked) == 1
    report = newsroom.run([url], NOW + HOUR)
    assert report.counts["fetch"]["dropped_unchanged"] == 1
    assert server.asked[1].headers["If-None-Match"] == '"v1"'
    assert server.asked[1].headers["If-Modified-Since"] == "yesterday"
    report = newsroom.run([url], NOW + HOUR + 1, refresh=True)
    assert report.counts["recognise"]["dropped_seen"] == 1
    assert "If-None-Match" not in server.asked[2].headers


def test_what_an_unchanged_feed_held_was_seen_again(server: FaultServer, newsroom: Newsroom) -> None:
    url = server.url("feed/a")  # without validators: the same body again
    newsroom.run([url], NOW)
    report = newsroom.run([url], NOW + HOUR)
    assert report.counts["fetch"]["dropped_unchanged"] == 1
    with newsroom.factory() as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT last_seen FROM sightings").scalar() == NOW + HOUR


def test_validators_are_kept_only_with_the_entries(
    server: FaultServer, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.store.sql_store import SqlStore

    url = server.url("tagged/a")
    commit = SqlStore.commit
    monkeypatch.setattr(SqlStore, "commit", lambda *_: 1 // 0)
    with pytest.raises(Exception, match="modulo by zero"):
        newsroom.run([url], NOW)
    monkeypatch.setattr(SqlStore, "commit", commit)
    newsroom.run([url], NOW + 1)
    assert "If-None-Match" not in server.asked[1].headers
    assert len(newsroom.titles()) == 1


def test_one_at_a_time_for_a_host_and_a_pause_between(server: FaultServer, newsroom: Newsroom) -> None:
    fetch = CONFIG.fetch.model_copy(update={"gap_seconds": 0.1})
    urls = [server.url(f"slow/{name}", host) for name in "abc" for host in ("127.0.2.1", "127.0.2.2")]
    newsroom.run(urls, NOW, config=CONFIG.model_copy(update={"fetch": fetch}))
    for host in ("127.0.2.1", "127.0.2.2"):
        asked = [one for one in server.asked if one.host == host]
        assert len(asked) == 3
        times = sorted((one.at, one.until) for one in asked)
        assert all(later[0] - earlier[1] > 0.09 for earlier, later in itertools.pairwise(times))
    spans = sorted((one.at, one.until) for one in server.asked)
    assert any(later[0] < earlier[1] for earlier, later in itertools.pairwise(spans))


def test_a_host_that_asks_for_fewer_requests_gets_none_for_its_other_feeds(
    server: FaultServer, newsroom: Newsroom
) -> None:
    urls = [server.url(f"throttled/{name}") for name in "abc"]
    report = newsroom.run([*urls, server.url("feed/d", "127.0.0.2")], NOW)
    expected = {"dropped_deferred": 2, "rejected_throttled": 1, "out": 1}
    assert {name: report.counts["fetch"][name] for name in expected} == expected
    assert len(server.asked) == 2
    assert {feed.next_poll for url, feed in newsroom.feeds().items() if "throttled" in url} == {NOW + 7200}


def test_credentials_work_and_are_written_nowhere(server: FaultServer, newsroom: Newsroom) -> None:
    url = server.url("secret/a").replace("http://", "http://me:pass-word@")
    failing_url = server.url("denied").replace("http://", "http://me:pass-word@")
    newsroom.run([url, failing_url], NOW)
    assert newsroom.feeds().keys() == {server.url("secret/a"), server.url("denied")}
    assert len(newsroom.titles()) == 1
    for file in newsroom.output.rglob("*"):
        assert not file.is_file() or b"pass-word" not in file.read_bytes()


def test_a_feed_of_its_own_interval(server: FaultServer, newsroom: Newsroom) -> None:
    url = server.url("feed/a")
    config = Config.model_validate(CONFIG.model_dump() | {"feeds": {url: {"interval_minutes": 180}}})
    newsroom.run([url], NOW, config=config)
    assert newsroom.feeds()[url].next_poll == NOW + 3 * HOUR
    assert json.loads((next((newsroom.output / "runs").iterdir()) / "manifest.json").read_text())["counts"]["fetch"]
