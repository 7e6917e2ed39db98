"""The evidence for two articles in one story, or in two: the fold's reasons, and what the texts have in common."""

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from pipeline.config import Config
from pipeline.inspect.passages import Comparison, Passage, compare
from pipeline.inspect.reading import StoredArticle, config_of, story
from pipeline.inspect.reasons import Finding, Reason, gap
from pipeline.settings import fold_settings, match_settings
from pipeline.store.sql_store import SqlStore
from transforms.fold.explain import Explanation, Weighing, explain
from transforms.fold.guards import COMMON_PATTERN, SHORT, UPDATE, Bar
from transforms.match.copies import are_copies, overlap
from transforms.match.vectors import top_shared
from transforms.recognise.boilerplate import without_spans
from transforms.records import Article, Sketched
from transforms.records.times import iso
from transforms.sketch.terms import CAPITAL, WORD, channel, spell

_TERMS = 12
_KINDS = {WORD: "word", CAPITAL: "name"}


class Shared(NamedTuple):
    """A term that occurs in both articles."""

    a: str
    """The term as spelled in the first article."""
    b: str
    """The term as spelled in the second article."""
    kind: str
    """'word', 'name' (with a capital letter) or 'pair' (of successive words)."""
    weight: float
    """Its contribution to the cosine."""


class Step(NamedTuple):
    """One stored link on the path from one article to the other."""

    a: str
    b: str
    kind: str
    """'copy' or 'story'."""
    score: float


class Evidence(NamedTuple):
    """The evidence for and against putting two articles in one story."""

    a: StoredArticle
    b: StoredArticle
    together: bool
    verdict: Reason
    reasons: list[Reason]
    """The decisive reason first; with two stories, each of the others would also have kept the articles separate."""
    jaccard: float
    """Jaccard similarity of the two shingle sets."""
    containment: float
    """Containment of the smaller shingle set in the larger one."""
    shingles: tuple[int, int, int]
    """Numbers of shingles: of the first article, of the second, and shared."""
    cosine: float
    """Cosine of the two TF-IDF vectors, with the store's current document frequencies."""
    threshold: float
    weighing: Weighing | None
    """The figures that the fold compares for their two stories, None when they are in one."""
    terms: list[Shared]
    """The terms that contribute most to the cosine."""
    path: list[Step]
    """The shortest path over stored links of the story, empty without one."""
    comparison: Comparison

    def passage(self, found: Passage) -> tuple[str, str]:
        """Returns a shared passage as written in the first text and in the second."""
        a, b = text_of(self.a), text_of(self.b)
        return a[slice(*found.a)], b[slice(*found.b)]

    def record(self) -> dict[str, Any]:
        """Returns the evidence as a JSON object."""
        return {
            "a": card(self.a),
            "b": card(self.b),
            "together": self.together,
            "verdict": self.verdict.sentence,
            "reasons": [reason.record() for reason in self.reasons],
            "jaccard": round(self.jaccard, 4),
            "containment": round(self.containment, 4),
            "shingles": dict(zip(("a", "b", "shared"), self.shingles, strict=True)),
            "cosine": round(self.cosine, 4),
            "threshold": self.threshold,
            "stories": self.weighing and _figures(self.weighing),
            "terms": [term._asdict() | {"weight": round(term.weight, 4)} for term in self.terms],
            "path": [step._asdict() for step in self.path],
            "passages": [
                {"words": one.words, "a": self.passage(one)[0], "b": self.passage(one)[1]}
                for one in self.comparison.passages
            ],
        }


def card(article: StoredArticle) -> dict[str, Any]:
    """Returns the fields that identify an article, as a JSON object."""
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
    """Returns the compared text of an article: its title, and its text without boilerplate."""
    return article.title + "\n" + without_spans(article.text, article.boilerplate)


class _Texts(NamedTuple):
    """The similarity of two texts by their shingles."""

    jaccard: float
    containment: float
    shingles: tuple[int, int, int]
    copies: bool


def gather_evidence(store: SqlStore, a: StoredArticle, b: StoredArticle) -> Evidence:
    """Evaluates the fold's rules for two articles, and measures what they have in common.

    Args:
        store: the store, which is only read.
        a: one article.
        b: the other article, or the same one.
    """
    config = config_of(store)
    story_of = store.story_numbers([a.id, b.id])
    found = explain(
        _as_changed(store, [a] if a.id == b.id else [a, b]),
        (story_of[a.number], story_of[b.number]),
        store,
        match_settings(config),
        fold_settings(config),
    )
    texts = _compare_shingles(found.sketched, a, b, config)
    together = a.story == b.story
    path = _path(store, a, b) if together else []
    if a.id == b.id:
        verdict, reasons = Reason(Finding.ONE_ARTICLE), list[Reason]()
    elif found.weighing is None:
        verdict, reasons = _verdict_together(a, b, found, texts), _why_together(a, found, texts, path, config)
    else:
        verdict, reasons = Reason(Finding.APART), _why_apart(store, (a, b), found, found.weighing, config)
    return Evidence(
        a=a,
        b=b,
        together=together,
        verdict=verdict,
        reasons=reasons,
        jaccard=texts.jaccard,
        containment=texts.containment,
        shingles=texts.shingles,
        cosine=found.product,
        threshold=config.stories.threshold,
        weighing=found.weighing,
        terms=_shared_terms(found, a, b),
        path=path,
        comparison=compare(text_of(a), text_of(b)),
    )


def _as_changed(store: SqlStore, articles: Sequence[StoredArticle]) -> list[Article]:
    """Returns stored articles as if each had a new version, under keys that the store does not know."""
    keys = store.owners([one.id for one in articles])
    known = store.known(list(keys.values()))
    return [
        Article(
            key=f"changed:{one.number}",
            id=one.id,
            url=one.url,
            title=one.title,
            text=one.text,
            source=one.source,
            site=one.site,
            language=one.language,
            published=one.published,
            published_quality=one.published_quality,
            updated=None,
            fetched_at=one.first_seen,
            version=one.version + 1,
            content_hash=known[keys[one.id]].content_hash,
            rules=one.rules,
            references=[],
            feed=one.feed,
            number=one.number,
            boilerplate=one.boilerplate,
        )
        for one in articles
    ]


def _compare_shingles(sketched: Sketched, a: StoredArticle, b: StoredArticle, config: Config) -> _Texts:
    sets, numbers = sketched.shingles, sketched.numbers.tolist()
    left, right = (np.array([numbers.index(one.number)]) for one in (a, b))
    alike = overlap(sets, left, right)
    copies = are_copies(alike, similarity=config.copies.similarity, containment=config.copies.containment)
    first, second = sets.row(int(left[0])), sets.row(int(right[0]))
    return _Texts(
        float(alike.jaccard[0]),
        float(alike.containment[0]),
        (len(first), len(second), len(np.intersect1d(first, second))),
        bool(copies[0]),
    )


def _shared_terms(found: Explanation, a: StoredArticle, b: StoredArticle) -> list[Shared]:
    vectors, rows = found.context.vectors, found.rows
    ids = top_shared(vectors, np.array(rows[:1]), np.array(rows[1:]), _TERMS)[0]
    weights = (
        vectors.rows[list(rows)][:, np.searchsorted(vectors.terms, ids)].toarray().prod(axis=0) if len(ids) else ids
    )
    spelled = [spell(text_of(one), ids.tolist()) for one in (a, b)]
    shared = [
        Shared(spelled[0].get(term, ""), spelled[1].get(term, ""), _KINDS.get(kind, "pair"), weight)
        for term, kind, weight in zip(ids.tolist(), channel(ids).tolist(), weights.tolist(), strict=True)
    ]
    return [term for term in shared if term.a and term.b]


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


def _verdict_together(a: StoredArticle, b: StoredArticle, found: Explanation, texts: _Texts) -> Reason:
    if a.id == b.copy_of or b.id == a.copy_of:
        return Reason(Finding.COPY_OF_OTHER)
    if a.copy_of and a.copy_of == b.copy_of:
        return Reason(Finding.COPIES_OF_ONE)
    if texts.copies:
        return Reason(Finding.COPIES)
    return Reason(Finding.RULED_TOGETHER if found.must_link else Finding.ONE_EVENT)


def _why_together(
    a: StoredArticle, found: Explanation, texts: _Texts, path: Sequence[Step], config: Config
) -> list[Reason]:
    reasons = []
    if found.must_link:
        reasons.append(Reason(Finding.PINNED_TOGETHER if found.pinned else Finding.MUST_LINK))
    if texts.copies and texts.jaccard >= config.copies.similarity:
        figures = {"similarity": texts.jaccard, "threshold": config.copies.similarity}
        reasons.append(Reason(Finding.SIMILAR_TEXTS, figures))
    elif texts.copies:
        figures = {"containment": texts.containment, "threshold": config.copies.containment}
        reasons.append(Reason(Finding.CONTAINED_TEXT, figures))
    if len(path) == 1:
        reasons.append(Reason(Finding.LINKED, {"kind": path[0].kind, "score": path[0].score}))
    elif path:
        reasons.append(Reason(Finding.LINKED_THROUGH_OTHERS, {"links": len(path)}))
    elif not found.must_link:
        reasons.append(Reason(Finding.ALIKE_ON_AVERAGE))
    if found.bar and len(path) != 1:
        reasons.append(_bar(a, found))
    if not texts.copies and not found.must_link:
        relation = "above" if found.product >= config.stories.threshold else "below"
        figures = {"cosine": found.product, "threshold": config.stories.threshold}
        reasons.append(Reason(Finding.OWN_COSINE, figures | {"relation": relation}))
    return reasons


def _why_apart(
    store: SqlStore,
    pair: tuple[StoredArticle, StoredArticle],
    found: Explanation,
    weighing: Weighing,
    config: Config,
) -> list[Reason]:
    active = store.active_stories(np.array([one.number for one in pair])).tolist()
    reasons = [
        Reason(Finding.CLOSED, {"story": one.story, "days": config.stories.close_after_days})
        for one, number in zip(pair, active, strict=True)
        if not number
    ]
    if found.constraint:
        whom = "them" if found.forbidden else "other articles of these two stories"
        reasons.append(Reason(found.constraint, {"whom": whom}))
    if found.bar:
        reasons.append(_bar(pair[0], found))
    if weighing.similarity < weighing.threshold and not found.copies:
        reasons.append(Reason(Finding.BELOW_THRESHOLD, _figures(weighing)))
    if not found.linked and not found.bar:
        reasons.append(Reason(Finding.NOT_LINKED))
    return reasons or [Reason(Finding.NOTHING_BARS, _figures(weighing))]


def _bar(a: StoredArticle, found: Explanation) -> Reason:
    titles = found.pattern_titles
    whose = "Both titles follow" if min(titles) >= COMMON_PATTERN else "One of the titles follows"
    figures: dict[Bar, dict[str, Any]] = {
        Bar.TITLE_PATTERN: {"whose": whose, "titles": max(titles), "least": COMMON_PATTERN},
        Bar.SAME_OUTLET: {"source": a.source, "least": UPDATE, "cosine": found.product},
        Bar.ONE_SHARED_WORD: {"short": SHORT},
    }
    return Reason(found.bar, figures.get(found.bar, {}))


def _figures(weighing: Weighing) -> dict[str, Any]:
    return {
        "similarity": weighing.similarity,
        "threshold": weighing.threshold,
        "cosine": weighing.product,
        "factors": weighing.factors,
        "time_factor": weighing.nearness,
        "gap": gap(weighing.gap_seconds),
    }
