"""Boilerplate learned per site."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.recognise.boilerplate import boilerplate_lines, hash_lines, learn, pack_lines, strip_lines

PROMPT = "Sign up for our morning letter"


def article(number: int, prompt: str = PROMPT) -> str:
    body = f"Councillors in ward {chr(65 + number)} met on item {chr(75 + number)} of the agenda and adjourned early."
    return f"{body}\nThe next session is in hall {chr(85 - number)} of the guild house.\n{prompt}"


def stripped(texts: list[str]) -> list[str]:
    learned = learn([pack_lines(hash_lines(text)) for text in texts])
    return [strip_lines(text, boilerplate_lines(text, hash_lines(text), learned)) for text in texts]


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
    assert hash_lines(prompts[0]) == hash_lines(prompts[1])
    assert PROMPT not in "".join(stripped([*texts, article(2, prompt="3 comments")]))
    assert all("omments" not in text for text in stripped([*texts, article(2, prompt="3 comments")]))


def test_a_line_counts_once_for_an_article() -> None:
    texts = [article(0) + f"\n{PROMPT}" * 5, article(1)]
    assert stripped(texts) == texts


def test_a_long_paragraph_is_never_boilerplate() -> None:
    agency = "The agency said " + "and on the next day the ministers met again " * 4 + "in the capital."
    texts = [article(number, prompt=agency) for number in range(5)]
    assert stripped(texts) == texts


def test_a_site_that_repeats_itself_wholly_is_not_emptied() -> None:
    texts = ["Office closed today\nCall the desk"] * 5
    assert stripped(texts) == texts


@given(st.lists(st.text(alphabet="ab \n", max_size=30), max_size=6))
def test_stripping_only_takes_lines_away(texts: list[str]) -> None:
    for before, after in zip(texts, stripped(texts), strict=True):
        rest = iter(before.split("\n"))
        assert all(line in rest for line in after.split("\n"))
        assert len(after) >= len(before) / 2 - before.count("\n")
