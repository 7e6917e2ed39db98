"""Sketches on their way through a shuffle."""

import numpy as np

from tests.support.samples import article
from transforms.sketch.block import join, pack, sketch, unpack

ARTICLES = [article(key=f"k{number}", title=f"Item {number}", text="word " * number) for number in range(4)]


def test_packed_sketches_come_back() -> None:
    sketched = sketch(ARTICLES)
    again = unpack(pack(sketched))
    assert again.articles == ARTICLES
    assert np.array_equal(again.signatures, sketched.signatures)
    for found, expected in ((again.shingles, sketched.shingles), (again.terms.ids, sketched.terms.ids)):
        assert np.array_equal(found.values, expected.values)
        assert np.array_equal(found.offsets, expected.offsets)
    assert np.array_equal(again.terms.counts, sketched.terms.counts)


def test_joined_in_another_order() -> None:
    order = np.array([3, 0, 2])
    joined = join([sketch(ARTICLES[:1]), sketch(ARTICLES[1:])], order)
    assert pack(joined) == pack(sketch([ARTICLES[row] for row in order]))
