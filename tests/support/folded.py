"""Folded stores for tests of what shows them."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson

from tests.support.command import ROOT, newsfold

SAMPLES = ROOT / "configs/quickstart"
RUN = "document.title='run'"
SCRIPT = f"<script>{RUN}</script><img src=x onerror={RUN}><svg onload={RUN}>"
ESCAPES = "\x1b]0;owned\x07\x1b[31mred\x9b2J\u202egnp.exe\u2066"
HOSTILE = SCRIPT + ESCAPES + "{{ 7*7 }}{% raw %}" + "\"'`"
LONG = "w" * 1_000_000
LINK = "javascript:document.title='run'"


def fold_samples(output: Path) -> None:
    """Folds the sample feeds in two runs."""
    for inputs in (SAMPLES / "archive.jsonl", SAMPLES):
        done = newsfold("run", inputs, "--output", output, "--quiet")
        assert done.code == 0, done.err


def make_hostile(output: Path) -> str:
    """Puts what no cleaning would let through into every string of the largest story; returns its id."""
    database = sqlite3.connect(output / "newsfold.db")
    rows = database.execute("SELECT number, id, record FROM stories WHERE state = 'active'").fetchall()
    number, identity, record = max(rows, key=lambda row: orjson.loads(row[2])["size"])
    story: dict[str, Any] = orjson.loads(record)
    long = LONG + HOSTILE
    story |= {"headline": HOSTILE, "summary": long, "keywords": [HOSTILE, LINK, LONG], "language": "en"}
    for place, article in enumerate(story["articles"]):
        article |= {"title": (HOSTILE, long)[place % 2], "url": LINK, "source": HOSTILE}
        database.execute(
            "UPDATE articles SET title = ?, text = ?, url = ?, source = ?, author = ? WHERE id = ?",
            (article["title"], f"{HOSTILE}\n{LONG}\n{SCRIPT}", LINK, HOSTILE, HOSTILE, article["id"]),
        )
    story["sources"] = [{"source": HOSTILE, "articles": len(story["articles"])}]
    database.execute("UPDATE stories SET record = ? WHERE number = ?", (orjson.dumps(story), number))
    database.execute("UPDATE rejected SET location = ?, detail = ?", (HOSTILE, HOSTILE))
    database.commit()
    database.close()
    for index in output.glob("inspect.db*"):
        index.unlink()
    return str(identity)
