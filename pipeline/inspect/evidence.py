"""Why two articles are in one story, or in two: the stages' own measures taken again from the stored texts."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import select

from pipeline.config import Config
from pipeline.inspect.passages import Comparison, Passage, compare
from pipeline.inspect.reading import StoredArticle, config_of, story
from pipeline.store import schema
from pipeline.store.sql_store import SqlStore
from transforms.clean.tokens import tokenise
from transforms.fold.agglomerate import Clusters
from transforms.fold.guards import SHORT, UPDATE, Bar, LinkGuards
from transforms.match.copies import are_copies, overlap
from transforms.match.segments import TERM
from transforms.match.vectors import most_promising, products, salient, shared_words, top_shared, vectorise, vocabulary
from transforms.recognise.boilerplate import without_spans
from transforms.records import Member
from transforms.records.times import event_time, iso
from transforms.sketch.shingles import shingle
from transforms.sketch.terms import CAPITAL, WORD, channel, count_terms, count_words, spell

_TERMS = 12
_DAY = 86_400
_MEMBERS = 300
"""Members of a story that its likeness to another is taken from."""
_KINDS = {WORD: "word", CAPITAL: "name"}


class Shared(NamedTuple):
    """A term that both articles hold."""

    a: str
    """As the first article spells it."""
    b: str
    kind: str
    """'word', 'name' (with a capital letter) or 'pair' (of successive words)."""
    weight: float
    """What it adds to the product."""


class Step(NamedTuple):
    """One stored link on the way from one article to the other."""

    a: str
    b: str
    kind: str
    """'copy' or 'story'."""
    score: float


class Evidence(NamedTuple):
    """What speaks for and against one story of two articles."""

    a: StoredArticle
    b: StoredArticle
    together: bool
    verdict: str
    """One sentence."""
    reasons: list[str]
    """Sentences, the decisive first."""
    jaccard: float
    """Of the two sets of shingles."""
    containment: float
    """Of the smaller set in the larger one."""
    shingles: tuple[int, int, int]
    """Of the first, of the second, of both."""
    product: float
    """Of the two term vectors, with the document frequencies of the store as it is now."""
    threshold: float
    terms: list[Shared]
    """That add most to the product."""
    path: list[Step]
    """The shortest way over stored links of the story, empty where there is none."""
    comparison: Comparison

    def passage(self, found: Passage) -> tuple[str, str]:
        """A shared passage as either text has it."""
        a, b = text_of(self.a), text_of(self.b)
        return a[slice(*found.a)], b[slice(*found.b)]

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "a": card(self.a),
            "b": card(self.b),
            "together": self.together,
            "verdict": self.verdict,
            "reasons": self.reasons,
            "jaccard": round(self.jaccard, 4),
            "containment": round(self.containment, 4),
            "shingles": dict(zip(("a", "b", "shared"), self.shingles, strict=True)),
            "product": round(self.product, 4),
            "threshold": self.threshold,
            "terms": [term._asdict() | {"weight": round(term.weight, 4)} for term in self.terms],
            "path": [step._asdict() for step in self.path],
            "passages": [
                {"words": one.words, "a": self.passage(one)[0], "b": self.passage(one)[1]}
                for one in self.comparison.passages
            ],
        }


def card(article: StoredArticle) -> dict[str, Any]:
    """What names an article."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "published": iso(article.published),
        "first_seen": iso(article.first_seen),
        "story": article.story,
        "copy_of": article.copy_of or None,
    }


def text_of(article: StoredArticle) -> str:
    """What is compared of an article: title and text without boilerplate."""
    return article.title + "\n" + without_spans(article.text, article.boilerplate)


class _Measured(NamedTuple):
    jaccard: float
    containment: float
    shingles: tuple[int, int, int]
    copies: bool
    product: float
    terms: list[Shared]
    words: int
    """Words in common."""
    shortest: int
    """Distinct words of the shorter text."""
    proposed: bool
    """Whether the words that say most of each have enough in common for the articles to be compared."""


def gather_evidence(store: SqlStore, a: StoredArticle, b: StoredArticle) -> Evidence:
    """Measures two articles as the stages do, and says what follows.

    Args:
        store: to be read.
        a: one article.
        b: another.
    """
    config = config_of(store)
    texts = (text_of(a), text_of(b))
    found = _measure(store, texts, config)
    path = _path(store, a, b) if a.story == b.story else []
    together = a.story == b.story
    if a.id == b.id:
        verdict, reasons = "This is one and the same article.", list[str]()
    elif together:
        verdict, reasons = _why_together(a, b, found, path, config)
    else:
        verdict, reasons = _why_apart(store, a, b, found, config)
    return Evidence(
        a=a,
        b=b,
        together=together,
        verdict=verdict,
        reasons=reasons,
        jaccard=found.jaccard,
        containment=found.containment,
        shingles=found.shingles,
        product=found.product,
        threshold=config.stories.threshold,
        terms=found.terms,
        path=path,
        comparison=compare(*texts),
    )


def _measure(store: SqlStore, texts: tuple[str, str], config: Config) -> _Measured:
    tokens = tokenise(texts)
    sets = shingle(tokens)
    zero, one = np.array([0], dtype=np.int64), np.array([1], dtype=np.int64)
    alike = overlap(sets, zero, one)
    copies = are_copies(
        sets, zero, one, alike, similarity=config.copies.similarity, containment=config.copies.containment
    )
    terms = count_terms(tokens)
    known = vocabulary(terms)
    since = store.clock() - round(config.stories.close_after_days * _DAY)
    vectors = vectorise(terms, known, store.segments(TERM, since))
    product = float(products(vectors.rows, zero, vectors.rows, one)[0])
    ids = top_shared(vectors, zero, one, _TERMS)[0]
    columns = np.searchsorted(known.ids, ids)
    dense = vectors.rows[:, columns].toarray() if len(columns) else np.zeros((2, 0))
    spelled = [spell(text, ids.tolist()) for text in texts]
    shared = [
        Shared(
            spelled[0].get(int(term), ""),
            spelled[1].get(int(term), ""),
            _KINDS.get(int(channel(ids[place : place + 1])[0]), "pair"),
            float(dense[0, place] * dense[1, place]),
        )
        for place, term in enumerate(ids)
    ]
    heaviest = salient(vectors)
    met = np.intersect1d(heaviest.rows[[0]].indices, heaviest.rows[[1]].indices)
    return _Measured(
        float(alike.jaccard[0]),
        float(alike.containment[0]),
        (*sets.lengths.tolist(), len(np.intersect1d(sets.row(0), sets.row(1)))),
        bool(copies[0]),
        product,
        [term for term in shared if term.a and term.b],
        int(shared_words(vectors, zero, one)[0]),
        int(count_words(terms).min()),
        bool(len(met) and most_promising(heaviest, zero, one, one, config.stories.threshold)[0]),
    )


def _path(store: SqlStore, a: StoredArticle, b: StoredArticle) -> list[Step]:
    neighbours: dict[str, list[Step]] = {}
    for link in story(store, a.story)["links"]:
        neighbours.setdefault(link["a"], []).append(Step(link["a"], link["b"], link["kind"], link["score"]))
        neighbours.setdefault(link["b"], []).append(Step(link["b"], link["a"], link["kind"], link["score"]))
    came: dict[str, Step | None] = {a.id: None}
    queue = deque([a.id])
    while queue and b.id not in came:
        at = queue.popleft()
        for step in sorted(neighbours.get(at, ()), key=lambda one: (one.kind != "copy", -one.score)):
            if step.b not in came:
                came[step.b] = step
                queue.append(step.b)
    steps: list[Step] = []
    at_end = came.get(b.id)
    while at_end:
        steps.append(at_end)
        at_end = came[at_end.a]
    return steps[::-1]


def _why_together(
    a: StoredArticle, b: StoredArticle, found: _Measured, path: Sequence[Step], config: Config
) -> tuple[str, list[str]]:
    reasons: list[str] = []
    if found.copies:
        reasons.append(_copy_sentence(found, config))
    if len(path) == 1:
        reasons.append(f"They are linked directly: {path[0].kind}, score {path[0].score:.2f}.")
    elif path:
        reasons.append(f"They are linked over {len(path) - 1} other articles of the story.")
    else:
        reasons.append("No stored link leads from one to the other; the story is alike on average.")
    if not found.copies:
        word = "above" if found.product >= config.stories.threshold else "below"
        reasons.append(
            f"Their own product is {found.product:.2f}, {word} the threshold of {config.stories.threshold:g}; "
            "what counts is the mean over all members."
        )
    if b.id == a.copy_of or a.id == b.copy_of or (a.copy_of and a.copy_of == b.copy_of):
        older = "the same text" if a.copy_of == b.copy_of else "the other"
        return f"They are copies: one copies {older}.", reasons
    if found.copies:
        return "They are copies.", reasons
    return "They tell of one event.", reasons


def _copy_sentence(found: _Measured, config: Config) -> str:
    if found.jaccard >= config.copies.similarity:
        return (
            f"As texts they are copies: similarity {found.jaccard:.2f}, "
            f"{config.copies.similarity:g} or more is asked (copies.similarity)."
        )
    return (
        f"As texts they are copies: the longer holds {found.containment:.0%} of the shorter, "
        f"{config.copies.containment:.0%} or more is asked (copies.containment)."
    )


def _why_apart(
    store: SqlStore, a: StoredArticle, b: StoredArticle, found: _Measured, config: Config
) -> tuple[str, list[str]]:
    """The first reason decides; the others would have held as well."""
    reasons = []
    records = {one: story(store, one) for one in (a.story, b.story)}
    closed = [record for record in records.values() if record["state"] == "closed"]
    days = abs(event_time(a.published, a.first_seen) - event_time(b.published, b.first_seen)) / _DAY
    if closed:
        reasons.append(
            f"{closed[0]['id']} is closed: nothing joins a story that was quiet for "
            f"{config.stories.close_after_days:g} days."
        )
    if days > config.stories.close_after_days:
        reasons.append(
            f"They are {days:.0f} days apart, and a story is open for "
            f"{config.stories.close_after_days:g} quiet days (stories.close_after_days)."
        )
    members = [_member(a, 1), _member(b, 2)]
    zero, one = np.array([0]), np.array([1])
    bar = LinkGuards.of(members).bars(zero, one, np.array([found.copies]), np.array([found.product]))[0]
    if bar != Bar.NONE:
        if bar == Bar.SERIES:
            reasons.append("Their titles differ only in a date or a number of an issue: instalments of one series.")
        else:
            reasons.append(
                f"Both are of one outlet, {a.source}, whose articles join only as copies or from a product of "
                f"{UPDATE:g} on; theirs is {found.product:.2f}."
            )
    threshold = config.stories.threshold
    if not found.copies and found.product < threshold:
        reasons.append(
            f"Their product is {found.product:.2f}, below the threshold of {threshold:g} (stories.threshold)."
        )
    if not found.copies and not found.proposed:
        reasons.append("The words that say most of either have too little in common, so they were never compared.")
    if not found.copies and found.words < 2 and found.shortest < SHORT and found.product >= threshold:
        reasons.append("They share a single word, which is too little for short texts.")
    if not reasons:
        reasons += _by_average(store, records, config)
    return "They are in two stories.", reasons


def _by_average(store: SqlStore, records: Mapping[str, Mapping[str, Any]], config: Config) -> list[str]:
    """What the fold asks: the mean over the two stories, not the one pair."""
    ids = [[one["id"] for one in record["articles"][:_MEMBERS]] for record in records.values()]
    found = {one.id: one for one in members_of(store, list(records))}
    members = [found[identity] for part in ids for identity in part if identity in found]
    numbers = np.array([member.number for member in members], dtype=np.int64)
    terms = store.sketches(numbers).terms
    known = vocabulary(terms)
    since = store.clock() - round(config.stories.close_after_days * _DAY)
    vectors = vectorise(terms, known, store.segments(TERM, since))
    place = {member.number: row for row, member in enumerate(members)}
    originals = np.array([place.get(member.copy_of, row) for row, member in enumerate(members)], dtype=np.int64)
    times = np.array(
        [np.nan if one.published is None else min(one.published, one.first_seen) for one in members], dtype=np.float64
    )
    labels = np.array([int(member.story != members[0].story) for member in members], dtype=np.int64)
    both = Clusters.of_articles(vectors.rows, originals, count_words(terms), times).merged(labels, 2)
    edge = np.array([[0, 1]])
    product = products(both.sums, edge[:, 0], both.sums, edge[:, 1])
    likeness = float(both.similarities(edge, product)[0])
    near = float(both.nearness(edge, config.stories.time_scale_hours * 3600)[0])
    sentence = (
        f"The two stories as wholes reach {likeness * near:.2f} (mean product by what they demand {likeness:.2f}, "
        f"time {near:.2f}); {config.stories.threshold:g} is asked."
    )
    if likeness * near >= config.stories.threshold:
        sentence += " They may meet when either gets new coverage."
    return [sentence]


def members_of(store: SqlStore, stories: Sequence[str]) -> Sequence[Member]:
    """The members of these stories, by public ids of the stories."""
    columns = schema.stories.c
    with store.reading() as connection:
        numbers = list(connection.scalars(select(columns.number).where(columns.id.in_(stories))))
    return store.members(numbers)


def _member(article: StoredArticle, story: int) -> Member:
    return Member(
        number=article.number,
        story=story,
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        site=article.site,
        language=article.language,
        published=article.published,
        published_quality=article.published_quality,
        first_seen=article.first_seen,
        version=article.version,
        copy_of=0,
        similarity=article.similarity,
    )
