"""Term vectors: what a dense computation in plain Python gives."""

import math

import numpy as np
import pytest

from transforms.match.vectors import SHARES, count_articles, products, salient_terms, vectorise, vocabulary, weigh
from transforms.sketch.terms import WORD, channel, count_terms, word_ids
from transforms.sketch.tokens import tokenise

TEXTS = [
    "Ferry runs aground near Port Ellen as storm batters islands",
    "Storm strands passengers after Port Ellen ferry runs aground",
    "Parliament passes budget after long night of debate",
    "",
    "parliament",
]


def dense(first: int, second: int) -> float:
    """The mean of the channels' cosines, over the channels that both texts have."""
    terms = count_terms(tokenise(TEXTS))
    rows = [
        dict(zip(terms.ids.row(i).tolist(), terms.counts[terms.ids.offsets[i] : terms.ids.offsets[i + 1]], strict=True))
        for i in range(len(TEXTS))
    ]
    held = {term: sum(term in row for row in rows) for row in rows for term in row}

    def vector(row: dict[int, int]) -> dict[int, float]:
        weight = {t: (1 + math.log(n)) * math.log1p(1000 / held[t]) for t, n in row.items()}
        result: dict[int, float] = {}
        for which, share in enumerate(SHARES):
            part = {t: w for t, w in weight.items() if t >> 30 == which}
            length = math.sqrt(sum(w * w for w in part.values()))
            result |= {t: math.sqrt(share) * w / length for t, w in part.items()}
        norm = math.sqrt(sum(w * w for w in result.values()))
        return {t: w / norm for t, w in result.items()}

    a, b = vector(rows[first]), vector(rows[second])
    return sum(w * b.get(t, 0) for t, w in a.items())


@pytest.mark.parametrize(("first", "second"), [(0, 1), (0, 2), (2, 4), (1, 3)])
def test_products(first: int, second: int) -> None:
    terms = count_terms(tokenise(TEXTS))
    known = vocabulary(terms)
    vectors = vectorise(terms, known, weigh(terms, known, [count_articles(terms, known)]))
    found = products(vectors, np.array([first]), vectors, np.array([second]))
    expected = dense(first, second) if TEXTS[first] and TEXTS[second] else 0
    assert found[0] == pytest.approx(expected)


def test_vocabulary_is_what_numpy_finds() -> None:
    terms = count_terms(tokenise(TEXTS))
    known = vocabulary(terms)
    ids, inverse = np.unique(terms.ids.values, return_inverse=True)
    assert np.array_equal(known.ids, ids)
    assert np.array_equal(known.columns, inverse)


def test_salient_terms_are_the_rarest_words() -> None:
    common = "council "
    texts = [common + " ".join(f"rare{number}x{row}" for number in range(25)) for row in range(4)]
    terms = count_terms(tokenise(texts))
    known = vocabulary(terms)
    salient = salient_terms(terms, weigh(terms, known, [count_articles(terms, known)]))
    assert salient.lengths.tolist() == [10] * 4
    assert set(channel(salient.values).tolist()) == {WORD}
    (council,) = word_ids(tokenise(["council"]))
    assert council not in salient.values


def test_no_articles() -> None:
    terms = count_terms(tokenise([]))
    known = vocabulary(terms)
    assert vectorise(terms, known, weigh(terms, known, [])).shape == (0, 0)
