"""One request for an article's page, and what it tells."""

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
    "robots": "the robots.txt of its host does not allow it, or cannot be had",
    "home_page": "the link leads to the site's home page, as those of deleted articles do",
    "not_a_page": "it is a feed, a text or the like",
    "shorter": "it gives no more text than the feed",
}
"""Why a page does not complete its article, beside `transforms.rejects.REASONS`."""


class ArticlePage(NamedTuple):
    """What an article's page tells."""

    why: str
    """Why nothing, '' when it could be read."""
    text: str = ""
    """Plain text, one paragraph a line."""
    published: int | None = None
    """UTC epoch seconds."""
    language: str = ""
    """As declared."""
    canonical: str = ""
    """Canonical URL of the article by the page's own account, '' when it names none that can be believed."""


def ask_page(
    session: requests.Session, url: str, fetch_options: FetchOptions, robots: Robots, limiter: HostLimiter
) -> ArticlePage:
    """Asks for an article's page; never fails.

    Args:
        session: of `transforms.fetch.http.open_session`.
        url: of http or https.
        fetch_options: how to ask.
        robots: must allow `url` and every address that it redirects to.
        limiter: of hosts.
    """
    headers = {"User-Agent": fetch_options.user_agent, "Accept": _ACCEPT}
    try:
        answer = get(
            session,
            url,
            limits=fetch_options.limits,
            headers=headers,
            permit=lambda address: robots.permit(address, session, limiter),
            turn=limiter.turn,
        )
        check_status(answer.status)
        if not url_key(answer.location):
            return ArticlePage("home_page")
        content_type = answer.headers.get("Content-Type", "")
        if recognise(answer.content, answer.location, content_type) != PAGE:
            return ArticlePage("not_a_page")
        document = Document(answer.location, answer.location, PAGE, answer.content, content_type, 1, fetch_options.now)
        return _told(document)
    except DisallowedError:
        return ArticlePage("robots")
    except RejectError as error:
        return ArticlePage(error.reason)


def _told(document: Document) -> ArticlePage:
    item, canonical = read_page(document)
    published, quality = read_date(item.published, document.fetched_at)
    return ArticlePage(
        why="",
        text=plain_text(item.body, is_html=False),
        published=published if quality in ("zoned", "assumed_utc") else None,
        language=item.language,
        canonical=believable(canonical, document.location),
    )


def believable(canonical: str, location: str) -> str:
    """Returns the canonical URL that a rel=canonical names (RFC 6596).

    '' for what is no URL, for a home page, which careless templates name everywhere, and for one of another
    registrable domain than the page's own: a page speaks for its own site only.

    Args:
        canonical: as found.
        location: of the page.
    """
    url = canonical_url(resolve(location, canonical))
    return url if url_key(url) and site(url) == site(location) else ""
