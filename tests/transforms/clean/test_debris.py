"""Tests recognising the debris of a page line by line."""

import json
from collections import Counter
from pathlib import Path

import pytest

from transforms.clean.debris import LINE_RULES, LineRule, debris_rule


@pytest.mark.parametrize("rule", LINE_RULES, ids=lambda rule: rule.name)
def test_each_rule_has_examples_that_it_drops(rule: LineRule) -> None:
    assert rule.examples
    assert [debris_rule(example) for example in rule.examples] == [rule.name] * len(rule.examples)


@pytest.mark.parametrize(
    "sentence",
    [
        "Also on Tuesday the crews will meet the harbour master.",
        "Also on Amazon.com the company said that it would repay the buyers.",
        "Read more slowly, the teacher told the children.",
        "Watch out for ice on the quay, the harbour master said.",
        "Related industries lost a third of their orders.",
        "Share prices fell for the third day.",
        "Share of the vote: 32 percent",
        "Twitter said on Monday that it would appeal.",
        "Follow the money, the auditor told the council.",
        "Subscribe to that view or not, the numbers are clear.",
        "Sign up sheets were empty when the hall opened.",
        "Get up early, the baker says.",
        "Join us, the crews called to the dockers.",
        "An icon of the harbour, the crane, was as much of an icon as the lighthouse is an icon.",
        "Copyright law changed in 2019, the court found, and with it the rights of authors.",
        "The post was first held by a woman in 1921.",
        "Like this story, many others began at the quay.",
        "Home prices rose.",
        "Advertisement sales fell by a tenth.",
        "Image was everything, the curator said.",
        "Photo finishes are rare in this race.",
        "Tags on the sheep were yellow.",
        "Reporting by the committee was late again this year, and nobody on the council asked why.",
        "Editing by hand takes longer.",
        "Published figures show a fall.",
        "Save the story for later, she told him.",
        "Most read the letter twice.",
        "Trending upwards, the figures surprised the board.",
        "Teilen will hier niemand.",
        "Three minutes read like an hour.",
        "Video killed the radio star, he sang.",
        "Related to this, the council will meet again.",
        "Media companies lost a tenth of their value.",
        "Caption contests draw more letters than politics.",
        "Topics: there were none, the chairman said.",
        "The Courier contributed to this reporting of the strike for two years.",
    ],
)
def test_no_rule_fires_on_a_sentence(sentence: str) -> None:
    assert debris_rule(sentence) == ""


def test_rules_leave_the_paragraphs_of_real_articles_alone(shared_data: Path) -> None:
    fired: Counter[str] = Counter()
    for line in (shared_data / "clusters/ecbplus.jsonl").read_text(encoding="utf-8").splitlines():
        for paragraph in json.loads(line)["text"].split("\n"):
            if len(paragraph.split()) > 15 and paragraph.endswith("."):
                fired[debris_rule(paragraph)] += 1
    assert fired[""] > 10_000
    assert sum(fired.values()) - fired[""] <= 10
