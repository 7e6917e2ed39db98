"""Article URLs: the canonical form for people, the key for identity, the site.

Requirements: a false match loses an article, so nothing is dropped that may name one (`id`, `cid`, `sid`, `uid`, `p`,
`story` stay); only what is known to track a reader goes. All functions accept any string and never raise.

Theory of operation: RFC 3986 section 6.2.2 normalisation (case, percent-encoding, dot segments), the target in place of
a redirector where the link holds it, then a list of parameters; the key folds more, because nobody opens it.

Known exceptions: a site that tells articles apart by `www.` or `m.`, by a trailing slash or by http and https; links of
Google News since 2024 and of FeedBurner name their target only to who follows them.
"""

import base64
import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from tldextract import TLDExtract

_TRACKER = re.compile(
    r"""
    (?: utm_ [^=]* | mtm_ [^=]* | at_ [^=]* | ns_ [^=]* | cmp | intcmp | cmpid | xtor | ocid | feedtype | feedname
    | ftag
    | fbclid | _openstat | fb_action_ids | fb_action_types | fb_ref | fb_source | fb_comment_id
    | hmb_campaign | hmb_medium | hmb_source | itm_campaign | itm_medium | itm_source
    | gclid | dclid | gbraid | wbraid | gclsrc | srsltid | _ga | _gl
    | campaign_id | campaign_medium | campaign_name | campaign_source | campaign_term | campaign_content
    | yclid | ysclid | twclid | msclkid | igshid | mc_cid | mc_eid | mc_tc | wickedid
    | hsa_cam | _hsenc | __hssc | __hstc | __hsfp | _hsmi | hsctatracking | rb_clickid | oly_anon_id | oly_enc_id
    | vero_id | vero_conv | mkt_tok | sc_cid | _bhlid | _branch_match_id | _branch_referrer | __readwiselocation
    ) (?: = .* )?
    | partner=rss | emc=rss
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Parameters that track a reader: the list of miniflux (internal/reader/urlcleaner), and what news sites add to the
links of their own feeds; `partner` and `emc` only with the value that the New York Times gives them there."""

_AMP_PAIRS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_AMP_CACHE = re.compile(r"/[cvi]/(?:s/)?([^/]+)(/.*)?")
"""Path of an AMP cache, `/c/s/<host>/<path>`: https://developers.google.com/amp/cache/overview."""
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+)(/.*)?")
"""Path of Google's viewer, `www.google.com/amp/s/<host>/<path>`."""

_REDIRECTORS = {
    "google.com/url": ("url", "q"),
    "news.google.com/news/url": ("url",),
    "bing.com/news/apiclick.aspx": ("url",),
    "l.facebook.com/l.php": ("u",),
    "lm.facebook.com/l.php": ("u",),
    "facebook.com/sharer/sharer.php": ("u",),
    "out.reddit.com/": ("url",),
    "youtube.com/redirect": ("q",),
    "t.umblr.com/redirect": ("z",),
    "vk.com/away.php": ("to",),
    "flipboard.com/redirect": ("url",),
    "go.redirectingat.com/": ("url",),
    "go.skimresources.com/": ("url",),
    "safelinks.protection.outlook.com/": ("url",),
    "linkedin.com/redir/redirect": ("url",),
    "getpocket.com/redirect": ("url",),
}
"""Host, without "www.", and path of redirectors, and the parameters that hold the target."""
_GOOGLE_NEWS = re.compile(r"/(?:rss/|__i/rss/rd/)?(?:articles|read)/(CBMi[A-Za-z0-9_-]{20,2000})={0,2}")
_HTTP_URL = re.compile(rb"https?://[!-~]{4,}")
_MOBILE = ("www.", "amp.", "m.", "mobile.")

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?")
_UNRESERVED_ESCAPE = re.compile(r"%(2[dD]|2[eE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_QUERY_SAFE = _PATH_SAFE + "?"


class _Parts(NamedTuple):
    scheme: str
    host: str
    """With the port where it is not the scheme's own."""
    path: str
    query: tuple[str, ...]
    """Parameters as written, in their order."""
    fragment: str
    """With its '#', only when it is a hash-bang."""


def resolve(base: str, url: str) -> str:
    """Returns `url` as absolute as `base` allows; '' without a URL or when it cannot be read."""
    url = url.strip()
    if not url:
        return ""
    try:
        return urljoin(base.strip(), url)
    except ValueError:
        return ""


def canonical_url(url: str) -> str:
    """Returns the URL for a person to open: http or https, without credentials, trackers and fragment; else ''."""
    parts = _parts(url)
    return _unsplit(parts) if parts else ""


def url_key(url: str) -> str:
    """Returns the identity of the article that a URL names, '' for what is no URL or names only a site.

    Beyond `canonical_url`: https, no leading "www.", "amp.", "m." or "mobile." (as web archives' SURT keys), no
    trailing slash, sorted parameters, and the AMP forms of a page folded into it.
    """
    parts = _parts(url)
    while parts and (publisher := _behind_amp_cache(parts)):
        parts = _parts(publisher)
    if not parts:
        return ""
    host = parts.host.removesuffix(":80").removesuffix(":443")
    while host.startswith(_MOBILE) and host.partition(":")[0] != _registrable(host.partition(":")[0]):
        host = host.partition(".")[2]
    query = tuple(sorted(pair for pair in parts.query if _name_and_value(pair) not in _AMP_PAIRS))
    path = _without_amp(parts.path).rstrip("/")
    if not path and not query and not parts.fragment:
        return ""
    return _unsplit(_Parts("https", host, path or "/", query, parts.fragment))


def site(url: str) -> str:
    """Returns the registrable domain of a URL, '' without a host.

    By the Public Suffix List that tldextract ships, private suffixes included (`someone.blogspot.com` is a site);
    an IP address or a single name stays as it is.
    """
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return _registrable(host)


def _parts(url: str) -> _Parts | None:
    """Returns the parts of a URL, behind any redirectors that name their target."""
    parts = _parts_as_written(url)
    while parts and (target := _behind_redirector(parts)):
        parts = _parts_as_written(target)
    return parts


def _parts_as_written(url: str) -> _Parts | None:
    try:
        split = urlsplit(url.strip())
        port = split.port
    except ValueError:
        return None
    scheme = split.scheme.lower()
    host = _normal_host(split.hostname or "")
    if scheme not in ("http", "https") or not host:
        return None
    if port is not None and port != (443 if scheme == "https" else 80):
        host = f"{host}:{port}"
    path = _without_dot_segments(_normal_escapes(split.path, _PATH_SAFE)) or "/"
    pairs = _normal_escapes(split.query, _QUERY_SAFE).split("&")
    query = tuple(pair for pair in pairs if pair and not _TRACKER.fullmatch(pair) and not _refers_to(host, pair))
    fragment = f"#{_normal_escapes(split.fragment, _QUERY_SAFE)}" if split.fragment.startswith("!") else ""
    return _Parts(scheme, host, path, query, fragment)


def _unsplit(parts: _Parts) -> str:
    query = f"?{'&'.join(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{parts.host}{parts.path}{query}{parts.fragment}"


def _normal_host(host: str) -> str:
    """Lower case and IDNA (UTS 46) for a name, the usual form for an IP address; '' for what is neither."""
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host.partition('%')[0]).compressed}]"
        except ValueError:
            return ""
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    host = host.lower().rstrip(".")
    return host if _HOST.fullmatch(host) and ".." not in host else ""


def _normal_escapes(part: str, safe: str) -> str:
    """RFC 3986 section 6.2.2: unreserved characters plain, all others escaped with upper-case digits."""
    part = _BROKEN_ESCAPE.sub("%25", part)
    part = _UNRESERVED_ESCAPE.sub(lambda match: unquote(match.group()), part)
    part = _ESCAPE.sub(lambda match: match.group().upper(), part)
    return quote(part, safe=safe, errors="replace")


def _without_dot_segments(path: str) -> str:
    """RFC 3986 section 5.2.4."""
    if "/." not in path:
        return path if path.startswith("/") or not path else f"/{path}"
    kept: list[str] = []
    segments = path.removeprefix("/").split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _name_and_value(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return name.lower(), value.lower()


def _refers_to(host: str, pair: str) -> bool:
    """Whether a parameter says that the link was found on the very site, as `ref=example.org` does there."""
    name, value = _name_and_value(pair)
    return name == "ref" and value != "" and value.removeprefix("www.") == host.removeprefix("www.")


def _behind_redirector(parts: _Parts) -> str:
    """Returns the target that a redirector's link holds, '' for any other URL. It is shorter than the link."""
    host = parts.host.removeprefix("www.")
    if host == "news.google.com" and (encoded := _GOOGLE_NEWS.fullmatch(parts.path)):
        # A protocol buffer in base64; the URL is a field of it, and ends where the next field's tag begins.
        content = base64.urlsafe_b64decode(encoded[1] + "=" * (-len(encoded[1]) % 4))
        target = _HTTP_URL.search(content)
        return target[0].decode("ascii") if target else ""
    if host.endswith(".safelinks.protection.outlook.com"):
        host = host.partition(".")[2]
    for name in _REDIRECTORS.get(host + parts.path, ()):
        for pair in parts.query:
            key, _, value = pair.partition("=")
            target_url = unquote(value)
            if key.lower() == name and _parts_as_written(target_url):
                return target_url
    return ""


def _behind_amp_cache(parts: _Parts) -> str:
    """Returns the publisher's URL behind an AMP cache or viewer, '' for any other URL."""
    if parts.host.endswith(".ampproject.org"):
        match = _AMP_CACHE.fullmatch(parts.path)
    elif parts.host in ("www.google.com", "google.com"):
        match = _AMP_VIEWER.fullmatch(parts.path)
    else:
        return ""
    return _unsplit(_Parts("https", match[1], match[2] or "/", parts.query, parts.fragment)) if match else ""


def _without_amp(path: str) -> str:
    """Drops a first or last path segment "amp" and an ending ".amp" or ".amp.html", unless nothing else is left."""
    before = None
    while before != path:
        before = path
        trimmed = path.rstrip("/")
        for ending in ("/amp", ".amp"):
            trimmed = trimmed.removesuffix(ending).rstrip("/")
        trimmed = re.sub(r"\.amp\.html$", ".html", trimmed)
        trimmed = re.sub(r"^/+amp/+(?=[^/])", "/", trimmed)
        if trimmed.strip("/"):
            path = trimmed
    return path


@lru_cache(maxsize=65_536)
def _registrable(host: str) -> str:
    host = _normal_host(host).strip("[]")
    found = _suffix_list().extract_str(host)
    if found.top_domain_under_public_suffix:
        return found.top_domain_under_public_suffix
    # Under a suffix that is not listed the list's own default rule "*" holds: the last two labels.
    return host if found.suffix or _is_ip_address(host) else ".".join(host.split(".")[-2:])


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffix_list() -> "TLDExtract":
    import tldextract

    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
