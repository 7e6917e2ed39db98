"""Why two articles are together or apart, in the measures of the stages."""

import re
from pathlib import Path

import orjson
import pytest

from pipeline.commands.common import opened_store
from pipeline.inspect import reading
from pipeline.inspect.evidence import gather_evidence
from pipeline.store.sql_store import SqlStore
from tests.support.command import newsfold

WORD = re.compile(r"\w+")
BODY = (
    "The harbour ferry ran aground on the sand bank off Skarn in thick fog on Monday evening and all ninety people on "
    "board were taken off by lifeboats before midnight, the coast guard said. The company that owns the ferry has "
    "stopped its other two ships until divers have looked at their rudders."
)


def folded(tmp_path: Path, *rows: dict[str, str]) -> Path:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    assert newsfold("run", file, "--output", tmp_path / "out", "--quiet").code == 0
    return tmp_path / "out"


def row(name: str, title: str, text: str, source: str = "", published: str = "2026-11-06T10:00:00Z") -> dict[str, str]:
    return {"id": name, "title": title, "text": text, "source": source or name, "published": published}


def test_linked_articles_show_the_stored_score_and_their_words(store: SqlStore) -> None:
    story = max((orjson.loads(record) for record in store.active_records()), key=lambda one: len(one["links"]))
    for link in story["links"]:
        evidence = gather_evidence(store, *reading.articles(store, [link["a"], link["b"]]))
        assert evidence.together
        assert (evidence.path[0].kind, evidence.path[0].score) == (link["kind"], link["score"])
        measured = evidence.jaccard if link["kind"] == "copy" else evidence.product
        assert measured == pytest.approx(link["score"], abs=0.05)  # frequencies grew since
        assert evidence.terms == sorted(evidence.terms, key=lambda term: -term.weight)
        assert sum(term.weight for term in evidence.terms) <= evidence.product + 1e-6
        for passage in evidence.comparison.passages:
            a, b = evidence.passage(passage)
            assert len(WORD.findall(a)) >= passage.words > 2
            assert WORD.findall(a.lower())[:2] == WORD.findall(b.lower())[:2]


def test_a_copy_says_so(tmp_path: Path) -> None:
    output = folded(
        tmp_path, row("a", "Ferry aground off Skarn", BODY), row("b", "Ferry aground", BODY + " More soon.")
    )
    with opened_store(output, "") as store:
        evidence = gather_evidence(store, *reading.articles(store, ["a", "b"]))
    assert evidence.verdict == "They are copies: one copies the other."
    assert "copies.similarity" in evidence.reasons[0]


ELMS = row("b", "Elms", "The council plants elms.")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row("a", "Ferry aground off Skarn", BODY), ELMS], "below the threshold"),
        ([row("a", "Ferry aground", BODY, published="2026-09-01T10:00:00Z"), ELMS], "66 days apart"),
        (
            [row("a", "Morning briefing, 3 May", BODY), row("b", "Morning briefing, 4 May", "Elms stand in rows.")],
            "instalments of one series",
        ),
        (
            [row("a", "Ferry aground off Skarn", BODY, "Post"), row("b", "Elms", "The council plants elms.", "Post")],
            "Both are of one outlet, Post",
        ),
    ],
    ids=["threshold", "window", "series", "outlet"],
)
def test_the_plain_reason_why_they_are_apart(tmp_path: Path, rows: list[dict[str, str]], reason: str) -> None:
    with opened_store(folded(tmp_path, *rows), "") as store:
        evidence = gather_evidence(store, *reading.articles(store, ["a", "b"]))
        other = gather_evidence(store, *reading.articles(store, ["b", "a"]))
    assert not evidence.together
    assert any(reason in one for one in evidence.reasons), evidence.reasons
    assert evidence.reasons == other.reasons
    assert evidence.product == pytest.approx(other.product)


def test_an_article_and_itself(store: SqlStore) -> None:
    story = orjson.loads(store.active_records()[0])
    article = reading.article(store, story["articles"][0]["id"])
    assert gather_evidence(store, article, article).verdict == "This is one and the same article."
