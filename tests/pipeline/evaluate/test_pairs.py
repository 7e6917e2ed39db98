"""Tests comparing stories with judged pairs."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.pairs import Verdict, score_pairs
from tests.support.command import newsfold
from tests.support.events import EVENTS
from tests.support.folded import SAMPLES

pairs = st.builds(
    Verdict,
    articles=st.tuples(st.text(), st.text()),
    titles=st.tuples(st.text(), st.text()),
    same=st.booleans(),
    together=st.booleans(),
)


def verdicts(*found: tuple[bool, bool]) -> list[Verdict]:
    return [Verdict(("a", "b"), ("A", "B"), same, together) for same, together in found]


def test_precision_and_recall_are_of_pairs() -> None:
    found = score_pairs(verdicts((True, True), (True, True), (True, False), (False, True), (False, False)), 3)
    assert found.rates.precision == found.rates.recall == pytest.approx(2 / 3)
    assert found.accuracy == pytest.approx(3 / 5)
    assert [(one.same, one.together) for one in found.failing] == [(True, False), (False, True)]
    assert found.record()["missing"] == 3


@given(st.lists(pairs))
def test_what_fails_is_what_accuracy_lacks(found: list[Verdict]) -> None:
    scored = score_pairs(found)
    assert len(scored.failing) == pytest.approx(len(found) * (1 - scored.accuracy))
    assert all(0 <= rate <= 1 for rate in (*scored.rates, scored.accuracy))
    assert scored.accuracy == 1 or min(scored.rates.precision, scored.rates.recall) < 1


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample stories, of which a person judged a pair that is together and two that are not, one of them wrongly."""
    output = tmp_path_factory.mktemp("labelled") / "news"
    assert newsfold("run", SAMPLES, "--output", output, "--quiet").code == 0
    stories = [json.loads(line) for line in newsfold("stories", "--output", output, "--json").out.splitlines()]
    one, other = sorted(stories, key=lambda story: -story["size"])[:2]
    a, b, c = (article["id"] for article in (*one["articles"][:2], other["articles"][0]))
    for *pair, answer in ((a, b, "yes"), (a, c, "no"), (b, c, "yes")):
        assert newsfold("label", *pair, answer, "--output", output).code == 0
    gone = {"a": "a_0", "b": a, "together": True, "judged": "2026-11-20T00:00:00Z", "stories": ["s_0", "s_1"]}
    with (output / "labels.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(gone) + "\n")
    return output


def test_labels_judge_the_stories_as_they_stand(labelled: Path) -> None:
    before = (labelled / "newsfold.db").read_bytes()
    done = newsfold("evaluate", "--output", labelled)
    assert (done.code, done.err) == (0, "")
    head, scores, counts, _, title, _, *failing = done.out.splitlines()
    assert head.split() == ["precision", "recall", "F1", "accuracy"]
    assert scores.split()[-4:] == ["1.0000", "0.5000", "0.6667", "0.6667"]
    assert counts == "3 pairs, 2 of one event; 1 wrong; 1 more are left out, whose articles are not in the store"
    assert title == "pairs that are wrong"
    found = json.loads(newsfold("evaluate", "--output", labelled, "--json").out)["labels"]
    assert (found["precision"], found["recall"], found["pairs"], found["missing"]) == (1.0, 0.5, 3, 1)
    (wrong,) = found["failing"]
    assert [line.split()[-len(text.split()) :] for line, text in zip(failing, wrong["titles"], strict=True)] == [
        text.split() for text in wrong["titles"]
    ]
    assert (labelled / "newsfold.db").read_bytes() == before


def test_labels_stand_beside_a_gold_file(labelled: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"id": title, "label": label, "title": title, "text": text}
        for label, articles in EVENTS.items()
        for title, text in articles.items()
    ]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    page = newsfold("evaluate", gold, "--output", labelled).out
    assert page.index("BCubed") < page.index("manually judged pairs")
    found = json.loads(newsfold("evaluate", gold, "--output", labelled, "--json").out)
    assert found["articles"] == 3
    assert found["labels"]["pairs"] == 3


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--output", "absent"], 2, "no labels in absent: newsfold label makes them"),
        (["--sweep", "stories.threshold=.1,.2"], 1, "--sweep need GOLD.jsonl"),
    ],
)
def test_what_cannot_be_judged_is_one_line(words: list[str], code: int, why: str) -> None:
    done = newsfold("evaluate", *words)
    assert (done.code, done.out) == (code, "")
    assert why in done.err
    assert len(done.err.splitlines()) == 1
