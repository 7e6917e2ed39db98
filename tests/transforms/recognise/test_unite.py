"""Tests that articles are united in the same way whatever their order."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import article
from transforms.clean.editions import same_articles
from transforms.recognise.unite import unite
from transforms.records import Article, Reference


def test_the_longest_text_wins_and_every_reference_is_kept() -> None:
    short = article(feed="b", text="Short.", published=200, references=[Reference("b", "2")])
    full = article(feed="a", text="Short. And then the rest of it.", published=300, references=[Reference("a", "1")])
    united = unite([short, full])
    assert united.text == full.text
    assert united.feed == "a"
    assert united.published == 200
    assert united.references == [Reference("a", "1"), Reference("b", "2")]
    assert united.version == 1


def test_a_correction_in_the_same_feed_wins_over_the_longer_first_edition() -> None:
    first = article(text="Nine were hurt, the police said at first.", updated=100)
    corrected = article(text="Seven were hurt.", updated=200)
    united = unite([corrected, first])
    assert united.text == "Seven were hurt."
    assert united.version == 2


def test_a_date_is_better_than_none() -> None:
    assert unite([article(feed="a", published=None, text="longer text"), article(feed="b", published=5)]).published == 5


def test_articles_under_aliases_of_one_key_are_one() -> None:
    completed = article(key="url:c", aliases=["url:l1"], feed="a")
    linked = article(key="url:l1", feed="b")
    remembered = article(key="url:l2", feed="c")
    other = article(key="url:d")
    groups = same_articles([linked, other, completed, remembered], {"url:l2": "url:c"})
    assert [{one.feed for one in group} for group in groups] == [{"a", "b", "c"}, {other.feed}]
    united = unite(groups[0])
    assert (united.key, united.aliases) == ("url:c", ["url:l1"])


ARTICLES = st.lists(
    st.builds(
        article,
        feed=st.sampled_from(["a", "b", "c"]),
        text=st.text(alphabet="xy", max_size=3),
        published=st.none() | st.integers(0, 3),
        updated=st.none() | st.integers(0, 3),
        fetched_at=st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
)


@given(ARTICLES, st.randoms(use_true_random=False))
def test_order_makes_no_difference(articles: list[Article], chance: random.Random) -> None:
    shuffled = list(articles)
    chance.shuffle(shuffled)
    assert unite(shuffled) == unite(articles)
