"""Wires recognising into Beam: the transforms UniteArticles, RecogniseArticles and StripBoilerplate."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam

import transforms.coders  # noqa: F401
from transforms.clean.editions import same_articles
from transforms.counts import count, timed
from transforms.ports import RecogniseStore, StoreFactory, StripStore, UniteStore
from transforms.recognise import boilerplate
from transforms.recognise.recognise import recognise
from transforms.recognise.unite import unite
from transforms.records import Article, Recognised, Sighting
from transforms.store_access import StoreDoFn

SHARDS = 64
"""How many groups of whole sites a window is divided into: the unit of parallel work and of queries to the store."""


def _key_by_site(article: Article) -> tuple[int, Article]:
    return zlib.crc32(article.site.encode()) % SHARDS, article


class UniteArticles(beam.PTransform[beam.PCollection[Article], beam.PCollection[Recognised]]):
    """Groups the articles by site and unites those that have the same key after resolving aliases.

    In:  PCollection[Article], any windowing.
    Out: PCollection[Recognised] without sightings, one per shard; all articles of a site in a window are in one shard.
        This is the only shuffle of the texts.
    Counts: `unite/in` = `unite/out` + `unite/dropped_repeated`.

    Args:
        store: opens the store, which holds the aliases of stored articles.

    Example:
        >>> from transforms import CleanItems, ParseDocuments, UniteArticles
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents[:1] * 2) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     united = cleaned.articles | UniteArticles(store=store)
        ...     _ = united | beam.Map(lambda shard: print([article.key for article in shard.articles]))
        ['url:https://tidewater-wire.example/r/20261105-0412', 'url:https://tidewater-wire.example/r/20261106-0077']
    """

    def __init__(self, *, store: StoreFactory[UniteStore]) -> None:
        super().__init__()
        self._store = store

    def expand(self, articles: beam.PCollection[Article]) -> beam.PCollection[Recognised]:
        output: beam.PCollection[Recognised] = (
            articles
            | "KeyBySite" >> beam.Map(_key_by_site).with_output_types(tuple[int, Article])
            | "GroupBySite" >> beam.GroupByKey()
            | "Unite" >> beam.ParDo(_Unite(self._store)).with_output_types(Recognised)
        )
        return output


class _Unite(StoreDoFn[UniteStore]):
    def process(self, element: tuple[int, Iterable[Article]]) -> Iterator[Recognised]:
        articles = list(element[1])
        with timed("unite"):
            stored = self.store.aliases(sorted({article.key for article in articles}))
            united = [unite(same) for same in same_articles(articles, stored)]
        count("unite", "in", len(articles))
        count("unite", "out", len(united))
        count("unite", "dropped_repeated", len(articles) - len(united))
        yield Recognised(united, [])


class RecogniseArticles(beam.PTransform[beam.PCollection[Recognised], beam.PCollection[Recognised]]):
    """Looks every article up in the store: new ones and new versions are kept, all others become sightings.

    In:  PCollection[Recognised] as returned by UniteArticles.
    Out: PCollection[Recognised]; new versions carry the number of the stored article and the next version.
    Counts: `recognise/in` = `recognise/out` + `recognise/dropped_seen` + `recognise/dropped_purged` (deleted for good);
        `recognise/out` = `recognise/new` + `recognise/updated`.

    Args:
        store: opens the store.

    Example:
        >>> from transforms import CleanItems, ParseDocuments, RecogniseArticles, UniteArticles
        >>> def show(shard):
        ...     print(len(shard.articles), "new or changed,", len(shard.sightings), "seen before")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create(documents[:1]) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     recognised = cleaned.articles | UniteArticles(store=store) | RecogniseArticles(store=store)
        ...     _ = recognised | beam.Map(show)
        2 new or changed, 0 seen before
    """

    def __init__(self, *, store: StoreFactory[RecogniseStore]) -> None:
        super().__init__()
        self._store = store

    def expand(self, shards: beam.PCollection[Recognised]) -> beam.PCollection[Recognised]:
        output: beam.PCollection[Recognised] = shards | "Recognise" >> beam.ParDo(
            _Recognise(self._store)
        ).with_output_types(Recognised)
        return output


class _Recognise(StoreDoFn[RecogniseStore]):
    def process(self, shard: Recognised) -> Iterator[Recognised]:
        with timed("recognise"):
            keys = [key for article in shard.articles for key in (article.key, *article.aliases)]
            buried = self.store.buried(keys)
            articles = [one for one in shard.articles if buried.isdisjoint((one.key, *one.aliases))]
            known = self.store.known([article.key for article in articles])
            owners = self.store.owners([article.id for article in articles if article.key not in known])
            result = recognise(articles, known, owners)
            gone = [
                Sighting(0, one.references, one.fetched_at, (one.key, *one.aliases))
                for one in shard.articles
                if not buried.isdisjoint((one.key, *one.aliases))
            ]
        updated = sum(article.number > 0 for article in result.articles)
        count("recognise", "in", len(shard.articles))
        count("recognise", "dropped_purged", len(shard.articles) - len(articles))
        count("recognise", "out", len(result.articles))
        count("recognise", "new", len(result.articles) - updated)
        count("recognise", "updated", updated)
        count("recognise", "dropped_seen", len(articles) - len(result.articles))
        yield result._replace(sightings=[*result.sightings, *gone])


class StripBoilerplate(beam.PTransform[beam.PCollection[Recognised], beam.PCollection[Recognised]]):
    r"""Marks the boilerplate of their site in new articles.

    In:  PCollection[Recognised] as returned by RecogniseArticles.
    Out: PCollection[Recognised]; `line_hashes` and `boilerplate` of each article are set, its text and its content hash
        are unchanged.
    Counts: `strip/in` = `strip/out`; `strip/stripped` (articles with boilerplate), `strip/spans` and
        `strip/characters` (of boilerplate).

    Args:
        store: opens the store, which holds the fingerprints of each site's articles.

    Example:
        >>> import json
        >>> from transforms import CleanItems, ParseDocuments, StripBoilerplate, UniteArticles
        >>> from transforms.records import Document
        >>> texts = ["The ferry ran again.", "The council met on Monday.", "The market has moved."]
        >>> rows = [
        ...     {"url": f"https://post.example/{place}", "text": f"{text}\nRead more in our app."}
        ...     for place, text in enumerate(texts)
        ... ]
        >>> content = "\n".join(map(json.dumps, rows)).encode()
        >>> archive = Document("archive.jsonl", "archive.jsonl", "rows", content, "", 1, 1_794_297_600)
        >>> def show(shard):
        ...     for article in shard.articles:
        ...         start, end = article.boilerplate
        ...         print(article.text[:start].strip(), "|", article.text[start:end].strip())
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     parsed = pipeline | beam.Create([archive]) | ParseDocuments(max_entries=100)
        ...     cleaned = parsed.items | CleanItems()
        ...     stripped = cleaned.articles | UniteArticles(store=store) | StripBoilerplate(store=store)
        ...     _ = stripped | beam.Map(show)
        The ferry ran again. | Read more in our app.
        The council met on Monday. | Read more in our app.
        The market has moved. | Read more in our app.
    """

    def __init__(self, *, store: StoreFactory[StripStore]) -> None:
        super().__init__()
        self._store = store

    def expand(self, shards: beam.PCollection[Recognised]) -> beam.PCollection[Recognised]:
        output: beam.PCollection[Recognised] = shards | "Strip" >> beam.ParDo(_Strip(self._store)).with_output_types(
            Recognised
        )
        return output


class _Strip(StoreDoFn[StripStore]):
    def process(self, shard: Recognised) -> Iterator[Recognised]:
        with timed("strip"):
            stripped = self._strip(shard.articles)
        count("strip", "in", len(shard.articles))
        count("strip", "out", len(stripped))
        count("strip", "stripped", sum(len(article.boilerplate) > 0 for article in stripped))
        count("strip", "spans", sum(len(article.boilerplate) // 2 for article in stripped))
        count("strip", "characters", sum(boilerplate.length(article.boilerplate) for article in stripped))
        yield shard._replace(articles=stripped)

    def _strip(self, articles: Sequence[Article]) -> list[Article]:
        sites: dict[str, list[Article]] = defaultdict(list)
        for article in articles:
            sites[article.site].append(article)
        # Articles without an outlet have no common source of boilerplate.
        nameless = sites.pop("", [])
        changed = [article.number for article in articles if article.number]
        stored = self.store.line_hashes(sorted(sites), boilerplate.WINDOW, without=changed)
        return nameless + [
            article
            for site, own in sorted(sites.items())
            for article in boilerplate.strip_site(own, stored.get(site, ()))
        ]
