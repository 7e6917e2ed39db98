"""What two texts share, word for word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.inspect.passages import Comparison, compare

SHIP = "A ship sank off Skarn on Monday.\nThe crew of nine was saved by a ferry.\nOwners said nothing more."
LATER = "Late news.\nThe crew of nine was saved by a ferry, police said.\nA ship sank off Skarn.\nEnd."
TEXTS = st.lists(st.sampled_from("ship crew ferry Skarn 東 京 \n . ,".split(" ")), max_size=60).map(" ".join)


def only(comparison: Comparison, side: str) -> list[str]:
    pieces = [piece for row in comparison.rows for piece in getattr(row, side)]
    return [piece.text.strip() for piece in pieces if not piece.shared and piece.text.strip()]


def test_what_only_one_has_is_marked_and_a_moved_sentence_is_not() -> None:
    found = compare(SHIP, LATER)
    assert only(found, "a") == ["on Monday.", "Owners said nothing more."]
    assert only(found, "b") == ["Late news.", ", police said.", "End."]


def test_paragraphs_that_share_most_stand_beside_each_other() -> None:
    rows = compare(SHIP, LATER).rows
    assert [bool(row.a and row.b) for row in rows] == [True, True, True, False]
    row = rows[1]
    assert row.a[0].text == "The crew of nine was saved by a ferry."
    assert row.b[0].text.startswith("The crew of nine was saved by a ferry")


def test_passages_are_named_by_their_places_the_longest_first() -> None:
    passages = compare(SHIP, LATER).passages
    assert [one.words for one in passages] == [9, 5]
    assert SHIP[slice(*passages[0].a)] == LATER[slice(*passages[0].b)] == "The crew of nine was saved by a ferry"


def test_shares_count_words() -> None:
    found = compare("one two three four", "one two three")
    assert (found.shared_a, found.shared_b) == (0.75, 1.0)


def test_a_word_repeated_for_ever_takes_no_longer_than_its_length() -> None:
    assert compare("word " * 40_000, "word " * 40_000).shared_a == 1


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_nothing_is_lost_and_sides_can_be_exchanged(a: str, b: str) -> None:
    found, other = compare(a, b), compare(b, a)
    assert "\n".join("".join(piece.text for piece in row.a) for row in found.rows if row.a) == a
    assert "\n".join("".join(piece.text for piece in row.b) for row in found.rows if row.b) == b
    assert (found.shared_a, found.shared_b) == (other.shared_b, other.shared_a)


@settings(deadline=None)
@given(TEXTS)
def test_a_text_shares_all_of_itself(text: str) -> None:
    found = compare(text, text)
    assert found.shared_a == (1.0 if any(character.isalnum() for character in text) else 0.0)
    assert only(found, "a") == only(found, "b")
