"""From what a person names to locations."""

import json
from pathlib import Path

import pytest

from pipeline.inputs import InputError, expand


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
