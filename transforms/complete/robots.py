"""What robots.txt allows (RFC 9309, "Robots Exclusion Protocol")."""

from collections import defaultdict
from threading import Lock
from urllib.parse import urljoin

import requests
from protego import Protego

from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.http import get, host_of, without_credentials
from transforms.fetch.poll import FetchOptions
from transforms.rejects import RejectError

_MAX_BYTES = 500 * 1024
"""What is read of a file; a crawler must read so much (section 2.5), and Google reads no more."""
_MAX_DELAY_SECONDS = 30
"""Longest Crawl-delay that is obeyed, the bound of Nutch and StormCrawler (`fetcher.max.crawl.delay`): which skip pages
of a host that wants more, and here they come at this pace."""
_UNAVAILABLE, _UNREACHABLE = 404, 503


class DisallowedError(Exception):
    """The robots.txt of a host does not allow an address."""


class Robots:
    """The robots.txt files of the hosts that one bundle asks, each asked for once; may be used by many threads.

    Args:
        fetch_options: how they are asked for; the product token of its User-Agent is who they must allow.
    """

    def __init__(self, fetch_options: FetchOptions) -> None:
        self._fetch_options = fetch_options
        self._token = fetch_options.user_agent.partition("/")[0]
        self._rules: dict[str, Protego] = {}
        self._locks: dict[str, Lock] = defaultdict(Lock)

    def permit(self, url: str, session: requests.Session, limiter: HostLimiter) -> None:
        """Returns when an address may be asked for, and slows its host down to the pace that it asks for.

        Raises:
            DisallowedError: it may not.
        """
        address = without_credentials(urljoin(url, "/robots.txt"))
        with self._locks[address]:
            rules = self._rules.get(address)
            if rules is None:
                rules = self._rules[address] = self._ask(address, session, limiter)
                delay = rules.crawl_delay(self._token) or 0
                limiter.slow_down(host_of(address), min(delay, _MAX_DELAY_SECONDS))
        if not rules.can_fetch(url, self._token):
            raise DisallowedError

    def _ask(self, address: str, session: requests.Session, limiter: HostLimiter) -> Protego:
        headers = {"User-Agent": self._fetch_options.user_agent, "Accept": "text/plain, */*;q=0.5"}
        try:
            answer = get(session, address, limits=self._fetch_options.limits, headers=headers, turn=limiter.turn)
        except RejectError as error:
            # Redirects that lead nowhere count as no file (section 2.3.1.2).
            return read_robots(_UNAVAILABLE if error.reason == "http_error" else _UNREACHABLE, b"")
        return read_robots(answer.status, answer.content)


def read_robots(status: int, content: bytes) -> Protego:
    """Reads an answer: without a file everything is allowed, nothing while the server fails (section 2.3.1).

    Args:
        status: of HTTP.
        content: of the file, in UTF-8 whatever it holds; empty unless the status is 200.
    """
    if status >= 500:
        return Protego.parse("User-agent: *\nDisallow: /")
    return Protego.parse(content[:_MAX_BYTES].decode("utf-8-sig", "replace"))
