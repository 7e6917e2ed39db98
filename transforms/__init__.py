"""What happens to an article: fetch, parse, clean, complete, recognise, sketch, match, fold.

Each stage is a folder of plain functions with a public Beam transform. The transforms can be imported from here; Beam
itself is imported when the first of them is used.

Example:
    The examples of the transforms share two names: `store`, which opens an empty store, and `documents`, two feeds.

    >>> import tempfile
    >>> from pathlib import Path
    >>> import apache_beam as beam
    >>> from pipeline.store.outbox import start_run
    >>> from pipeline.store.sql_store import SqlStoreFactory
    >>> from transforms import CleanItems, ParseDocuments
    >>> from transforms.fetch.files import read_file
    >>> store = SqlStoreFactory(f"sqlite:///{tempfile.mkdtemp()}/newsfold.db", run="20261110T080000Z-example")
    >>> with store() as opened:
    ...     opened.create()
    ...     start_run(opened, store.run, 1_794_297_600)
    >>> documents = [
    ...     document
    ...     for name in ("tidewater-wire.rss.xml", "harbour-courier.rss.xml")
    ...     for document in read_file(Path("configs/quickstart", name), max_bytes=100_000, now=1_794_297_600)
    ... ]

    The first two stages turn the first feed into articles:

    >>> with beam.Pipeline("FnApiRunner") as pipeline:
    ...     parsed = pipeline | beam.Create(documents[:1]) | ParseDocuments(max_entries=100)
    ...     cleaned = parsed.items | CleanItems()
    ...     _ = cleaned.articles | beam.Map(lambda article: print(article.source, article.published, article.title))
    Tidewater Wire 1793893680 Port Ansel dockers vote for ten-day strike
    Tidewater Wire 1793952600 Quillon to buy sensor maker Brightwater for 240 million crowns
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transforms.clean.clean_articles import CleanItems
    from transforms.complete.complete_articles import CompleteArticles
    from transforms.fetch.fetch_documents import FetchDocuments
    from transforms.fetch.keep_polling import KeepPolling
    from transforms.fold.commit_windows import CommitWindows
    from transforms.match.gather_window import GatherWindow
    from transforms.match.pair_copies import PairCopies
    from transforms.parse.parse_documents import ParseDocuments
    from transforms.recognise.recognise_articles import RecogniseArticles, StripBoilerplate, UniteArticles
    from transforms.sketch.sketch_articles import SketchArticles

__all__ = [
    "CleanItems",
    "CommitWindows",
    "CompleteArticles",
    "FetchDocuments",
    "GatherWindow",
    "KeepPolling",
    "PairCopies",
    "ParseDocuments",
    "RecogniseArticles",
    "SketchArticles",
    "StripBoilerplate",
    "UniteArticles",
]

_MODULES = {
    "CleanItems": "clean.clean_articles",
    "CommitWindows": "fold.commit_windows",
    "CompleteArticles": "complete.complete_articles",
    "FetchDocuments": "fetch.fetch_documents",
    "GatherWindow": "match.gather_window",
    "KeepPolling": "fetch.keep_polling",
    "PairCopies": "match.pair_copies",
    "ParseDocuments": "parse.parse_documents",
    "RecogniseArticles": "recognise.recognise_articles",
    "SketchArticles": "sketch.sketch_articles",
    "StripBoilerplate": "recognise.recognise_articles",
    "UniteArticles": "recognise.recognise_articles",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Imports a public transform, and Beam with it, when it is first used (PEP 562)."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
