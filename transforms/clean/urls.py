"""Normalises article URLs: the canonical form for people, the key for identity, the site.

Requirements: a false match loses an article, so nothing is dropped that may identify one (`id`, `cid`, `sid`, `uid`,
`p`, `story` are kept); only parameters known to track readers are removed. All functions accept any string and never
raise.

Theory of operation: URLs are normalised by RFC 3986 section 6.2.2 (case, percent-encoding, dot segments), the link of a
redirector is replaced by the target that it holds, then listed parameters are removed; the key unifies more, because
nobody opens it.

Known exceptions: a site that distinguishes articles by `www.` or `m.`, by a trailing slash or by http and https; links
of Google News since 2024 and of FeedBurner, whose target is known only by following them.
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
"""Parameters that track readers: those that miniflux removes (internal/reader/urlcleaner), and those that news sites
add to the links in their own feeds; `partner` and `emc` only with the value that the New York Times gives them."""

_AMP_PAIRS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_AMP_CACHE = re.compile(r"/[cvi]/(?:s/)?([^/]+)(/.*)?")
"""Path of an AMP cache, `/c/s/<host>/<path>`: https://developers.google.com/amp/cache/overview."""
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+)(/.*)?")
"""Path of Google's AMP viewer, `www.google.com/amp/s/<host>/<path>`."""

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
"""Redirectors by host, without "www.", and path, with the parameters that hold the target."""
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
    """With the port if it is not the default port of the scheme."""
    path: str
    query: tuple[str, ...]
    """Parameters as written, in their order."""
    fragment: str
    """With its '#'; '' unless it is a hash-bang."""


def resolve(base: str, url: str) -> str:
    """Resolves a URL against a base, either of which may be ''; returns '' for a URL that cannot be parsed."""
    url = url.strip()
    if not url:
        return ""
    try:
        return urljoin(base.strip(), url)
    except ValueError:
        return ""


def canonical_url(url: str) -> str:
    """Returns the URL to show and to open: without credentials, trackers and fragment; '' unless http or https."""
    parts = _parts(url)
    return _unsplit(parts) if parts else ""


def url_key(url: str) -> str:
    """Returns the key that identifies the article at a URL, '' for an invalid URL and for one that names only a site.

    In addition to `canonical_url`, the key always has https, no leading "www.", "amp.", "m." or "mobile." (like the
    SURT keys of web archives), no trailing slash, sorted parameters, and the same value for the AMP forms of a page.
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

    It uses the Public Suffix List that tldextract ships, private suffixes included (`someone.blogspot.com` is a site);
    an IP address or a single name stays as it is.
    """
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return _registrable(host)


def _parts(url: str) -> _Parts | None:
    """Returns the parts of a URL, or of the target if it is the link of a redirector that names its target."""
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
    """Normalises a host name to lower case and IDNA (UTS 46), and an IP address; returns '' for anything else."""
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
    """Unescapes unreserved characters and escapes all others with upper-case digits (RFC 3986 section 6.2.2)."""
    part = _BROKEN_ESCAPE.sub("%25", part)
    part = _UNRESERVED_ESCAPE.sub(lambda match: unquote(match.group()), part)
    part = _ESCAPE.sub(lambda match: match.group().upper(), part)
    return quote(part, safe=safe, errors="replace")


def _without_dot_segments(path: str) -> str:
    """Removes dot segments from a path (RFC 3986 section 5.2.4)."""
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
    """Tells whether a parameter names the site itself as the referrer, as `ref=example.org` does on example.org."""
    name, value = _name_and_value(pair)
    return name == "ref" and value != "" and value.removeprefix("www.") == host.removeprefix("www.")


def _behind_redirector(parts: _Parts) -> str:
    """Returns the target in the link of a redirector, which is always shorter than the link; '' for any other URL."""
    host = parts.host.removeprefix("www.")
    if host == "news.google.com" and (encoded := _GOOGLE_NEWS.fullmatch(parts.path)):
        # The path holds a protocol buffer in base64; the URL is one of its fields and ends at the tag of the next.
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
    """Drops a first or last segment "amp" and an ending ".amp" or ".amp.html", unless nothing would be left."""
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
    # The default rule "*" of the list applies to suffixes that are not listed: the last two labels.
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
