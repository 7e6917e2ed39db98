"""Feeds by a script: what each shows at every hour is settled by a seed, and so is the truth about its articles."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import NamedTuple
from xml.sax.saxutils import escape

from tests.support.fault_server import Answer

HOUR = 3600
_SHOWN = 15
"""Most entries of a feed."""
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru".split()


class Rates(NamedTuple):
    """How likely each thing is, a feed and an hour."""

    new: float = 0.15
    wire: float = 0.04
    """Another paper's newest text under an address of one's own."""
    updated: float = 0.06
    deleted: float = 0.03
    reissued: float = 0.03
    """Deleted or pushed out before, and back as it was, half of the time under another guid."""


@dataclass
class Entry:
    """An article in a feed."""

    url: str
    guid: str
    title: str
    text: str
    published: int


@dataclass
class _Paper:
    shown: list[Entry] = field(default_factory=list)
    """The newest first."""
    gone: list[Entry] = field(default_factory=list)


class Newspapers:
    """So many papers and one digest that shows the newest of them at their own addresses.

    Args:
        feeds: how many in all.
        seed: of everything.
        start: UTC epoch seconds of the first hour.
    """

    def __init__(self, feeds: int, seed: int, start: int) -> None:
        self._chance = random.Random(seed)
        self._words = ["".join(self._chance.choices(_SYLLABLES, k=3)) for _ in range(4000)]
        self._papers = [_Paper() for _ in range(feeds - 1)]
        self._rates = Rates()
        self._number = 0
        self.now = start
        self.versions: dict[str, list[str]] = {}
        """The truth: the texts of each article in order, by address, as far as a reader has seen them."""
        self.shown_at: dict[str, int] = {}
        """When a reader saw each address last."""
        self.names = [f"paper{number}" for number in range(feeds - 1)] + ["digest"]

    def pass_hours(self, hours: int) -> set[str]:
        """Lets some hours pass, after which a reader looks.

        Returns:
            The addresses whose text is new or another one.
        """
        for _ in range(hours):
            self.now += HOUR
            for number, paper in enumerate(self._papers):
                self._edit(paper, number)
        changed = set()
        for name in self.names:
            for entry in self._shown(name):
                self.shown_at[entry.url] = self.now
                known = self.versions.setdefault(entry.url, [])
                if not known or known[-1] != entry.text:
                    known.append(entry.text)
                    changed.add(entry.url)
        return changed

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What the server says: /script/NAME, with an ETag that is minded."""
        name = path.rpartition("/")[2]
        items = "".join(
            f"<item><title>{escape(entry.title)}</title><link>{entry.url}</link>"
            f"<guid isPermaLink='false'>{entry.guid}</guid>"
            f"<pubDate>{formatdate(entry.published, usegmt=True)}</pubDate>"
            f"<description>{escape(entry.text)}</description></item>"
            for entry in self._shown(name)
        )
        content = f"<rss version='2.0'><channel><title>The {name}</title>{items}</channel></rss>".encode()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        unchanged = headers.get("If-None-Match") == tag
        return Answer(304, headers={"ETag": tag}) if unchanged else Answer(200, content, {"ETag": tag})

    def _shown(self, name: str) -> list[Entry]:
        if name != "digest":
            return self._papers[int(name.removeprefix("paper"))].shown
        return [entry for paper in self._papers[:5] for entry in paper.shown[:2]]

    def _edit(self, paper: _Paper, number: int) -> None:
        chance, rates = self._chance, self._rates
        if chance.random() < rates.new:
            self._issue(paper, number, self._text())
        if chance.random() < rates.wire and (other := chance.choice(self._papers)).shown and other is not paper:
            self._issue(paper, number, other.shown[0].text)
        if chance.random() < rates.updated and paper.shown:
            entry = chance.choice(paper.shown)
            entry.text += " " + " ".join(chance.choices(self._words, k=8)).capitalize() + "."
        if chance.random() < rates.deleted and paper.shown:
            paper.gone.append(paper.shown.pop(chance.randrange(len(paper.shown))))
        if chance.random() < rates.reissued and paper.gone:
            entry = paper.gone.pop(chance.randrange(len(paper.gone)))
            if chance.random() < 0.5:
                entry.guid += "-again"
            paper.shown.insert(0, entry)
        paper.gone += paper.shown[_SHOWN:]
        del paper.shown[_SHOWN:], paper.gone[:-30]

    def _issue(self, paper: _Paper, number: int, text: str) -> None:
        self._number += 1
        url = f"https://paper{number}.example/{self._number}"
        title = " ".join(text.split()[:6]).title()
        published = self.now - self._chance.randrange(HOUR)
        paper.shown.insert(0, Entry(url, f"paper{number}-{self._number}", title, text, published))

    def _text(self) -> str:
        subject = self._chance.sample(self._words, 12)
        return ". ".join(
            " ".join([*self._chance.choices(subject, k=5), *self._chance.choices(self._words, k=5)]).capitalize()
            for _ in range(8)
        )
