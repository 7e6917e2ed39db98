"""Term vectors: what a dense computation in plain Python gives."""

import math

import numpy as np
import pytest

from transforms.clean.tokens import tokenise
from transforms.match import vectors as module
from transforms.match.background import background
from transforms.match.vectors import (
    SHARES,
    TermMatrix,
    count_articles,
    most_promising,
    products,
    salient,
    shared_words,
    stack,
    top_shared,
    translate,
    vectorise,
    vocabulary,
)
from transforms.sketch.terms import WORD, channel, count_terms, spell, word_ids

TEXTS = [
    "Ferry runs aground near Port Ellen as storm batters islands",
    "Storm strands passengers after Port Ellen ferry runs aground",
    "Parliament passes budget after long night of debate",
    "",
    "parliament",
    "Parlament beschließt Haushalt nach langer Debatte",
    "Haushalt nach langer Nacht im Parlament beschlossen",
]


def vectors_of(texts: list[str]) -> TermMatrix:
    terms = count_terms(tokenise(texts))
    known = vocabulary(terms)
    return vectorise(terms, known, [count_articles(terms, known)])


def dense(first: int, second: int) -> float:
    """The mean of the channels' cosines, over the channels that both texts have."""
    terms = count_terms(tokenise(TEXTS))
    rows = [
        dict(zip(terms.ids.row(i).tolist(), terms.counts[terms.ids.offsets[i] : terms.ids.offsets[i + 1]], strict=True))
        for i in range(len(TEXTS))
    ]
    held = {term: sum(term in row for row in rows) for row in rows for term in row}
    at_large = dict(zip(background().keys.tolist(), background().values.tolist(), strict=True))

    def vector(row: dict[int, int]) -> dict[int, float]:
        words = [t for t in row if t >> 30 == WORD]
        english = sum(t in at_large for t in words) >= 0.6 * len(words)
        articles = 1000 + english * background().articles
        held_by = {t: held[t] + english * at_large.get(t, 0) for t in row}
        weight = {t: (1 + math.log(n)) * math.log1p(articles / held_by[t]) for t, n in row.items()}
        result: dict[int, float] = {}
        of_words = sum(w * w for t, w in weight.items() if t >> 30 == WORD)
        for which, share in enumerate(SHARES):
            part = {t: w for t, w in weight.items() if t >> 30 == which}
            length = math.sqrt(max(of_words, sum(w * w for w in part.values())))
            result |= {t: math.sqrt(share) * w / length for t, w in part.items()}
        norm = math.sqrt(sum(w * w for w in result.values()))
        return {t: w / norm for t, w in result.items()}

    a, b = vector(rows[first]), vector(rows[second])
    return sum(w * b.get(t, 0) for t, w in a.items())


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (2, 4), (1, 3), (5, 6)])
def test_products(first: int, second: int) -> None:
    vectors = vectors_of(TEXTS).rows
    expected = dense(first, second) if TEXTS[first] and TEXTS[second] else 0
    (found,) = products(vectors, np.array([first]), vectors, np.array([second]))
    assert found == pytest.approx(expected, rel=1e-5)


def test_rows_that_meet_many_give_the_same_products(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = vectors_of(TEXTS).rows
    left, right = np.triu_indices(len(TEXTS), 0)
    shuffled = np.random.default_rng(1).permutation(len(left))
    left, right = left[shuffled], right[shuffled]
    pair_by_pair = products(vectors, left, vectors, right)
    monkeypatch.setattr(module, "_MANY", 0)
    assert products(vectors, left, vectors, right) == pytest.approx(pair_by_pair, rel=1e-5)
    assert products(vectors, left[:0], vectors, right[:0]).tolist() == []


def test_rows_weighed_a_few_at_once_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = vectors_of(TEXTS)
    heaviest = salient(whole)
    monkeypatch.setattr(module, "_ROWS", 2)
    monkeypatch.setattr(module, "_FEW", 2)
    parts = vectors_of(TEXTS)
    assert np.array_equal(parts.rows.toarray(), whole.rows.toarray())
    assert np.array_equal(salient(parts).rows.toarray(), heaviest.rows.toarray())


def test_vectors_in_another_vocabulary_keep_what_it_holds() -> None:
    rows, ids = vectors_of(TEXTS)
    onto = np.unique(np.r_[ids[::2], np.array([1, 2**32 - 1], dtype=np.uint32)])
    found = translate(TermMatrix(rows, ids), onto).rows.toarray()
    assert found[:, np.searchsorted(onto, ids[::2])] == pytest.approx(rows.toarray()[:, ::2])
    assert found.sum() == pytest.approx(rows.toarray()[:, ::2].sum())


def test_stacked_vectors_have_one_vocabulary() -> None:
    first, second = vectors_of(TEXTS[:3]), vectors_of(TEXTS[3:])
    both = stack([first, second], np.union1d(first.terms, second.terms))
    assert np.array_equal(translate(both.take(np.arange(3)), first.terms).rows.toarray(), first.rows.toarray())
    assert np.array_equal(translate(both.take(np.arange(3, 7)), second.terms).rows.toarray(), second.rows.toarray())


def test_a_lone_capital_makes_no_headlines_alike() -> None:
    texts = ["Police seek driver after crash on bridge", "Police charge man with theft of painting"]
    vectors = vectors_of(texts).rows
    (found,) = products(vectors, np.array([0]), vectors, np.array([1]))
    assert 0 < found < 0.12


def test_vocabulary_is_what_numpy_finds() -> None:
    terms = count_terms(tokenise(TEXTS))
    known = vocabulary(terms)
    ids, inverse = np.unique(terms.ids.values, return_inverse=True)
    assert np.array_equal(known.ids, ids)
    assert np.array_equal(known.columns, inverse)


def test_salient_terms_are_the_rarest_words() -> None:
    common = "council "
    texts = [common + " ".join(f"rare{number}x{row}" for number in range(25)) for row in range(4)]
    vectors, ids = vectors_of(texts)
    heaviest = salient(TermMatrix(vectors, ids)).rows
    assert np.diff(heaviest.indptr).tolist() == [10] * 4
    assert (heaviest.toarray() == vectors.toarray())[heaviest.toarray() > 0].all()
    chosen = ids[heaviest.indices]
    assert set(channel(chosen).tolist()) == {WORD}
    (council,) = word_ids(tokenise(["council"]))
    assert council not in chosen


def test_what_shares_one_word_that_is_not_rare_does_not_promise_much() -> None:
    common = ["parliament", "storm", "ferry", "budget", "debate"]
    texts = [f"{common[row % 5]} " + " ".join(f"own{number}x{row}" for number in range(9)) for row in range(40)]
    texts += ["Quillon buys Brightwater Sensors for millions of crowns", "Brightwater staff learn of sale to Quillon"]
    heaviest = salient(vectors_of(texts))
    left, right = np.array([0, 0, 40]), np.array([5, 1, 41])
    assert most_promising(heaviest, left, right, right, 0.9).tolist() == [False, False, True]
    assert most_promising(heaviest, left, right, right, 0.01).tolist() == [True, False, True]
    assert most_promising(heaviest, left[:0], right[:0], right[:0], 0.17).tolist() == []


def test_an_article_is_compared_with_those_that_promise_most(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"rare{number}" for number in range(10)]
    texts = [" ".join(words[:length] + [f"own{length}x{number}" for number in range(9)]) for length in range(1, 6)]
    heaviest = salient(vectors_of([*texts, " ".join(words)]))
    left, right = np.arange(5), np.full(5, 5)
    assert most_promising(heaviest, left, right, right, 0.01).all()
    monkeypatch.setattr(module, "PARTNERS", 2)
    assert most_promising(heaviest, left, right, right, 0.01).tolist() == [False, False, False, True, True]
    assert most_promising(heaviest, left, right, left, 0.01).all()


def test_shared_words_and_the_terms_that_count_most() -> None:
    vectors = vectors_of(TEXTS)
    left, right = np.array([0, 0, 2, 3]), np.array([1, 2, 4, 1])
    assert shared_words(vectors, left, right).tolist() == [6, 0, 1, 0]
    best, *others = top_shared(vectors, left, right, 3)
    assert "Ellen" in spell(TEXTS[0], best.tolist()).values()
    assert len(best) == 3
    assert [len(found) for found in others] == [0, 1, 0]


def test_no_articles() -> None:
    vectors = vectors_of([])
    assert vectors.rows.shape == (0, 0)
    assert salient(vectors).rows.shape == (0, 0)
