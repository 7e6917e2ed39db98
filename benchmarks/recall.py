"""Measures recall and precision of copy links against the exact join of all pairs."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from benchmarks.material import EDITS, EditedCopy, Row, cut
from benchmarks.report import Check, Part, Table
from pipeline.config import Config
from pipeline.settings import bands as index_bands
from pipeline.settings import match_settings
from pipeline.store.sql_store import SqlStoreFactory
from transforms.clean.article import clean
from transforms.fetch.kinds import ROWS
from transforms.match.archive import CAP
from transforms.match.bands import band_keys, chance
from transforms.match.candidates import pair_within
from transforms.match.copies import SHORT
from transforms.match.match import Matched, match
from transforms.match.segments import Postings
from transforms.parse.rows import parse_rows
from transforms.recognise.unite import unite
from transforms.records import Article, Document, Item, Sketched, Window
from transforms.records.ragged import Ragged
from transforms.rejects import RejectError
from transforms.sketch.block import pack, sketch

_NOW = 1_767_225_600  # the start of 2026: no article of the corpus is younger
_BLOCK = 1000  # rows of the product at once: some hundred megabytes
_SKETCHED_AT_ONCE = 512
_ABRIDGED = 500  # articles that are cut shorter and shorter
_SHARES = (1 / 2, 2 / 5, 1 / 3, 1 / 4, 1 / 6)
_NO_CHANCE = random.Random(0)  # noqa: S311 a cut draws nothing

SIBLINGS = "two copies of one article"
UNMADE = "not made here"
"""Pairs that were in the corpus already, and copies of their articles."""


class Pairs(NamedTuple):
    """Distinct pairs of rows with `left < right`, in ascending order."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]

    def keys(self) -> NDArray[np.int64]:
        """Returns one number per pair."""
        return (self.left << 32) | self.right


def all_pairs(sets: Ragged, *, similarity: float, containment: float) -> Pairs:
    """Finds all pairs of sets that are copies by definition, from the product of the incidence matrix with itself.

    A pair that meets either limit is a copy; sets with fewer than `SHORT` elements must be equal.

    Args:
        sets: shingles of each article.
        similarity: least Jaccard similarity.
        containment: least share of the smaller set that the larger one contains.
    """
    n = len(sets.offsets) - 1
    distinct, columns = np.unique(sets.values, return_inverse=True)
    ones = np.ones(len(columns), dtype=np.int32)
    incidence = sparse.csr_array((ones, columns, sets.offsets), shape=(n, len(distinct)))
    transposed = incidence.T.tocsr()
    sizes = sets.lengths
    parts = []
    for low in range(0, n, _BLOCK):
        shared = (incidence[low : low + _BLOCK] @ transposed).tocoo()
        left, right, both = shared.row.astype(np.int64) + low, shared.col.astype(np.int64), shared.data
        above = left < right
        left, right, both = left[above], right[above], both[above]
        smaller = np.minimum(sizes[left], sizes[right])
        jaccard, contained = both / (sizes[left] + sizes[right] - both), both / smaller
        alike = (jaccard >= similarity) | (contained >= containment)
        kept = np.where(smaller < SHORT, jaccard == 1, alike)
        parts.append(np.stack([left[kept], right[kept], jaccard[kept], contained[kept]]))
    joined = np.concatenate(parts, axis=1) if parts else np.zeros((4, 0))
    order = np.lexsort((joined[1], joined[0]))
    left, right = joined[:2, order].astype(np.int64)
    return Pairs(left, right, joined[2, order], joined[3, order])


def read_articles(rows: Sequence[Mapping[str, str]]) -> list[Article]:
    """Cleans the articles of rows as newsfold does, and unites those with one key.

    Raises:
        ValueError: newsfold rejects a row, which the material must not contain.
    """
    content = b"\n".join(orjson.dumps(row) for row in rows)
    editions: dict[str, list[Article]] = {}
    for item in parse_rows(Document("rows.jsonl", "rows.jsonl", ROWS, content, "", 1, _NOW)):
        try:
            if not isinstance(item, Item):
                raise ValueError(f"{item.location}: {item.reason}")
            article = clean(item, _NOW)
        except RejectError as error:
            raise ValueError(f"{item}: {error.reason}") from error
        editions.setdefault(article.key, []).append(article)
    return [unite(articles) for articles in editions.values()]


def match_all(articles: Sequence[Article], config: Config, folder: Path) -> Matched:
    """Matches articles as one window against an empty store in a folder."""
    blocks = [
        pack(sketch(articles[low : low + _SKETCHED_AT_ONCE])) for low in range(0, len(articles), _SKETCHED_AT_ONCE)
    ]
    with SqlStoreFactory(f"sqlite:///{folder / 'empty.db'}", "benchmark")() as store:
        store.create()
        return match(Window(blocks, [], [], []), store, match_settings(config))


def copy_links(matched: Matched) -> Pairs:
    """Returns the copy links of a window as rows of its block."""
    numbers = matched.sketched.numbers
    links = matched.links.take(matched.links.copies)
    ends = [np.searchsorted(numbers, column) for column in (links.left, links.right)]
    left, right = np.minimum(*ends), np.maximum(*ends)
    order = np.lexsort((right, left))
    return Pairs(left[order], right[order], links.scores[order], links.containments[order])


class Effort(NamedTuple):
    """The candidates that the bands yield for verification."""

    bands: int
    rows: int
    candidates: NDArray[np.int64]
    """Number of candidates of each article, older and newer ones."""
    oversized_buckets: int
    cut_articles: int
    """Articles that were not paired with every earlier article of some bucket."""


def effort(sketched: Sketched, config: Config) -> Effort:
    """Counts the candidates that the configured bands and the cap yield."""
    bands, rows = index_bands(config)
    worded = np.flatnonzero(sketched.shingles.lengths)
    postings = Postings.of_matrix(band_keys(sketched.signatures[worded], bands, rows), worded)
    found = pair_within(postings, CAP)
    candidates = np.bincount(np.concatenate([found.left, found.right]), minlength=len(sketched.articles))
    order = np.argsort(postings.keys, kind="stable")
    keys, holders = postings.keys[order], postings.holders[order]
    earlier = np.arange(len(keys)) - np.searchsorted(keys, keys)
    return Effort(bands, rows, candidates, found.oversized_buckets, len(np.unique(holders[earlier > CAP])))


class Tally(NamedTuple):
    """Numbers of pairs of one kind."""

    true: int
    found: int
    """True pairs that newsfold links."""
    linked: int
    """All pairs that newsfold links."""

    @property
    def recall(self) -> float | None:
        """Share of the true pairs that are found, None without any."""
        return self.found / self.true if self.true else None

    @property
    def precision(self) -> float | None:
        """Share of the linked pairs that are true, None without any."""
        return self.found / self.linked if self.linked else None


def kinds_of(pairs: Pairs, ids: Sequence[str], made: Mapping[str, EditedCopy]) -> list[str]:
    """Returns the kind of each pair: the edit that made one article from the other, `SIBLINGS` or `UNMADE`."""
    kinds = []
    for left, right in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
        a, b = ids[left], ids[right]
        origins = [made[one].copy_of if one in made else one for one in (a, b)]
        if origins[0] != origins[1]:
            kinds.append(UNMADE)
        elif a in made and b in made:
            kinds.append(SIBLINGS)
        else:
            kinds.append(made[b if b in made else a].edit)
    return kinds


def tallies(true: Sequence[str], found: Sequence[str], linked: Sequence[str]) -> dict[str, Tally]:
    """Counts pairs by kind, given the kinds of the true pairs, of the found ones, and of all links."""
    counts = [Counter(kinds) for kinds in (true, found, linked)]
    return {kind: Tally(*(count[kind] for count in counts)) for kind in [*EDITS, SIBLINGS, UNMADE]}


def groups_of(pairs: Pairs, n: int) -> NDArray[np.int64]:
    """Returns the connected component of each of n rows."""
    graph = sparse.coo_array((np.ones(len(pairs.left), dtype=np.bool_), (pairs.left, pairs.right)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def by_similarity(true: Pairs, found: NDArray[np.bool_], config: Config) -> Iterator[tuple[str, Tally]]:
    """Counts true and found pairs by similarity; those below the least similarity are copies by containment alone."""
    least = config.copies.similarity
    edges = sorted({tenth / 10 for tenth in range(11)} | {least})
    for low, high in pairwise(edges):
        here = (true.jaccard >= low) & ((true.jaccard < high) | (high == 1))
        name = f"{low:.2f} to {high:.2f}" + (", contained" if low < least else "")
        yield name, Tally(int(here.sum()), int((here & found).sum()), 0)


class Abridged(NamedTuple):
    """The results for texts and their beginnings."""

    share: float
    """Share of the words that the copy keeps."""
    jaccard: float
    """Mean similarity of the pairs."""
    tally: Tally
    chance: float
    """Probability of becoming a candidate at the mean similarity, with the configured bands."""


def abridge(rows: Sequence[Row], shares: Sequence[float], config: Config) -> Iterator[Abridged]:
    """Judges the links between texts and copies that keep only their first words, for each share of them."""
    bands = index_bands(config)
    for share in shares:
        shorten = cut(share)
        short = [
            {**row, "id": f"short-{place}", "url": "", "source": "S", "text": shorten(row["text"], "", _NO_CHANCE)}
            for place, row in enumerate(rows)
        ]
        articles = read_articles([*rows, *short])
        with TemporaryDirectory() as folder:
            matched = match_all(articles, config, Path(folder))
        true = all_pairs(
            matched.sketched.shingles, similarity=config.copies.similarity, containment=config.copies.containment
        )
        found = np.isin(true.keys(), copy_links(matched).keys())
        mean = float(true.jaccard.mean()) if len(found) else 0.0
        yield Abridged(share, mean, Tally(len(found), int(found.sum()), 0), chance(mean, *bands))


def judge(originals: Sequence[Row], copies: Sequence[EditedCopy], config: Config) -> Part:
    """Judges newsfold's copy links between articles and their edited copies."""
    articles = read_articles([*originals, *(copy.row for copy in copies)])
    with TemporaryDirectory() as folder:
        matched = match_all(articles, config, Path(folder))
    sketched = matched.sketched
    n = len(sketched.articles)
    links = copy_links(matched)
    true = all_pairs(sketched.shingles, similarity=config.copies.similarity, containment=config.copies.containment)
    spent = effort(sketched, config)
    found, right = np.isin(true.keys(), links.keys()), np.isin(links.keys(), true.keys())
    groups, true_groups = groups_of(links, n), groups_of(true, n)
    together = groups[true.left] == groups[true.right]
    largest, true_largest = int(np.bincount(groups).max()), int(np.bincount(true_groups).max())

    ids, made = [article.id for article in sketched.articles], {copy.row["id"]: copy for copy in copies}
    true_kinds, link_kinds = kinds_of(true, ids, made), kinds_of(links, ids, made)
    found_kinds = [kind for kind, hit in zip(true_kinds, found, strict=True) if hit]
    by_kind = tallies(true_kinds, found_kinds, link_kinds)
    overall = Tally(len(true.left), int(found.sum()), len(links.left))
    similar = list(by_similarity(true, found, config))
    made_counts = Counter(copy.edit for copy in copies)

    kind_table = Table(
        f"{n:,} articles, every pair judged",
        ("pairs", "made", "true", "found", "recall", "linked", "precision"),
        [
            (kind, made_counts.get(kind), one.true, one.found, one.recall, one.linked, one.precision)
            for kind, one in [*by_kind.items(), ("all", overall)]
        ],
    )
    likeness = Table(
        "by Jaccard similarity",
        ("similarity", "true", "found", "recall"),
        [(name, one.true, one.found, one.recall) for name, one in similar],
    )
    work = Table(
        f"{spent.bands} bands of {spent.rows}, cap {CAP}",
        ("effort", "value"),
        [
            ("candidates per article, mean", float(spent.candidates.mean())),
            ("candidates per article, most", int(spent.candidates.max())),
            ("share of candidates that are copies", len(links.left) / max(1, int(spent.candidates.sum()) // 2)),
            ("oversized buckets", spent.oversized_buckets),
            ("articles not paired with a whole bucket", spent.cut_articles),
            ("true pairs in one group", float(together.mean()) if len(together) else None),
            ("largest group", largest),
            ("largest true group", true_largest),
        ],
    )
    shortened = list(abridge(originals[:_ABRIDGED], _SHARES, config))
    abridged = Table(
        f"{len(originals[:_ABRIDGED])} articles and their beginnings: copies by containment, candidates by similarity",
        ("words kept", "mean similarity", "true", "found", "recall", "probability by the bands"),
        [
            (f"{one.share:.0%}", one.jaccard, one.tally.true, one.tally.found, one.tally.recall, one.chance)
            for one in shortened
        ],
    )
    recalls = {kind: one.recall for kind, one in by_kind.items() if one.recall is not None}
    precisions = {kind: one.precision for kind, one in by_kind.items() if one.precision is not None}
    checks = [
        Check("recall", 0.99, overall.recall or 0.0),
        Check("precision", 0.99, overall.precision or 0.0),
        *(
            Check(f"{what} of the worst kind, {worst}", 0.99, kinds[worst])
            for what, kinds in (("recall", recalls), ("precision", precisions))
            if (worst := min(kinds, key=kinds.__getitem__, default=""))
        ),
    ]
    figures = {
        "articles": n,
        "similarity": config.copies.similarity,
        "containment": config.copies.containment,
        "bands": [spent.bands, spent.rows],
        "overall": _figures(overall),
        "kinds": {kind: _figures(one) for kind, one in by_kind.items()},
        "by_similarity": {name: {"true": one.true, "recall": one.recall} for name, one in similar},
        "group_recall": float(together.mean()) if len(together) else None,
        "largest_group": largest,
        "largest_true_group": true_largest,
        "candidates_mean": float(spent.candidates.mean()),
        "candidates_most": int(spent.candidates.max()),
        "oversized_buckets": spent.oversized_buckets,
        "cut_articles": spent.cut_articles,
        "abridged": {f"{one.share:.2f}": {"jaccard": one.jaccard, **_figures(one.tally)} for one in shortened},
        "wrong_links": int((~right).sum()),
    }
    return Part([kind_table, likeness, work, abridged], checks, figures)


def _figures(tally: Tally) -> dict[str, float | None]:
    return {**tally._asdict(), "recall": tally.recall, "precision": tally.precision}
