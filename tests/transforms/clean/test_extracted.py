"""transforms.clean.extracted."""

import hashlib
import json
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.clean.samples import HARBOUR_PAGE, LIGHTHOUSE_PAGE, NOW, item, item_of
from transforms.clean.article import clean
from transforms.clean.dates import read_date
from transforms.clean.extracted import LINE_RULES, Extracted, LineRule, date_of_line, debris_rule, without_debris
from transforms.clean.text import plain_text

PARAGRAPH = "The boats sailed again on Monday after a week in which nobody crossed the sound " * 2 + "at all."


def extract(page: str, title: str = "", published: str = "") -> Extracted:
    text = plain_text(page, is_html=False)
    return without_debris(text, title=title, source="The Harbour Gazette", published=published, updated="")


def test_page_with_icons_a_date_and_its_title_twice() -> None:
    article = extract(HARBOUR_PAGE)
    assert article.title == "Ferry crews return to work after harbour vote"
    assert [line.split()[0] for line in article.text.split("\n")] == ["Crews", "Also", "The"]
    assert article.published == "14 Mar 2021 08:05"
    assert article.rules == (
        "advertisement",
        "also_on",
        "date_line",
        "interface_icons",
        "read_more",
        "repeated_title",
        "share_prompt",
        "title_line",
    )


def test_page_with_labelled_dates() -> None:
    article = extract(LIGHTHOUSE_PAGE)
    assert article.title == "Lighthouse lamp is lit again after forty years"
    assert [line.split()[0] for line in article.text.split("\n")] == ["The", "People"]
    assert article.author == "Jon Fell"
    assert read_date(article.published, NOW) == (1_612_284_180, "zoned")
    assert read_date(article.updated, NOW) == (1_612_310_400, "assumed_utc")
    assert {"interface_word", "newsletter_prompt", "rights_notice"} <= set(article.rules)


def test_what_is_known_already_is_not_taken_from_the_page() -> None:
    article = extract(HARBOUR_PAGE, title="Ferry crews back", published="2021-03-13")
    assert article.title == "Ferry crews back"
    assert article.published == "2021-03-13"
    assert article.text.startswith("Ferry crews return to work after harbour vote\n")


def test_a_paragraph_is_no_title() -> None:
    sentence = "The boats sailed again on Monday after a week in which nobody crossed the sound."
    assert extract(f"{sentence}\nAnother line.").title == ""
    assert extract("Boats sail again\nAnother line.").title == "Boats sail again"


def test_a_date_below_the_first_paragraph_belongs_to_the_article() -> None:
    paragraph = "word " * 30
    assert extract(f"Title\n{paragraph}\n3 May 2020\nThe end.").text.endswith("3 May 2020\nThe end.")


@given(st.lists(st.sampled_from((HARBOUR_PAGE + LIGHTHOUSE_PAGE).split("\n")), max_size=12))
def test_a_second_pass_changes_nothing(lines: list[str]) -> None:
    once = extract("\n".join(lines))
    again = without_debris(once.text, title=once.title, source="", published=once.published, updated=once.updated)
    if once.title:
        assert (again.title, again.text, again.published) == (once.title, once.text, once.published)


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


@pytest.mark.parametrize(
    ("line", "seconds", "quality"),
    [
        ("31 Dec, 2019 17:43", 1_577_814_180, "assumed_utc"),
        ("Published: December 31, 2019 at 5:43 pm EST", 1_577_832_180, "zoned"),
        ("Tue 31 Dec 2019 17.43 GMT", 1_577_814_180, "zoned"),
        ("17:43, 31 December 2019", 1_577_814_180, "assumed_utc"),
        ("2019-12-31T17:43:00+01:00", 1_577_810_580, "zoned"),
        ("Updated Tuesday , December 31 , 2019 5 : 43 PM", 1_577_814_180, "assumed_utc"),
        ("December 31st, 2019", 1_577_750_400, "assumed_utc"),
        ("31 Dec 2019 , 17 : 43 hrs", 1_577_814_180, "assumed_utc"),
    ],
)
def test_date_lines(line: str, seconds: int, quality: str) -> None:
    date = date_of_line(line)
    assert date is not None
    assert date.is_update == line.startswith("Updated")
    assert read_date(date.moment, NOW) == (seconds, quality)


@pytest.mark.parametrize(
    "line", ["On 31 December 2019 the boats stopped.", "2019", "December", "31", "Since 2 May 2020"]
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert date_of_line(line) is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Marta Oddleif", "Marta Oddleif"),
        ("BY ADA BRIGHTWATER", "ADA BRIGHTWATER"),
        ("By Marta Oddleif and Jon Fell | Harbour Gazette", "Marta Oddleif and Jon Fell"),
        ("By Marta Oddleif in Skarn", "Marta Oddleif"),
        ("By J. R. van der Holm", "J. R. van der Holm"),
        ("Von Greta Lindqvist", "Greta Lindqvist"),
        ("Автор: Мария Одлейф", "Мария Одлейф"),
        ("By the time the boat left", ""),
        ("By Sunday, nobody was left.", ""),
        ("By the design of others", ""),
    ],
)
def test_bylines_below_the_title(line: str, author: str) -> None:
    article = extract(f"Boats sail again from Skarn\n{line}\n{PARAGRAPH}")
    assert article.author == author
    assert (line in article.text) == (author == "")
    assert line in extract(f"Boats sail again from Skarn\n{PARAGRAPH}\n{line}").text


@pytest.mark.parametrize(
    "dateline",
    [
        "LONDON (Reuters) - ",
        "LONDON, March 14 (Reuters) - ",
        "St. John's, Skarn (AP) — ",
        "LOWER VEY ( AP ) — ",
        "(Reuters) – ",
        "Holm (dpa) – ",
        "PARIS [AFP] - ",
        "東京（",
    ],
)
def test_place_and_agency_go_from_the_first_paragraph(dateline: str) -> None:
    article = extract(f"Boats sail again from Skarn\n{dateline}{PARAGRAPH}\n{dateline}{PARAGRAPH}")
    known = dateline != "東京（"
    assert article.text == f"{'' if known else dateline}{PARAGRAPH}\n{dateline}{PARAGRAPH}"
    assert ("dateline" in article.rules) == known


@pytest.mark.parametrize(
    "opening",
    [
        "The minister (Labour) - ",
        "Shares of Bloomberg (BBG) - ",
        "In a letter to the AP - ",
        "Reuters (the agency) - ",
        "The man from the agency that everybody in the harbour calls the best of all agencies there are (AP) - ",
    ],
)
def test_what_only_looks_like_a_dateline_stays(opening: str) -> None:
    assert extract(f"Boats sail again from Skarn\n{opening}{PARAGRAPH}").text == opening + PARAGRAPH


def test_a_list_of_promoted_headlines_goes_with_its_label() -> None:
    page = f"Boats sail again from Skarn\n{PARAGRAPH}\nRelated stories\nOne headline\nAnother headline\nShe said so."
    assert extract(page).text == f"{PARAGRAPH}\nShe said so."


def test_the_title_stands_below_the_labels_of_its_page() -> None:
    assert extract(f"World\nSkarn Post\nBoats sail again from Skarn\n{PARAGRAPH}").text == PARAGRAPH
    twice = extract(f"A longer line about boats\nBoats sail\nBoats sail\n{PARAGRAPH}")
    assert (twice.title, twice.text) == ("Boats sail", f"A longer line about boats\n{PARAGRAPH}")
    named = extract(f"Boats sail again at last | Skarn Post\nPort\nBoats sail again at last\n{PARAGRAPH}")
    assert (named.title, named.text) == ("Boats sail again at last", PARAGRAPH)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parent / "extracted").glob("*.txt")), ids=lambda path: path.stem
)
def test_pages_in_the_manner_of_other_sites(path: Path) -> None:
    page = item(kind="text", feed=str(path), body=path.read_text(encoding="utf-8"), body_type="extracted")
    article = clean(page, NOW)
    found = {
        "title": article.title,
        "author": article.author,
        "published": written(article.published),
        "published_quality": article.published_quality,
        "updated": written(article.updated),
        "language": article.language,
        "rules": list(article.rules),
        "text": article.text.split("\n"),
    }
    assert found == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    again = clean(item_of(article), NOW)
    assert (again.title, again.text) == (article.title, article.text)


def written(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).isoformat()


def test_the_real_page(shared_data: Path) -> None:
    (path,) = (shared_data.parent / "seeds").glob("*.txt")
    page = path.read_text(encoding="utf-8")
    article = clean(item(kind="text", feed=str(path), body=page, body_type="extracted"), NOW)
    assert hashlib.sha256(article.title.encode()).hexdigest()[:16] == "539b770df45112a2"
    assert article.published == 1_577_814_180  # 2019-12-31T17:43
    assert article.published_quality == "assumed_utc"
    paragraphs = article.text.split("\n")
    found = [" ".join(line.split()) for line in page.split("\n") if line.strip()]
    assert paragraphs == found[4:11]
    assert [paragraph.split()[0] for paragraph in paragraphs] == ["The", "The", "Video", "A", "Dozens", "Esper", "US"]
    assert paragraphs[-1].endswith("without apparent evidence.")
    assert hashlib.sha256(article.text.encode()).hexdigest()[:16] == "75af79c073d9bcb5"
    assert article.title not in article.text
    assert article.rules == (
        "also_on",
        "date_line",
        "interface_icons",
        "repeated_title",
        "share_prompt",
        "title_line",
    )
    assert article.language == "en"


def test_rules_leave_the_paragraphs_of_real_articles_alone(shared_data: Path) -> None:
    fired: Counter[str] = Counter()
    for line in (shared_data / "clusters/ecbplus.jsonl").read_text(encoding="utf-8").splitlines():
        for paragraph in json.loads(line)["text"].split("\n"):
            if len(paragraph.split()) > 15 and paragraph.endswith("."):
                fired[debris_rule(paragraph)] += 1
    assert fired[""] > 10_000
    assert sum(fired.values()) - fired[""] <= 10
