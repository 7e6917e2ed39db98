"""Runs that ask for articles' pages."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.config import Config
from pipeline.runs.request import Report
from pipeline.store import schema
from tests.support.fault_server import NOW, FaultServer, sentences
from tests.support.newsroom import CONFIG, HOUR, Newsroom

ALWAYS, WHEN_SHORT = "always", "when_short"


class Library(Newsroom):
    """Runs that ask for pages, and the articles that come of them."""

    def read(
        self, *feeds: str, at: int = NOW, full_text: str = ALWAYS, own: dict[str, str] | None = None, **fetch: Any
    ) -> Report:
        """Runs over feeds; what goes in comes out, each article once."""
        config = CONFIG.model_dump()
        config["fetch"] |= {"full_text": full_text} | fetch
        config["feeds"] = {feed: {"full_text": mode} for feed, mode in (own or {}).items()}
        report = self.run(list(feeds), at, config=Config.model_validate(config))
        if counts := report.counts.get("complete"):
            assert counts["in"] == counts["out"] == report.counts["unite"]["in"]
            assert counts["in"] == sum(
                amount
                for name, amount in counts.items()
                if name in ("unwanted", "seen", "completed") or name.startswith("kept_")
            )
        return report

    def read_again(self, *feeds: str, at: int) -> Report:
        """Reads feeds again, whether anything is new in them or not."""
        config = CONFIG.model_copy(update={"fetch": CONFIG.fetch.model_copy(update={"full_text": ALWAYS})})
        return self.run(list(feeds), at, refresh=True, config=config)

    def articles(self) -> dict[str, Any]:
        """The stored articles by title."""
        with self.factory() as store, store.reading() as connection:
            return {row.title: row for row in connection.execute(select(schema.articles))}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "output")


def outcomes(report: Report) -> dict[str, int]:
    names = {"in", "out", "pages", "microseconds"}
    return {name: amount for name, amount in report.counts["complete"].items() if name not in names}


def test_always(server: FaultServer, library: Library) -> None:
    report = library.read(server.url("paper/story/a?words=150"))
    assert outcomes(report) == {"completed": 1}
    article = library.articles()["News of story/a"]
    assert article.text == sentences("a", 200)
    assert (article.url, article.published_quality) == (server.url("story/a"), "zoned")


def test_never_asks_for_nothing(server: FaultServer, library: Library) -> None:
    report = library.read(server.url("paper/story/a"), full_text="never")
    assert "complete" not in report.counts
    assert server.paths("story") == []
    assert library.articles()["News of story/a"].text.startswith("story/a On day")


@pytest.mark.parametrize(("words", "outcome"), [(99, "completed"), (100, "unwanted")])
def test_when_short(server: FaultServer, library: Library, words: int, outcome: str) -> None:
    beside = words - len(["story", "a"])
    report = library.read(server.url(f"paper/story/a?words={beside}"), full_text=WHEN_SHORT)
    assert outcomes(report) == {outcome: 1}


def test_one_feed_wants_what_the_others_do_not(server: FaultServer, library: Library) -> None:
    wanted, other = server.url("paper/story/a"), server.url("paper/story/b")
    report = library.read(wanted, other, full_text="never", own={wanted: ALWAYS})
    assert outcomes(report) == {"completed": 1, "unwanted": 1}
    assert server.paths("story") == ["/story/a"]


def test_a_file_has_its_texts(server: FaultServer, library: Library, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(f'{{"url": "{server.url("story/a")}", "title": "A", "text": "short"}}\n')
    assert outcomes(library.read(str(rows))) == {"unwanted": 1}
    assert server.asked == []


FAULTS = {
    "brief/a": "shorter",
    "absent": "not_found",
    "gone": "gone",
    "denied": "denied",
    "broken": "server_error",
    "busy": "server_error",
    "throttled": "throttled",
    "drip": "timeout",
    "headers": "timeout",
    "bomb": "too_large",
    "reset": "network",
    "garbage": "unreadable",
    "empty": "empty",
    "loop": "http_error",
    "elsewhere": "http_error",
    "removed": "home_page",
    "rss/a": "not_a_page",
}


def test_the_text_of_the_feed_stays_where_the_page_gives_less(server: FaultServer, library: Library) -> None:
    feeds = [server.url(f"paper/{path}", f"127.0.3.{place}") for place, path in enumerate(FAULTS, 1)]
    report = library.read(*feeds, server.url("paper/story/a"))
    kept: dict[str, int] = {}
    for why in FAULTS.values():
        kept[f"kept_{why}"] = kept.get(f"kept_{why}", 0) + 1
    assert outcomes(report) == kept | {"completed": 1}
    for path in FAULTS:
        assert library.articles()[f"News of {path}"].text == f"{path} {sentences('edition 1', 20)}"


def test_a_page_has_a_limit_of_its_own(server: FaultServer, library: Library) -> None:
    report = library.read(server.url("paper/story/a?words=500"), max_page_bytes=1024)
    assert outcomes(report) == {"kept_too_large": 1}


def test_a_page_that_redirects_into_the_private_network(
    server: FaultServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms.fetch import connections

    monkeypatch.setattr(connections, "is_public", lambda address: address == "127.0.0.1")
    # The robots.txt of the private host cannot be had, and so nothing there is allowed.
    assert outcomes(library.read(server.url("paper/inward"), private_addresses=False)) == {"kept_robots": 1}


def test_after_too_many_requests_a_host_is_left_alone(server: FaultServer, library: Library) -> None:
    paths = ",".join(f"throttled/{name}" for name in "abc")
    assert outcomes(library.read(server.url(f"paper/{paths}"))) == {"kept_throttled": 3}
    assert len(server.paths("throttled")) == 1


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        ((200, "User-agent: *\nDisallow: /story"), "kept_robots"),
        ((200, "User-agent: newsfold\nDisallow: /story/\n\nUser-agent: *\nAllow: /"), "kept_robots"),
        ((200, "User-agent: newsfold\nAllow: /story/\n\nUser-agent: *\nDisallow: /"), "completed"),
        ((500, ""), "kept_robots"),
        ((403, ""), "completed"),
    ],
)
def test_robots(server: FaultServer, library: Library, robots: tuple[int, str], outcome: str) -> None:
    server.robots["127.0.0.1"] = robots
    report = library.read(server.url("paper/story/a,story/b"))
    assert outcomes(report) == {outcome: 2}
    assert len(server.paths("story")) == (2 if outcome == "completed" else 0)
    assert [one.path for one in server.asked].count("/robots.txt") == 1
    assert all(one.headers["User-Agent"].startswith("newsfold/") for one in server.asked)


def test_robots_of_the_host_that_a_link_leads_to(server: FaultServer, library: Library) -> None:
    server.robots["127.0.9.9"] = (200, "User-agent: *\nDisallow: /")
    assert outcomes(library.read(server.url("paper/hop/a"))) == {"kept_robots": 1}
    assert server.paths("story") == []


def test_pages_come_at_the_pace_that_robots_asks_for(server: FaultServer, library: Library) -> None:
    server.robots["127.0.0.1"] = (200, "User-agent: *\nCrawl-delay: 0.3")
    library.read(server.url("paper/story/a,story/b,story/c"))
    times = sorted((one.at, one.until) for one in server.asked if one.path.startswith("/story"))
    assert all(later[0] - earlier[1] > 0.28 for earlier, later in itertools.pairwise(times))


def test_a_page_is_asked_for_once_for_all_feeds(server: FaultServer, library: Library) -> None:
    report = library.read(server.url("paper/story/a"), server.url("paper/story/a?words=30"))
    assert outcomes(report) == {"completed": 2}
    assert (report.counts["complete"]["pages"], report.counts["unite"]["out"]) == (1, 1)
    assert server.paths("story") == ["/story/a"]


def test_the_next_run_asks_for_no_page_again(server: FaultServer, library: Library) -> None:
    feeds = [server.url("paper/story/a,absent,link/b"), server.url("paper/story/a?words=30")]
    library.read(*feeds)
    before = server.paths("story") + server.paths("absent") + server.paths("link")
    for hours in (1, 2):
        report = library.read_again(*feeds, at=NOW + hours * HOUR)
        assert outcomes(report) == {"seen": 4}
        assert report.counts["recognise"]["dropped_seen"] == report.counts["recognise"]["in"] == 3
    assert server.paths("story") + server.paths("absent") + server.paths("link") == before
    assert library.articles()["News of story/a"].text == sentences("a", 200)


def test_an_entry_that_changed_is_asked_for_again(server: FaultServer, library: Library) -> None:
    address = server.url("paper/link/a")
    library.read(address)
    server.edition = 2
    report = library.read(address, at=NOW + HOUR)
    assert outcomes(report) == {"completed": 1}
    assert report.counts["recognise"]["updated"] == 1
    assert server.paths("link") == ["/link/a"] * 2
    article = library.articles()["News of link/a"]
    assert (article.version, article.url, article.text) == (2, server.url("story/a"), sentences("a", 200))
    assert outcomes(library.read_again(address, at=NOW + 2 * HOUR)) == {"seen": 1}


def test_two_links_to_a_page_are_one_article(server: FaultServer, library: Library) -> None:
    first, second = server.url("paper/link/a/first"), server.url("paper/link/a/second")
    report = library.read(first, second)
    assert outcomes(report) == {"completed": 2}
    assert report.counts["unite"]["out"] == 1
    (article,) = library.articles().values()
    assert (article.key, article.url) == (f"url:https://{server.url('story/a')[7:]}", server.url("story/a"))


def test_a_link_found_later_leads_to_the_article_that_is_known(server: FaultServer, library: Library) -> None:
    first, second = server.url("paper/link/a/first"), server.url("paper/link/a/second")
    at_home = server.url("paper/story/a")
    for feeds in ([first], [second], [at_home]):
        library.read(*feeds)
        assert len(library.articles()) == 1
    asked = server.paths("link") + server.paths("story")
    assert asked == ["/link/a/first", "/link/a/second"]
    report = library.read_again(first, second, at_home, at=NOW + HOUR)
    assert outcomes(report) == {"seen": 3}
    with library.factory() as store, store.reading() as connection:
        assert len(connection.execute(select(schema.sightings)).all()) == 3
        assert len(connection.execute(select(schema.aliases)).all()) == 2


def test_a_feed_whose_pages_are_not_wanted_profits_from_one_whose_are(server: FaultServer, library: Library) -> None:
    wanted, other = server.url("paper/link/a"), server.url("paper/link/a?words=30")
    library.read(wanted, other, full_text="never", own={wanted: ALWAYS})
    (article,) = library.articles().values()
    assert (article.url, article.text) == (server.url("story/a"), sentences("a", 200))
    report = library.run([wanted, other], NOW + HOUR, refresh=True)
    assert report.counts["recognise"]["dropped_seen"] == 1
    assert len(library.articles()) == 1


@pytest.mark.parametrize("home", ["abroad", "home", "broken", "file"])
def test_homes_that_cannot_be_believed(server: FaultServer, library: Library, home: str) -> None:
    assert outcomes(library.read(server.url(f"paper/astray/{home}"))) == {"completed": 1}
    (article,) = library.articles().values()
    assert article.url == server.url(f"astray/{home}")


def test_a_date_that_the_feed_lacks_comes_from_the_page(server: FaultServer, library: Library) -> None:
    library.read(server.url("paper/dated/a?undated=1"), server.url("paper/dated/b"))
    articles = library.articles()
    assert (articles["News of dated/a"].published, articles["News of dated/a"].published_quality) == (
        1_792_913_400,
        "page",
    )
    assert articles["News of dated/b"].published_quality == "zoned"
