"""Tests that documents made to hang or to fill the memory soon end in items or in a dead letter."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT

pytestmark = pytest.mark.slow

DEEP, LONG = 200_000, 10_000_000
CPU_SECONDS = 120

# Each is what an attacker needs to write, as an expression; a process of its own bounds time and memory.
DOCUMENTS = {
    "billion laughs": "entities(b''.join(b'<!ENTITY l%d \"%s\">' % (n, b'&l%d;' % (n - 1) * 10) for n in range(1, 10)),"
    " b'&l9;')",
    "quadratic blow-up": "entities(b'<!ENTITY a \"' + b'a' * 50_000 + b'\">', b'&a;' * 50_000)",
    "external entity": "entities(b'<!ENTITY a SYSTEM \"file:///etc/passwd\">', b'&a;')",
    "deep XML": "b'<rss><channel><item><title>t</title>' + b'<a>' * DEEP + b'</a>' * DEEP + b'</item></channel></rss>'",
    "deep HTML in an entry": "entry(b'&lt;div&gt;' * DEEP + b'x')",
    "deep page": "b'<html><body>' + b'<div>' * DEEP + b'<p>A text</p>'",
    "deep JSON": 'b\'{"version":"https://jsonfeed.org/version/1","items":\' + b"[" * DEEP',
    "left angles": "entry(b'<![CDATA[' + b'<' * LONG + b']]>')",
    "escaped left angles": "entry(b'&lt;' * (LONG // 4))",
    "ampersands": "entry(b'<![CDATA[' + b'&' * LONG + b']]>')",
    "comments": "entry(b'<![CDATA[' + b'<!--' * (LONG // 4) + b']]>')",
    "escaped comments": "entry(b'&lt;!--' * (LONG // 7))",
    "attributes": "entry(b'&lt;a ' + b'b=c ' * (LONG // 5) + b'&gt;')",
    "open comments": "b'<rss>' + b'<!--' * (LONG // 4)",
    "empty items": "b'<rss><channel>' + b'<item/>' * (LONG // 14)",
    "a sitemap": "b'<urlset>' + b'<url>' * DEEP",
}

READ = f"""
import re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
from transforms.clean.article import clean
from transforms.fetch.kinds import recognise
from transforms.parse.document import parse_document
from transforms.records import Document
from transforms.rejects import RejectError
DEEP, LONG = {DEEP}, {LONG}
def entry(text):
    return b"<rss><channel><item><title>T</title><description>" + text + b"</description></item></channel></rss>"
def entities(declared, title):
    start = b"<!DOCTYPE a [<!ENTITY l0 'lol'>" + declared + b"]>"
    return start + b"<rss><channel><item><title>" + title + b"</title></item></channel></rss>"
content = eval(sys.argv[1])
document = Document("f", "f", recognise(content, "f", ""), content, "", 1, 1_793_000_000)
contents = parse_document(document, max_entries=1000)
ended = len(contents.rejected)
for item in contents.items:
    try:
        article = clean(item, 1_793_000_000)
        assert "root" not in article.title
    except RejectError:
        pass
    ended += 1
assert ended
# Not ru_maxrss: that of a child begins with what its parent held.
status = open("/proc/self/status").read()
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024)
"""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_bounded_in_time_and_memory(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ, DOCUMENTS[name]],
        cwd=Path(ROOT), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 800
