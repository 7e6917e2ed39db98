"""The line of a story."""

from collections.abc import Sequence

import orjson
import pytest

from tests.support.samples import member
from transforms.fold.story_record import Description, change, closed, headline, opening, story_record
from transforms.records import Link, Member, StoredStory
from transforms.records.times import iso

STORY = StoredStory(1, "s_0123456789ab", "active", 0, [], None, b"")


def record(*members: Member, links: Sequence[Link] = (), representative: Member | None = None) -> dict[str, object]:
    description = Description(representative or members[0], "The ferry ran aground. Nobody was hurt.", ["ferry"])
    found: dict[str, object] = orjson.loads(story_record(STORY, members, description, links, 1_700_000_900))
    return found


def test_members_stand_in_order_of_time_and_copies_name_what_they_copy() -> None:
    late, early = member(1, published=2_000_000_000), member(2, copy_of=1, source="Herald", similarity=0.98765)
    found = record(late, early, links=[Link(2, 1, "copy", 0.98765, 1.0)])
    assert [article["id"] for article in found["articles"]] == ["a2", "a1"]  # type: ignore[attr-defined]
    assert found["articles"][0]["copy_of"] == "a1"  # type: ignore[index]
    assert found["articles"][0]["similarity"] == 0.988  # type: ignore[index]
    assert found["links"] == [{"a": "a2", "b": "a1", "kind": "copy", "score": 0.988}]
    assert found["sources"] == [{"source": "Courier", "articles": 1}, {"source": "Herald", "articles": 1}]
    assert (found["first_published"], found["last_published"]) == ("2023-11-14T22:13:22Z", "2033-05-18T03:33:20Z")


def test_undated_members() -> None:
    found = record(member(1, published=None), member(2, published=None))
    assert found["first_published"] is None
    assert found["last_published"] is None


def test_the_same_members_in_another_order_give_the_same_bytes() -> None:
    one, two = member(1), member(2)
    assert record(one, two) == record(two, one, representative=one)


def test_closing_changes_the_state_alone() -> None:
    active = orjson.dumps(record(member(1)))
    assert orjson.loads(closed(active)) == orjson.loads(active) | {"state": "closed"}


def test_a_change_names_its_story() -> None:
    line = orjson.dumps(record(member(1)))
    made = change("new", line, articles=["a1"])
    assert made.kind == "new"
    assert orjson.loads(made.record) == {
        "schema": 1,
        "kind": "new",
        "story": "s_0123456789ab",
        "headline": "Title 1",
        "size": 1,
        "articles": ["a1"],
    }


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("Short.", 20, "Short."),
        ("One sentence. Another that is long.", 20, "One sentence."),
        ("First paragraph.\nSecond one.", 40, "First paragraph. Second one."),
        ("A single sentence without an end in sight", 20, "A single sentence…"),
        ("东京发生火灾。 没有人受伤。 之后", 9, "东京发生火灾。"),
        ("", 10, ""),
    ],
)
def test_opening(text: str, longest: int, expected: str) -> None:
    assert opening(text, longest) == expected
    assert len(expected) <= longest


def test_an_article_without_a_title_is_headed_by_its_first_sentence() -> None:
    assert headline("", "The mill burned down. Two were hurt.\nMore.") == "The mill burned down. Two were hurt."
    assert headline("Mill fire", "The mill burned down.") == "Mill fire"


def test_times_are_utc() -> None:
    assert iso(0) == "1970-01-01T00:00:00Z"
    assert iso(None) is None
