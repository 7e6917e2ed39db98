"""Fetches an article's page and reads it."""

from typing import NamedTuple

import requests

from transforms.clean.dates import read_date
from transforms.clean.text import plain_text
from transforms.clean.urls import canonical_url, resolve, site, url_key
from transforms.complete.robots import DisallowedError, Robots
from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.http import get
from transforms.fetch.kinds import PAGE, recognise
from transforms.fetch.poll import FetchOptions, check_status
from transforms.parse.pages import read_page
from transforms.records import Document
from transforms.rejects import RejectError

_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"

REASONS = {
    "robots": "the robots.txt of its host disallows it or cannot be read",
    "home_page": "the link leads to the site's home page, as links to deleted articles often do",
    "not_a_page": "it is a feed, a text or something else that is not an HTML page",
    "shorter": "it holds no more text than the feed",
}
"""Why a page does not complete its article, in addition to `transforms.rejects.REASONS`."""


class ArticlePage(NamedTuple):
    """What an article's page says."""

    reason: str
    """Why the page could not be used, '' when it could."""
    text: str = ""
    """Plain text, one paragraph per line."""
    published: int | None = None
    """UTC epoch seconds."""
    language: str = ""
    """The language that the page declares."""
    canonical: str = ""
    """The canonical URL that the page declares, '' when it declares none or one that is not believable."""


def fetch_page(
    session: requests.Session, url: str, fetch_options: FetchOptions, robots: Robots, limiter: HostLimiter
) -> ArticlePage:
    """Fetches an article's page; never raises for what a server does.

    Args:
        session: as returned by `transforms.fetch.connections.open_session`.
        url: an http or https address.
        fetch_options: options of the request.
        robots: must allow `url` and every address that it redirects to.
        limiter: grants turns for hosts.
    """
    headers = {"User-Agent": fetch_options.user_agent, "Accept": _ACCEPT}
    try:
        answer = get(
            session,
            url,
            limits=fetch_options.limits,
            headers=headers,
            admit=lambda address: robots.admit(address, session, limiter),
        )
        check_status(answer.status)
        if not url_key(answer.location):
            return ArticlePage("home_page")
        content_type = answer.headers.get("Content-Type", "")
        if recognise(answer.content, answer.location, content_type) != PAGE:
            return ArticlePage("not_a_page")
        document = Document(answer.location, answer.location, PAGE, answer.content, content_type, 1, fetch_options.now)
        return _read(document)
    except DisallowedError:
        return ArticlePage("robots")
    except RejectError as error:
        return ArticlePage(error.reason)


def _read(document: Document) -> ArticlePage:
    item, canonical = read_page(document)
    published, quality = read_date(item.published, document.fetched_at)
    return ArticlePage(
        reason="",
        text=plain_text(item.body, is_html=False),
        published=published if quality in ("zoned", "assumed_utc") else None,
        language=item.language,
        canonical=believable(canonical, document.location),
    )


def believable(canonical: str, location: str) -> str:
    """Returns the URL of a rel=canonical link (RFC 6596) if it can be believed.

    Careless templates name the home page everywhere, and a page speaks for its own site only.

    Args:
        canonical: the link as found in the page.
        location: URL of the page.

    Returns:
        The canonical URL; '' for something other than a URL, for a home page, and for a URL of another registrable
        domain than the page's.
    """
    url = canonical_url(resolve(location, canonical))
    return url if url_key(url) and site(url) == site(location) else ""
