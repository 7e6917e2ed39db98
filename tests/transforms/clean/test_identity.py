"""Tests how articles are identified."""

from tests.transforms.clean.samples import item
from transforms.clean.identity import content_hash, identify, public_id

URL = "https://www.example.org/a?b=1"
HASH = "00112233445566778899aabbccddeeff"


def test_content_hash_is_pinned() -> None:
    assert content_hash("Boats sail", "One.\nTwo.") == "d040b93e02223531504adf4180032a5d"
    assert content_hash("a", "bc") != content_hash("ab", "c")
    assert len(content_hash("", "")) == 32


def test_key_of_a_url() -> None:
    assert identify(item(id="7"), URL, "Gazette", HASH) == ("url:https://example.org/a?b=1", "example.org")


def test_a_shared_link_names_no_article() -> None:
    shared = item(kind="feed", feed="f.xml", id="7", shared_url=True)
    assert identify(shared, URL, "Gazette", HASH) == ("id:Gazette|7", "Gazette")
    assert identify(shared, URL, "", HASH) == ("id:f.xml|7", "f.xml")


def test_a_site_names_no_article() -> None:
    assert identify(item(id="7"), "https://example.org/", "", HASH) == ("id:|7", "")


def test_a_row_of_an_outlet_is_the_same_in_any_file() -> None:
    assert identify(item(id="7", feed="a.jsonl"), "", "Gazette", HASH) == ("id:Gazette|7", "Gazette")
    assert identify(item(id="7", feed="b.jsonl"), "", "Gazette", HASH) == ("id:Gazette|7", "Gazette")


def test_without_url_and_id_the_content_is_the_key() -> None:
    assert identify(item(), "", "Gazette", HASH) == (f"text:Gazette|{HASH}", "Gazette")


def test_public_id() -> None:
    assert public_id(item(id="row 7"), "url:x") == "row 7"
    assert public_id(item(kind="feed", id="guid"), "url:x") == "a_894be3e00bb762a6"
    assert public_id(item(), "url:x") == "a_894be3e00bb762a6"


def test_ids_can_be_written() -> None:
    broken = item(id="a\ud800")
    assert public_id(broken, identify(broken, "", "", HASH).key) == "a?"
