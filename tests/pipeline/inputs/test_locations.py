"""From what a person names to locations."""

import json
import os
from pathlib import Path

import pytest

from pipeline.inputs.locations import InputError, expand


def write(path: Path, content: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_files_folders_globs_and_addresses_each_once(tmp_path: Path) -> None:
    b, a = write(tmp_path / "in/b.txt", "x"), write(tmp_path / "in/sub/a.txt", "x")
    write(tmp_path / "in/.hidden/c.txt", "x")
    url = "https://a.example/feed"
    assert expand([url, str(tmp_path / "in"), b, url]) == [url, b, a]
    assert expand([str(tmp_path / "in/**/*.txt")]) == [b, a]
    assert expand([str(tmp_path / "i*")]) == [b, a]


def test_an_opml_list_gives_its_feeds_at_any_depth(tmp_path: Path) -> None:
    inner = "<outline xmlUrl='https://a.example/1'/><outline text='no feed'/><outline xmlUrl='beside.xml'/>"
    nested = "<outline>" * 50 + inner + "</outline>" * 50
    path = write(tmp_path / "list.txt", f"<opml><body>{nested}<outline xmlUrl='https://a.example/1'/></body></opml>")
    assert expand([path]) == ["https://a.example/1", str(tmp_path / "beside.xml")]


@pytest.mark.parametrize(
    "content",
    [
        "<opml><body>",
        "<opml><body/></opml>",
        "<!DOCTYPE opml [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><opml><body><outline xmlUrl='&b;'/></body></opml>",
    ],
)
def test_lists_that_cannot_be_used(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError):
        expand([write(tmp_path / "list.opml", content)])


def test_dead_letters_give_their_locations_and_stand_for_their_rows(tmp_path: Path) -> None:
    letter = {"stage": "fetch", "reason": "timeout", "location": "https://a.example/feed", "detail": "", "payload": ""}
    row = letter | {"location": "x.jsonl:3", "payload": '{"title": "A"}'}
    path = write(
        tmp_path / "rejected.jsonl", "\n".join(json.dumps(one, separators=(",", ":")) for one in (letter, row))
    )
    assert expand([path]) == ["https://a.example/feed", path]


@pytest.mark.parametrize("given", ["absent.xml", "absent*.xml", "file:///etc/passwd", "gopher://a.example/"])
def test_what_does_not_exist(given: str) -> None:
    with pytest.raises(InputError, match=given.replace("*", r"\*")) as error:
        expand([given])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("given", ["", " ", "a\0b", "x" * 5000])
def test_names_that_no_file_can_have(given: str) -> None:
    with pytest.raises(InputError):
        expand([given])


def test_an_empty_folder_and_a_glob_that_matches_only_folders(tmp_path: Path) -> None:
    write(tmp_path / "empty/.hidden", "x")
    for given in ("empty", "emp*"):
        with pytest.raises(InputError, match=given.replace("*", r"\*")):
            expand([str(tmp_path / given)])


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = write(tmp_path / "page.txt", "x")
    assert expand([str(tmp_path / "p*")]) == expand([str(tmp_path)]) == [path]


def test_a_name_with_the_signs_of_a_glob(tmp_path: Path) -> None:
    path = write(tmp_path / "[1] what*.txt", "x")
    assert expand([path]) == [path]


def test_a_list_that_was_only_found_does_not_end_the_run(tmp_path: Path) -> None:
    path = write(tmp_path / "in/list.opml", "<opml><body>")
    assert expand([str(tmp_path / "in")]) == [path]


def test_a_list_gives_feeds_beside_it_and_any_case_of_its_attribute(tmp_path: Path) -> None:
    feeds = "<outline XMLURL=' ../a b/#1.xml '/><outline xmlUrl='HTTPS://a.example/?a=1&amp;b=2'/>"
    path = write(tmp_path / "lists/list", f"<opml><body>{feeds}</body></opml>")
    assert expand([path]) == [str(tmp_path / "a b/#1.xml"), "HTTPS://a.example/?a=1&b=2"]


@pytest.mark.parametrize(
    "line", ['{"stage": "parse", "reason": "timeout"', '{"stage": "a", "reason": "b", "location": 5, "payload": ""}']
)
def test_broken_dead_letters(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "rejected.jsonl", f'{line} "location"')
    with pytest.raises(InputError, match=r"rejected\.jsonl:1"):
        expand([path])


def test_rows_with_a_stage_are_no_dead_letters(tmp_path: Path) -> None:
    path = write(tmp_path / "concerts.jsonl", '{"stage": "Main", "title": "Tonight"}')
    assert expand([path]) == [path]


def test_a_name_in_another_encoding(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9.txt"))).write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="UTF-8"):
        expand([str(tmp_path)])
