"""Wiring: CompleteArticles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from requests import Session

import transforms.coders  # noqa: F401
from transforms.complete.choose import FullText, choose, has_page
from transforms.complete.complete import complete
from transforms.complete.page import ArticlePage, ask_page
from transforms.complete.robots import Robots
from transforms.counts import count, timed
from transforms.fetch.host_limiter import HostLimiter, Politeness
from transforms.fetch.host_queues import HostQueues, in_window
from transforms.fetch.http import host_of
from transforms.fetch.poll import FetchOptions
from transforms.ports import CompleteStore, StoreFactory
from transforms.records import Article
from transforms.store_access import StoreDoFn

_STAGE = "complete"

_SPARED = ("throttled", "timeout")
"""After one of these a host is asked for no more pages in this run."""


class CompleteArticles(beam.PTransform[beam.PCollection[Article], beam.PCollection[Article]]):
    """Asks for the pages of new and changed articles whose feeds give only a part of the text.

    In:  PCollection[Article], any windowing.
    Out: PCollection[Article], the same articles; completed ones have the text of their page, those without a date
        the page's, and new ones whose page names a canonical URL its key.
    Guarantee: nothing is lost or refused: an article whose page cannot be had keeps the text of its feed. A page is
        asked for once, one at a time for a host, as its robots.txt allows, and not again until the feed changes it.
    Counts: `complete/in` = `complete/out` = `complete/unwanted` (of feeds whose pages are not wanted, long enough, or
        an older edition) + `complete/seen` + `complete/completed` + `complete/kept_<why>`, why being one of
        `transforms.complete.page.REASONS` or of `transforms.rejects.REASONS`; `complete/pages` asked for.

    Args:
        store: knows what was seen.
        full_text: of which feeds pages are wanted.
        fetch_options: how pages are asked for.
        politeness: towards hosts.

    Example:
        A small server stands for an outlet whose feed has no more than a teaser.

        >>> import functools, http.server, threading
        >>> from transforms import CleanItems, CompleteArticles, ParseDocuments
        >>> from transforms.complete.choose import ALWAYS, FullText
        >>> from transforms.fetch.host_limiter import Politeness
        >>> from transforms.fetch.http import Limits
        >>> from transforms.fetch.poll import FetchOptions
        >>> from transforms.records import Document
        >>> handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="configs/quickstart")
        >>> server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        >>> threading.Thread(target=server.serve_forever, daemon=True).start()
        >>> outlet = f"http://127.0.0.1:{server.server_port}"
        >>> entry = f"<item><title>A second ship</title><link>{outlet}/ansel-evening-ferry.html</link></item>"
        >>> content = f"<rss version='2.0'><channel>{entry}</channel></rss>".encode()
        >>> teaser = Document(f"{outlet}/rss", f"{outlet}/rss", "feed", content, "", 1, 1_794_297_600)
        >>> limits = Limits(connect_seconds=10, read_seconds=20, total_seconds=60, max_bytes=4_000_000)
        >>> complete = CompleteArticles(
        ...     store=store,
        ...     full_text=FullText(ALWAYS, {}),
        ...     fetch_options=FetchOptions(1_794_297_600, limits, "newsfold", private_addresses=True),
        ...     politeness=Politeness(hosts_at_once=128, gap_seconds=0),
        ... )
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create([teaser]) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     completed = cleaned.articles | complete
        ...     _ = completed | beam.Map(lambda article: print(article.title, len(article.text)))
        A second ship 568
        >>> server.shutdown()
        >>> server.server_close()
    """

    def __init__(
        self,
        *,
        store: StoreFactory[CompleteStore],
        full_text: FullText,
        fetch_options: FetchOptions,
        politeness: Politeness,
    ) -> None:
        super().__init__()
        self._choose = _Choose(store, full_text)
        self._complete = _CompleteHosts(fetch_options, politeness)

    def expand(self, articles: beam.PCollection[Article]) -> beam.PCollection[Article]:
        chosen = articles | "Choose" >> beam.ParDo(self._choose).with_output_types(Article, pages=Article).with_outputs(
            "pages", main="others"
        )
        completed = (
            chosen.pages
            | "KeyByHost" >> beam.Map(_key_by_host).with_output_types(tuple[str, Article])
            | "GroupByHost" >> beam.GroupByKey()
            | "CompleteHosts" >> beam.ParDo(self._complete).with_output_types(Article)
        )
        output: beam.PCollection[Article] = (chosen.others, completed) | "Articles" >> beam.Flatten()
        return output


def _key_by_host(article: Article) -> tuple[str, Article]:
    """By the host of the key, which is the same for all links to a page."""
    return host_of(article.key.removeprefix("url:")), article


class _Choose(StoreDoFn[CompleteStore]):
    """Gathers the articles of a bundle that have a page: all of one feed are in the same."""

    _passed: int
    _gathered: dict[Any, list[Article]]

    def __init__(self, factory: StoreFactory[CompleteStore], full_text: FullText) -> None:
        super().__init__(factory)
        self._full_text = full_text

    def start_bundle(self) -> None:
        self._passed = 0
        self._gathered = defaultdict(list)

    def process(self, article: Article, window: Any = beam.DoFn.WindowParam) -> Iterator[Article]:
        if has_page(article, self._full_text):
            self._gathered[window].append(article)
        else:
            self._passed += 1
            yield article

    def finish_bundle(self) -> Iterator[Article | TaggedOutput[Literal["pages"], Article]]:
        _count(self._passed, "unwanted")
        for window, articles in self._gathered.items():
            with timed(_STAGE):
                chosen = choose(articles, self.store, self._full_text)
            _count(len(chosen.unwanted), "unwanted")
            _count(len(chosen.seen), "seen")
            for article in (*chosen.unwanted, *chosen.seen):
                yield in_window(article, window)
            for article in chosen.pages:
                yield in_window(TaggedOutput("pages", article), window)


class _CompleteHosts(beam.DoFn):
    _hosts: HostQueues[Sequence[Article], tuple[Sequence[Article], ArticlePage]]
    _robots: Robots

    def __init__(self, fetch_options: FetchOptions, politeness: Politeness) -> None:
        super().__init__()
        self._fetch_options = fetch_options
        self._politeness = politeness

    def start_bundle(self) -> None:
        self._hosts = HostQueues(_STAGE, self._fetch_options, self._politeness)
        self._robots = Robots(self._fetch_options)

    def process(self, element: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam) -> None:
        pages: dict[str, list[Article]] = defaultdict(list)
        for article in sorted(element[1], key=attrgetter("key", "feed")):
            pages[article.key].append(article)
        self._hosts.add(pages.values(), window)

    def finish_bundle(self) -> Iterator[Any]:
        for (articles, page), window, rest in self._hosts.results(self._ask):
            count(_STAGE, "pages")
            spared = [one for others, _ in rest for one in others] if page.why in _SPARED else []
            if spared:
                rest.clear()
            for article in (*articles, *spared):
                completed, outcome = complete(article, page)
                _count(1, outcome)
                yield in_window(completed, window)

    def _ask(
        self, session: Session, articles: Sequence[Article], limiter: HostLimiter
    ) -> tuple[Sequence[Article], ArticlePage]:
        url = max(article.url for article in articles)  # https rather than http
        return articles, ask_page(session, url, self._fetch_options, self._robots, limiter)


def _count(articles: int, outcome: str) -> None:
    for name in ("in", "out", outcome):
        count(_STAGE, name, articles)
