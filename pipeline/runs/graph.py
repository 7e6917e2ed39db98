"""The Beam graph: all stages in the order of the flow, for any runner, bounded or streaming."""

from typing import NamedTuple

import apache_beam as beam

from pipeline.config import Config
from pipeline.settings import fold_settings, full_text, match_settings, page_options
from transforms.clean.clean_articles import CleanItems
from transforms.complete.complete_articles import CompleteArticles
from transforms.fetch.fetch_documents import FetchedDocuments
from transforms.fold.commit_windows import CommitWindows
from transforms.match.gather_window import GatherWindow, only_poll, only_rejected
from transforms.match.pair_copies import PairCopies
from transforms.parse.parse_documents import ParseDocuments
from transforms.ports import CompleteStore, Store, StoreFactory
from transforms.recognise.recognise_articles import RecogniseArticles, StripBoilerplate, UniteArticles
from transforms.records import Committed, Window
from transforms.sketch.sketch_articles import SketchArticles


class Outputs(NamedTuple):
    """Outputs of the graph besides the content of the store."""

    committed: beam.PCollection[Committed]


def build(
    fetched: FetchedDocuments,
    *,
    store: StoreFactory[Store],
    config: Config,
    complete: CompleteArticles | None = None,
) -> Outputs:
    """Wires the stages from fetched documents to the commit.

    It does no I/O of its own and depends on no runner: the store is opened by its factory, pages are fetched by the
    given transform.

    Args:
        fetched: outputs of the fetch stage, in any windowing; each window is folded and committed once.
        store: opens the store in a worker.
        config: thresholds and limits.
        complete: fetches the pages of articles, None if no feed needs that.
    """
    parsed = fetched.documents | "Parse" >> ParseDocuments(max_entries=config.parse.max_entries)
    cleaned = parsed.items | "Clean" >> CleanItems()
    articles = cleaned.articles if complete is None else cleaned.articles | "Complete" >> complete
    sketched = (
        articles
        | "Unite" >> UniteArticles(store=store)
        | "Recognise" >> RecogniseArticles(store=store)
        | "Strip" >> StripBoilerplate(store=store)
        | "Sketch" >> SketchArticles()
    )
    rejected = (
        (fetched.rejected, parsed.rejected, cleaned.rejected)
        | "AllRejected" >> beam.Flatten()
        | "AsWindow" >> beam.Map(only_rejected).with_output_types(Window)
    )
    polls = (
        (fetched.polls, parsed.polls)
        | "AllPolls" >> beam.Flatten()
        | "PollAsWindow" >> beam.Map(only_poll).with_output_types(Window)
    )
    matching = match_settings(config)
    pairs = [sketched | "PairCopies" >> PairCopies(settings=matching)] if matching.shards > 1 else []
    committed = (
        (sketched, rejected, polls, *pairs)
        | "WithPolls" >> beam.Flatten()
        | "Gather" >> GatherWindow()
        | "Commit" >> CommitWindows(store=store, matching=matching, folding=fold_settings(config))
    )
    return Outputs(committed)


def completing(store: StoreFactory[CompleteStore], config: Config, now: int) -> CompleteArticles | None:
    """Returns the stage that fetches the pages of articles, None if no feed needs that.

    Args:
        store: opens the store in a worker.
        config: thresholds and limits.
        now: start of the run in UTC epoch seconds.
    """
    wanted = full_text(config)
    if not wanted.wanted():
        return None
    options = page_options(config, now)
    return CompleteArticles(store=store, full_text=wanted, fetch_options=options)
