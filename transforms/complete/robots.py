"""Obeys robots.txt (RFC 9309, "Robots Exclusion Protocol")."""

from collections import defaultdict
from contextlib import AbstractContextManager
from threading import Lock
from urllib.parse import urljoin

import requests
from protego import Protego

from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.http import get, host_of, without_credentials
from transforms.fetch.poll import FetchOptions
from transforms.rejects import RejectError

_MAX_BYTES = 500 * 1024
"""Bytes of a file that are read: a crawler must read at least this much (section 2.5), and Google reads no more."""
_MAX_DELAY_SECONDS = 30
"""Longest Crawl-delay that is obeyed, as in Nutch and StormCrawler (`fetcher.max.crawl.delay`). Those skip the pages of
a host that wants more; here they are fetched at this pace."""
_UNAVAILABLE, _UNREACHABLE = 404, 503
"""HTTP statuses that stand for "there is no robots.txt" and "the server failed" (section 2.3.1)."""


class DisallowedError(Exception):
    """Raised when the robots.txt of a host disallows an address."""


class Robots:
    """Keeps the robots.txt files of the hosts of one bundle; fetches each once. Threads may share it.

    Args:
        fetch_options: options of the requests; the product token of its User-Agent selects the rules that apply.
    """

    def __init__(self, fetch_options: FetchOptions) -> None:
        self._fetch_options = fetch_options
        self._token = fetch_options.user_agent.partition("/")[0]
        self._rules: dict[str, Protego] = {}
        self._locks: dict[str, Lock] = defaultdict(Lock)

    def admit(self, url: str, session: requests.Session, limiter: HostLimiter) -> AbstractContextManager[None]:
        """Returns a turn for the host of a URL, after slowing the host down to its Crawl-delay.

        Args:
            url: what is to be requested.
            session: used to fetch the robots.txt if need be.
            limiter: grants turns for hosts.

        Raises:
            DisallowedError: the robots.txt disallows `url`.
        """
        address = without_credentials(urljoin(url, "/robots.txt"))
        with self._locks[address]:
            rules = self._rules.get(address)
            if rules is None:
                rules = self._rules[address] = self._fetch(address, session, limiter)
                delay = rules.crawl_delay(self._token) or 0
                limiter.slow_down(host_of(address), min(delay, _MAX_DELAY_SECONDS))
        if not rules.can_fetch(url, self._token):
            raise DisallowedError
        return limiter.admit(url)

    def _fetch(self, address: str, session: requests.Session, limiter: HostLimiter) -> Protego:
        headers = {"User-Agent": self._fetch_options.user_agent, "Accept": "text/plain, */*;q=0.5"}
        try:
            answer = get(session, address, limits=self._fetch_options.limits, headers=headers, admit=limiter.admit)
        except RejectError as error:
            # Redirects that lead nowhere mean that there is no file (section 2.3.1.2).
            return read_robots(_UNAVAILABLE if error.reason == "http_error" else _UNREACHABLE, b"")
        return read_robots(answer.status, answer.content)


def read_robots(status: int, content: bytes) -> Protego:
    """Parses the response to a request for robots.txt.

    Without a file everything is allowed; while the server fails nothing is (section 2.3.1).

    Args:
        status: HTTP status.
        content: the file, decoded as UTF-8 whatever it holds; empty unless the status is 200.
    """
    if status >= 500:
        return Protego.parse("User-agent: *\nDisallow: /")
    return Protego.parse(content[:_MAX_BYTES].decode("utf-8-sig", "replace"))
