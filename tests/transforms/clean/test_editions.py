"""Tests which articles are the same one."""

import hashlib

from tests.support.samples import article
from transforms.clean.editions import same_articles
from transforms.clean.identity import rekeyed


def test_aliases_in_a_row_and_in_a_circle() -> None:
    first, second = article(key="c", aliases=["l"]), article(key="d", aliases=["c"])
    assert [group[0].key for group in same_articles([first, second, article(key="l")], {})] == ["d"]
    assert len(same_articles([article(key="c", aliases=["d"]), article(key="d", aliases=["c"])], {})) == 2


def test_an_id_that_follows_from_the_key_changes_with_it() -> None:
    derived = rekeyed(article(id="a_" + hashlib.sha256(b"k").hexdigest()[:16], key="k"), "other")
    assert derived.id == "a_" + hashlib.sha256(b"other").hexdigest()[:16]
    assert rekeyed(article(id="own", key="k"), "other").id == "own"
