"""Every fold obeys what people have ruled."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transforms.fold import rulings
from transforms.fold.rulings import apply_constraints, by_row
from transforms.records import CANNOT_LINK, MUST_LINK, PINNED, Ruling

ARTICLES = range(10, 18)
NUMBERS = np.array(ARTICLES, dtype=np.int64)

parts = st.sets(st.sampled_from(ARTICLES), min_size=1)


@st.composite
def histories(draw: st.DrawFn) -> set[Ruling]:
    """Rulings as people make them, one after the other."""
    found: set[Ruling] = set()
    for kind in draw(st.lists(st.sampled_from(["merge", "pin", "split", "retract", "unpin"]), max_size=5)):
        some = draw(parts)
        if kind == "merge":
            found = rulings.merge(found, some)
        elif kind == "pin":
            found = rulings.pin(found, some)
        elif kind == "split":
            found = rulings.split(found, some, set(ARTICLES) - some)
        elif kind == "retract":
            found = rulings.retract(found, some)
        else:
            found = rulings.unpin(found, some)
    return found


def groups(found: set[Ruling]) -> dict[int, int]:
    return dict(zip(ARTICLES, by_row(NUMBERS, found).groups.tolist(), strict=True))


@given(histories(), parts)
def test_what_is_put_together_is_together_and_not_apart(before: set[Ruling], some: set[int]) -> None:
    after = rulings.merge(before, some)
    found = groups(after)
    assert len({found[one] for one in some}) == 1
    assert not [one for one in after if one.kind == CANNOT_LINK and {one.left, one.right} <= some]


@given(histories(), parts)
def test_what_is_taken_out_parts_from_the_rest_and_the_rest_stays_together(before: set[Ruling], some: set[int]) -> None:
    rest = set(ARTICLES) - some
    was = groups(before)
    after = rulings.split(before, some, rest)
    found = groups(after)
    assert len({found[one] for one in some}) == 1
    assert not {found[one] for one in some} & {found[one] for one in rest}
    assert all(found[one] == found[other] for one, other in combinations(rest, 2) if was[one] == was[other])
    ruled = by_row(NUMBERS, after)
    pairs = np.array([(one - 10, other - 10) for one in some for other in rest], dtype=np.int64).reshape(-1, 2)
    assert ruled.forbids(pairs[:, 0], pairs[:, 1]).all()


@given(histories(), parts)
def test_what_is_retracted_is_named_no_more_and_parts_nobody(before: set[Ruling], some: set[int]) -> None:
    was = groups(before)
    after = rulings.retract(before, some)
    assert not [one for one in after if {one.left, one.right} & some]
    found = groups(after)
    rest = set(ARTICLES) - some
    assert all((found[one] == found[other]) == (was[one] == was[other]) for one, other in combinations(rest, 2))


@given(histories())
def test_rulings_name_the_smaller_article_first(found: set[Ruling]) -> None:
    assert all(one.right is None if one.kind == PINNED else one.left < (one.right or 0) for one in found)


@given(histories(), st.lists(st.integers(0, 7), min_size=8, max_size=8), st.permutations(range(8)))
def test_copies_go_along_only_where_nothing_forbids_it(
    found: set[Ruling], targets: list[int], order: list[int]
) -> None:
    ruled, rank = by_row(NUMBERS, found), np.array(order)
    wanted = np.array([target if rank[target] < rank[row] else row for row, target in enumerate(targets)])
    copy_of, groups = apply_constraints(wanted, rank, ruled)
    assert (groups == groups[groups]).all()
    assert (groups <= np.arange(8)).all()
    assert (groups[ruled.groups] == groups).all()
    assert (groups[copy_of] == groups).all()
    assert ((copy_of == wanted) | (copy_of == np.arange(8))).all()
    parted = groups[ruled.cannot_link]
    assert (parted[:, 0] != parted[:, 1]).all()


def test_pinned_stories_are_apart_and_rulings_about_others_say_nothing() -> None:
    found = rulings.pin(rulings.pin(set(), {10, 11}), {12, 13}) | {
        Ruling(MUST_LINK, 10, 99),
        Ruling(CANNOT_LINK, 3, 11),
    }
    ruled = by_row(NUMBERS, found)
    assert ruled.groups.tolist() == [0, 0, 2, 2, 4, 5, 6, 7]
    assert ruled.cannot_link.tolist() == [[0, 2]]
    assert ruled.pinned.tolist() == [True] * 4 + [False] * 4
