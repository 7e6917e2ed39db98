"""Tests finding where stories and events differ."""

from pipeline.evaluate.gold import Gold
from pipeline.evaluate.judge import WORST, Share, compare_stories, disagreements


def test_the_costlier_disagreement_comes_first_with_its_largest_share() -> None:
    groups = ["a", "a", "a", "b", "b", "b", "b", "c"]
    others = ["1", "2", "2", "1", "1", "3", "3", "1"]
    titles = [f"t{row}" for row in range(8)]
    first, second = disagreements(groups, others, titles)
    assert (first.name, first.size, first.loss) == ("b", 4, 4 - 8 / 4)
    assert first.shares == [Share("1", ["t3", "t4"]), Share("3", ["t5", "t6"])]
    assert (second.name, second.loss) == ("a", 3 - 5 / 3)
    assert second.shares == [Share("2", ["t1", "t2"]), Share("1", ["t0"])]


def test_losses_add_up_to_what_is_missing_of_precision_and_recall() -> None:
    gold = [Gold(str(row), str(row % 5), "") for row in range(24)]
    stories = [{"id": f"s{story}", "articles": [{"id": str(row)} for row in range(story, 24, 7)]} for story in range(7)]
    found = compare_stories(gold, stories)
    assert abs(sum(one.loss for one in found.mixed) / 24 - (1 - found.scores.b3.precision)) < 1e-12
    assert abs(sum(one.loss for one in found.torn) / 24 - (1 - found.scores.b3.recall)) < 1e-12
    assert (found.articles, found.stories, found.events, found.missing) == (24, 7, 5, 0)


def test_an_article_in_no_story_is_one_of_its_own() -> None:
    gold = [Gold("a", "x", "A"), Gold("b", "x", "B"), Gold("c", "x", "C")]
    found = compare_stories(gold, [{"id": "s", "articles": [{"id": "a"}, {"id": "other"}]}])
    assert (found.missing, found.stories) == (2, 3)
    assert found.mixed == []
    assert [share.titles for share in found.torn[0].shares] == [["B"], ["C"], ["A"]]


def test_no_more_than_the_worst_are_named() -> None:
    gold = [Gold(str(row), str(row // 2), "") for row in range(4 * WORST)]
    stories = [{"id": f"s{row}", "articles": [{"id": str(row)}]} for row in range(4 * WORST)]
    assert len(compare_stories(gold, stories).torn) == WORST
