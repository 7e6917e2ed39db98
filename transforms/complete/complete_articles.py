"""Wires completing into Beam: the transform CompleteArticles."""

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
from transforms.complete.page import ArticlePage, fetch_page
from transforms.complete.robots import Robots
from transforms.counts import count, timed
from transforms.fetch.host_limiter import HostLimiter
from transforms.fetch.host_queues import HostQueues, in_window
from transforms.fetch.http import host_of
from transforms.fetch.poll import FetchOptions
from transforms.ports import CompleteStore, StoreFactory
from transforms.records import Article
from transforms.store_access import StoreDoFn

_STAGE = "complete"

_BACK_OFF = ("throttled", "timeout")
"""Reasons after which a host gets no more requests for pages in this run."""


class CompleteArticles(beam.PTransform[beam.PCollection[Article], beam.PCollection[Article]]):
    """Fetches the pages of new and changed articles whose feeds give only part of the text.

    In:  PCollection[Article], any windowing.
    Out: PCollection[Article], the same articles. Completed ones have the text of their page; those without a date have
        the page's date; new ones whose page names a canonical URL have its key.
    Guarantee: no article is lost or rejected: one whose page cannot be fetched keeps the text of its feed. A page is
        requested once, and again only when its feed changes the article; a host gets one request at a time, as its
        robots.txt allows.
    Counts: `complete/in` = `complete/out` = `complete/unwanted` (the feed's pages are not wanted, the text is long
        enough, or the feed has a newer edition) + `complete/seen` + `complete/completed` + `complete/kept_<reason>`
        (one of `transforms.complete.page.REASONS` or `transforms.rejects.REASONS`); `complete/pages` (requested).

    Args:
        store: opens the store, which says which articles are stored, and in which version.
        full_text: which feeds have the pages of their articles fetched.
        fetch_options: options of every request.

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
        >>> options = FetchOptions(1_794_297_600, limits, "newsfold", True, Politeness(gap_seconds=0))
        >>> complete = CompleteArticles(store=store, full_text=FullText(ALWAYS, {}), fetch_options=options)
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
    ) -> None:
        super().__init__()
        self._choose = _Choose(store, full_text)
        self._complete = _CompleteHosts(fetch_options)

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
    """Keys an article by the host in its key, which is the same for all links to a page."""
    return host_of(article.key.removeprefix("url:")), article


class _Choose(StoreDoFn[CompleteStore]):
    """Collects the articles of a bundle that have a page; all articles of one feed are in the same bundle."""

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

    def __init__(self, fetch_options: FetchOptions) -> None:
        super().__init__()
        self._fetch_options = fetch_options

    def start_bundle(self) -> None:
        self._hosts = HostQueues(_STAGE, self._fetch_options)
        self._robots = Robots(self._fetch_options)

    def process(self, element: tuple[str, Iterable[Article]], window: Any = beam.DoFn.WindowParam) -> None:
        pages: dict[str, list[Article]] = defaultdict(list)
        for article in sorted(element[1], key=attrgetter("key", "feed")):
            pages[article.key].append(article)
        self._hosts.add(pages.values(), window)

    def finish_bundle(self) -> Iterator[Any]:
        for (articles, page), window, rest in self._hosts.results(self._fetch):
            count(_STAGE, "pages")
            skipped = [one for others, _ in rest for one in others] if page.reason in _BACK_OFF else []
            if skipped:
                rest.clear()
            for article in (*articles, *skipped):
                completed, outcome = complete(article, page)
                _count(1, outcome)
                yield in_window(completed, window)

    def _fetch(
        self, session: Session, articles: Sequence[Article], limiter: HostLimiter
    ) -> tuple[Sequence[Article], ArticlePage]:
        url = max(article.url for article in articles)  # https rather than http
        return articles, fetch_page(session, url, self._fetch_options, self._robots, limiter)


def _count(articles: int, outcome: str) -> None:
    for name in ("in", "out", outcome):
        count(_STAGE, name, articles)
