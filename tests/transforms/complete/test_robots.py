"""Tests what robots.txt allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fault_server import FaultServer, fault_server
from transforms.complete import robots as module
from transforms.complete.robots import DisallowedError, Robots, read_robots
from transforms.fetch.connections import open_session
from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.http import Limits
from transforms.fetch.poll import FetchOptions

OPTIONS = FetchOptions(7, Limits(1, 1, 1, 2**20), "newsfold/0.1 (+me)", private_addresses=True)
RULES = "User-agent: newsfold\nDisallow: /a*b$\n\nUser-agent: *\nDisallow: /"


@pytest.mark.parametrize(
    ("status", "content", "path", "allowed"),
    [
        (200, RULES, "/a1b", False),
        (200, RULES, "/a1bc", True),
        (200, "\ufeff" + RULES, "/a1b", False),
        (200, "", "/a", True),
        (200, "<!doctype html><title>Not found</title>", "/a", True),
        (200, "#" * module._MAX_BYTES + "\n" + RULES, "/a1b", True),
        (404, "", "/a", True),
        (403, "", "/a", True),
        (500, "", "/a", False),
        (503, "", "/a", False),
    ],
)
def test_a_response(status: int, content: str, path: str, allowed: bool) -> None:
    assert read_robots(status, content.encode()).can_fetch(f"https://a.example{path}", "newsfold") is allowed


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(content: bytes) -> None:
    rules = read_robots(200, b"User-agent: *\nDisallow: " + content)
    assert rules.can_fetch("https://a.example/[?x", "newsfold") in (True, False)


class Pace(HostLimiter):
    def __init__(self) -> None:
        super().__init__(gap_seconds=0)
        self.slowed: list[tuple[str, float]] = []

    def slow_down(self, host: str, gap_seconds: float) -> None:
        self.slowed.append((host, gap_seconds))


def admitted(server: FaultServer, robots: Robots, path: str, limiter: HostLimiter) -> bool:
    with open_session(private_addresses=True) as session:
        try:
            robots.admit(server.url(path), session, limiter)
        except DisallowedError:
            return False
    return True


@pytest.mark.parametrize(("wanted", "pace"), [("5", 5), ("9999", 30), ("soon", 0), ("1e999", 0), ("-1", 0)])
def test_a_host_is_slowed_down_to_its_pace_up_to_a_bound(wanted: str, pace: float) -> None:
    with fault_server() as server:
        server.robots["127.0.0.1"] = (200, f"User-agent: *\nCrawl-delay: {wanted}")
        limiter, robots = Pace(), Robots(OPTIONS)
        assert admitted(server, robots, "a", limiter)
        assert admitted(server, robots, "b", limiter)
        assert limiter.slowed == [("127.0.0.1", pace)]
        assert len(server.asked) == 1


def test_a_host_that_cannot_be_reached_allows_nothing() -> None:
    robots = Robots(OPTIONS)
    with open_session(private_addresses=True) as session, pytest.raises(DisallowedError):
        robots.admit("http://127.0.0.1:1/a", session, HostLimiter(0))
