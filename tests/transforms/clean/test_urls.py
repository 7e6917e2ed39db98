"""Tests normalising article URLs."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.clean.urls import canonical_url, resolve, site, url_key

_TARGET = b"https://example.org/news/a-boat"
GOOGLE_NEWS = (
    base64.urlsafe_b64encode(b"\x08\x13\x22" + bytes([len(_TARGET)]) + _TARGET + b"\xd2\x01\x00").decode().rstrip("=")
)
"""The encoded target in a link of Google News, in the format that published decoders read."""

URLS = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(
            [
                "example.org",
                "www.amp.example.org:80",
                "a.example:443",
                "b.example:80:443",
                "BÜCHER.example",
                "u:p@[::1]:8080",
                "www.google.com",
                "m.b.example",
                "l.facebook.com",
                "news.google.com",
                "a",
            ]
        ),
        st.lists(
            st.sampled_from(
                [
                    "/",
                    "amp",
                    "..",
                    ".",
                    "%7e",
                    "%zz",
                    "é",
                    "a.amp.html",
                    ".amp",
                    "c/s/www.b.example",
                    "x y",
                    "url",
                    "l.php",
                    "articles",
                    GOOGLE_NEWS,
                ]
            )
        ).map(lambda parts: "/" + "/".join(parts)),
        st.lists(
            st.sampled_from(
                [
                    "id=1",
                    "utm_source=x",
                    "amp=1",
                    "amp",
                    "b=%2f&&",
                    "q=é",
                    "=",
                    "b=a b",
                    "q=http://www.b.example/a?u=1",
                    "u=https%3A%2F%2Fm.b.example%2Fl",
                    "ref=m.b.example",
                ]
            )
        ).map(lambda parts: "?" + "&".join(parts)),
        st.sampled_from(["", "#top", "#!/story/1", "#"]),
    ),
)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://Example.ORG", "http://example.org/"),
        ("HTTPS://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a#comments", "https://example.org/a"),
        ("https://example.org/#!/story/7", "https://example.org/#!/story/7"),
        ("https://bücher.example/ä?q=ö", "https://xn--bcher-kva.example/%C3%A4?q=%C3%B6"),
        ("https://example.org/%7Efell/%c3%a4", "https://example.org/~fell/%C3%A4"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/Case/Kept/", "https://example.org/Case/Kept/"),
        (
            "https://example.org/a?utm_source=rss&UTM_Medium=x&fbclid=1&at_medium=y&ns_mchannel=z&CMP=1&xtor=2",
            "https://example.org/a",
        ),
        (
            "https://example.org/a?id=1&cid=2&sid=3&uid=4&p=5&story=6",
            "https://example.org/a?id=1&cid=2&sid=3&uid=4&p=5&story=6",
        ),
        ("https://example.org/a?z=1&a=2&utm_x=3", "https://example.org/a?z=1&a=2"),
        ("https://example.org/a?partner=rss&emc=rss", "https://example.org/a"),
        ("https://example.org/a?partner=town&ref=x&source=y", "https://example.org/a?partner=town&ref=x&source=y"),
        ("https://example.org/a?ref=example.org", "https://example.org/a"),
        ("https://example.org/a?ref=www.example.org&b=1", "https://example.org/a?b=1"),
        ("https://example.org/a?ref=other.example", "https://example.org/a?ref=other.example"),
        (
            "https://www.google.com/url?sa=t&url=https%3A%2F%2Fexample.org%2Fa%3Fid%3D1&usg=x",
            "https://example.org/a?id=1",
        ),
        ("https://www.google.com/url?q=https://example.org/a", "https://example.org/a"),
        ("http://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fexample.org%2fa&c=1", "https://example.org/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3D1&h=2", "https://example.org/a"),
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa", "https://example.org/a"),
        (
            f"https://www.google.com/url?q={quote('https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org')}",
            "https://example.org/",
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        (
            "https://www.google.com/search?q=https://example.org/a",
            "https://www.google.com/search?q=https://example.org/a",
        ),
        ("https://example.org/url?q=https://other.example/a", "https://example.org/url?q=https://other.example/a"),
        (f"https://news.google.com/rss/articles/{GOOGLE_NEWS}?oc=5", "https://example.org/news/a-boat"),
        (
            f"https://news.google.com/rss/articles/CBMi{'A' * 40}",
            f"https://news.google.com/rss/articles/CBMi{'A' * 40}",
        ),
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ("http://[2001:DB8::0:1]/a", "http://[2001:db8::1]/a"),
        ("javascript:alert(1)", ""),
        ("mailto:a@example.org", ""),
        ("ftp://example.org/a", ""),
        ("/relative", ""),
        ("http://", ""),
        ("http://[broken/a", ""),
        ("http://example.org:port/a", ""),
        ("http://exa mple.org/a", ""),
        ("", ""),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.example.org/a/", "https://example.org/a"),
        ("https://example.org/a?z=1&a=2&utm_x=3", "https://example.org/a?a=2&z=1"),
        ("http://example.org:443/a", "https://example.org/a"),
        ("https://example.org/a/amp/", "https://example.org/a"),
        ("https://example.org/amp/a", "https://example.org/a"),
        ("https://amp.example.org/a", "https://example.org/a"),
        ("https://example.org/a.amp.html", "https://example.org/a.html"),
        ("https://example.org/a?amp=1&id=2", "https://example.org/a?id=2"),
        ("https://example.org/a?outputType=amp", "https://example.org/a"),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a/amp", "https://example.org/a"),
        ("https://www.google.com/amp/s/www.example.org/a", "https://example.org/a"),
        ("https://example.org/amp", "https://example.org/amp"),
        ("https://amp.dev/a", "https://amp.dev/a"),
        ("https://example.org/gear/amp/a", "https://example.org/gear/amp/a"),
        ("https://m.example.org/a", "https://example.org/a"),
        ("https://mobile.example.org/a", "https://example.org/a"),
        ("https://www.m.example.co.uk/a", "https://example.co.uk/a"),
        ("https://m.co.uk/a", "https://m.co.uk/a"),
        ("https://m.example/a", "https://m.example/a"),
        ("https://mail.example.org/a", "https://mail.example.org/a"),
        ("https://example.org/?p=5", "https://example.org/?p=5"),
        ("https://example.org/#!/story/7", "https://example.org/#!/story/7"),
        ("https://example.org/", ""),
        ("https://www.example.org", ""),
        ("https://example.org/?utm_source=rss", ""),
        ("https://example.org//", ""),
        ("not a url", ""),
    ],
)
def test_url_key(url: str, key: str) -> None:
    assert url_key(url) == key


@pytest.mark.parametrize("parameter", ["id", "cid", "sid", "uid", "p", "story"])
def test_parameters_that_name_an_article_tell_articles_apart(parameter: str) -> None:
    assert url_key(f"https://example.org/n?{parameter}=1") != url_key(f"https://example.org/n?{parameter}=2")


@given(URLS)
def test_canonical_url_is_idempotent(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert once.isascii()


@given(URLS)
def test_url_key_is_idempotent_and_the_same_for_the_canonical_url(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key
    assert url_key(canonical_url(url)) == key


@settings(deadline=None)  # the first one loads the suffix list
@given(URLS, URLS)
def test_any_string_has_a_site_and_resolves(base: str, url: str) -> None:
    assert isinstance(site(url), str)
    assert isinstance(resolve(base, url), str)


@pytest.mark.parametrize(
    ("base", "url", "resolved"),
    [
        ("https://example.org/feed/rss.xml", "../a", "https://example.org/a"),
        ("https://example.org/feed/", "//other.example/a", "https://other.example/a"),
        ("", "https://example.org/a", "https://example.org/a"),
        ("https://example.org/", "", ""),
        ("https://example.org/", "http://[broken", ""),
    ],
)
def test_resolve(base: str, url: str, resolved: str) -> None:
    assert resolve(base, url) == resolved


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.bbc.co.uk/a", "bbc.co.uk"),
        ("https://WWW.example.org:8080/a", "example.org"),
        ("https://someone.blogspot.com/a", "someone.blogspot.com"),
        ("https://blogspot.com/a", "blogspot.com"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://[::1]/a", "::1"),
        ("http://localhost/a", "localhost"),
        ("http://www.bücher.de/a", "xn--bcher-kva.de"),
        ("http://news.harbour.example/a", "harbour.example"),
        ("", ""),
        ("/a", ""),
    ],
)
def test_site(url: str, expected: str) -> None:
    assert site(url) == expected
