"""Tests cleaning the output of a text extractor."""

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.clean.samples import HARBOUR_PAGE, LIGHTHOUSE_PAGE, NOW, item, item_of
from transforms.clean.article import clean
from transforms.clean.dates import read_date
from transforms.clean.extracted import Extracted, without_debris
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
