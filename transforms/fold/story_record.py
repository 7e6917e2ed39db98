"""Renders stories as lines of stories.jsonl and changes.jsonl."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from transforms.records import Change, Link, Member, StoredStory
from transforms.records.times import iso

SCHEMA = 1
_SUMMARY = 320  # characters: about two sentences of news
_HEADLINE = 120  # characters of a first sentence that must serve as a headline
_SENTENCE_END = re.compile(r"(?<=[.!?。！？…])[\"'”’)]?(?=\s)")


def opening(text: str, longest: int) -> str:
    """Returns the first whole sentences of a text, else its beginning up to a word, at most `longest` characters.

    A first sentence of less than a third of that counts as an abbreviation ("U.S.").
    """
    flat = " ".join(text.split("\n", 4)[:4]).strip()
    if len(flat) <= longest:
        return flat
    ends = [match.end() for match in _SENTENCE_END.finditer(flat[: longest + 1])]
    if ends and ends[-1] > longest // 3:
        return flat[: ends[-1]].strip()
    return flat[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def headline(title: str, text: str) -> str:
    """Returns the title, or the first sentence of an article without one."""
    return title or opening(text.split("\n", 1)[0], _HEADLINE)


class Description(NamedTuple):
    """The description of a story."""

    representative: Member
    text: str
    """The text of the representative without boilerplate."""
    keywords: Sequence[str]
    """The heaviest first."""


def story_record(
    story: StoredStory, members: Sequence[Member], description: Description, links: Sequence[Link], last_updated: int
) -> bytes:
    """Renders the line of a story, without its line end: the same bytes for the same arguments.

    Args:
        story: the story; its old record is ignored.
        members: all members, in any order.
        description: the description of the story.
        links: the links among the members.
        last_updated: when the members or the content of one last changed, in seconds since 1970.
    """
    representative = description.representative
    ordered = sorted(members, key=lambda member: (_time(member), member.number))
    ids = {member.number: member.id for member in ordered}
    dates = [member.published for member in ordered if member.published is not None]
    sources = Counter(member.source for member in ordered)
    return orjson.dumps(
        {
            "schema": SCHEMA,
            "id": story.id,
            "state": story.state,
            "headline": headline(representative.title, description.text),
            "summary": opening(description.text, _SUMMARY),
            "language": Counter(member.language for member in ordered).most_common(1)[0][0],
            "size": len(ordered),
            "source_count": len(sources),
            "sources": [
                {"source": source, "articles": count}
                for source, count in sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))
            ],
            "first_published": iso(min(dates, default=None)),
            "last_published": iso(max(dates, default=None)),
            "first_seen": iso(min(member.first_seen for member in ordered)),
            "last_updated": iso(last_updated),
            "representative": representative.id,
            "keywords": list(description.keywords),
            "merged_from": list(story.merged_from),
            "split_from": story.split_from,
            "articles": [_article(member, ids) for member in ordered],
            "links": [
                {"a": ids[link.left], "b": ids[link.right], "kind": link.kind, "score": round(link.score, 3)}
                for link in sorted(links)
            ],
        }
    )


def _time(member: Member) -> int:
    return member.first_seen if member.published is None else member.published


def _article(member: Member, ids: dict[int, str]) -> dict[str, Any]:
    return {
        "id": member.id,
        "url": member.url,
        "title": member.title,
        "source": member.source,
        "published": iso(member.published),
        "published_quality": member.published_quality,
        "first_seen": iso(member.first_seen),
        "version": member.version,
        "copy_of": ids.get(member.copy_of),
        "similarity": round(member.similarity, 3),
    }


def closed(record: bytes) -> bytes:
    """Returns the line of a story that is closed and otherwise unchanged."""
    story: dict[str, Any] = orjson.loads(record)
    return orjson.dumps(story | {"state": "closed"})


def emptied(record: bytes) -> bytes:
    """Returns the line of a story whose articles are all retracted."""
    story: dict[str, Any] = orjson.loads(record)
    return orjson.dumps(story | {"state": "retracted", "size": 0, "articles": [], "links": []})


def change(kind: str, record: bytes, **details: Any) -> Change:
    """Makes a change of the story with this line: its kind, id, headline and size, and details of the kind."""
    story = orjson.loads(record)
    named = {"schema": SCHEMA, "kind": kind, "story": story["id"], "headline": story["headline"], "size": story["size"]}
    return Change(kind, orjson.dumps(named | details))
