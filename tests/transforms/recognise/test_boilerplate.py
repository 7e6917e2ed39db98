"""Tests learning the boilerplate of a site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import article as sample
from transforms.clean.text import plain_text
from transforms.recognise.boilerplate import WINDOW, fingerprints, length, strip_site, without_spans

PROMPT = "Sign up for our morning letter"


def body(number: int) -> str:
    """Returns two paragraphs that share no word with those of any other number."""
    word = f"{'bcdfgh'[number % 6]}{'aeiou'[number // 6]}"
    sentence = " ".join(word * length for length in range(1, 10))
    return f"{sentence.capitalize()} said.\nAnd {sentence[::-1]}."


def article(number: int, prompt: str = PROMPT) -> str:
    return f"{body(number)}\n{prompt}"


def stripped(texts: list[str]) -> list[str]:
    articles = [sample(key=f"url:{number:03}", text=text) for number, text in enumerate(texts)]
    done = sorted(strip_site(articles, []))
    return [without_spans(one.text, one.boilerplate) for one in done]


def test_a_prompt_of_three_articles_goes_and_their_text_stays() -> None:
    assert stripped([article(number) for number in range(3)]) == [
        article(number).removesuffix("\n" + PROMPT) for number in range(3)
    ]


def test_two_articles_teach_nothing() -> None:
    texts = [article(number) for number in range(2)]
    assert stripped(texts) == texts


def test_a_line_of_less_than_a_tenth_of_the_articles_stays() -> None:
    rare = [article(number, prompt="Letters to the editor") for number in range(3)]
    others = [f"Nothing here repeats, item {'x' * number}\nand so on {'y' * number}." for number in range(40)]
    assert stripped(rare + others)[:3] == rare


def test_digits_case_and_punctuation_do_not_matter() -> None:
    prompts = ["12 Comments", "7 comments!", "1,204 COMMENTS"]
    texts = [article(number, prompt=prompt) for number, prompt in enumerate(prompts[:2])]
    assert fingerprints("", prompts[0]).lines == fingerprints("", prompts[1]).lines
    assert PROMPT not in "".join(stripped([*texts, article(2, prompt="3 comments")]))
    assert all("omments" not in text for text in stripped([*texts, article(2, prompt="3 comments")]))


def test_a_line_counts_once_for_an_article() -> None:
    texts = [article(0) + f"\n{PROMPT}" * 5, article(1)]
    assert stripped(texts) == texts


def test_a_long_paragraph_is_boilerplate_too() -> None:
    about = "The Harbour Gazette is written " + "by people who live on the islands and by nobody else " * 3 + "."
    texts = [article(number, prompt=about) for number in range(5)]
    assert stripped(texts) == [article(number).removesuffix("\n" + PROMPT) for number in range(5)]


@pytest.mark.parametrize("joint", [" ", " – ", ". "])
def test_what_is_glued_to_the_first_and_the_last_paragraph_goes(joint: str) -> None:
    head, tail = "Listen to this story read by its author", "The writer can be reached at the quay every day"
    bodies = [body(number) for number in range(6)]
    found = stripped([f"{head}{joint}{own} {tail}" for own in bodies])
    assert [text.lstrip("– .") for text in found] == bodies


def test_a_word_that_often_follows_what_is_glued_stays() -> None:
    head = "Listen to this story read by its author"
    openings = ["The", "The", "The", *(f"Word{chr(65 + number)}" for number in range(9))]
    bodies = [f"{opening} {body(number)}" for number, opening in enumerate(openings)]
    assert stripped([f"{head} {own}" for own in bodies]) == bodies


def test_a_phrase_amid_prose_stays() -> None:
    phrase = "on condition of anonymity because nobody else would"
    texts = [f"{body(number)} who spoke {phrase} to {body(number + 5)}" for number in range(5)]
    assert stripped(texts) == texts


def test_each_article_is_judged_by_its_days() -> None:
    old, new = "Our paper has a new address", "Our paper has a telephone"
    articles = [
        sample(
            key=f"url:{number:03}",
            text=f"Item {'x' * number} was read out.\nThen {'y' * number} was.\n{old if number < 30 else new}",
            published=1_700_000_000 + number,
        )
        for number in range(WINDOW + 30)
    ]
    done = strip_site(articles, [])
    assert [one.published for one in done] == sorted((one.published or 0 for one in articles), reverse=True)
    assert all(one.boilerplate for one in done)


def test_stored_articles_teach() -> None:
    stored = [fingerprints("", article(number)).packed() for number in range(2)]
    assert not strip_site([sample(text=article(2))], stored[:1])[0].boilerplate
    (one,) = strip_site([sample(text=article(2))], stored)
    assert without_spans(one.text, one.boilerplate) == article(2).removesuffix("\n" + PROMPT)
    assert length(one.boilerplate) == len(PROMPT)
    assert one.content_hash == sample(text=article(2)).content_hash


def test_a_site_that_repeats_itself_wholly_is_not_emptied() -> None:
    texts = ["Office closed today\nCall the desk"] * 5
    assert stripped(texts) == texts


def test_a_summary_shorter_than_its_prompts_loses_them_where_nearly_all_articles_bear_them() -> None:
    prompts = "Read the whole story on our site, with pictures\nThe Gazette is written on the islands, " * 3
    short = [body(number).split("\n")[0] for number in range(12)]
    assert stripped([f"{summary}\n{prompts}" for summary in short]) == short
    few = [f"{summary}\n{prompts}" for summary in short[:5]]
    assert stripped(few) == few


def test_headlines_lose_a_body_that_is_nothing_but_a_prompt() -> None:
    prompt = "Read the whole story on our site, with pictures of the harbour"
    headlines = [sample(key=f"url:{number:03}", title=body(number).split("\n")[0], text=prompt) for number in range(12)]
    assert {without_spans(one.text, one.boilerplate) for one in strip_site(headlines, [])} == {""}
    alike = [one._replace(title="Office closed") for one in headlines]
    assert {without_spans(one.text, one.boilerplate) for one in strip_site(alike, [])} == {prompt}


@given(st.lists(st.text(alphabet="ab \n", max_size=30).map(lambda text: plain_text(text, is_html=False)), max_size=6))
def test_stripping_only_takes_words_away(texts: list[str]) -> None:
    for before, after in zip(texts, stripped(texts), strict=True):
        rest = iter(before)
        assert all(letter in rest for letter in after)
        assert len(after) >= len(before) / 2 - before.count("\n") - 1
        assert plain_text(after, is_html=False) == after
