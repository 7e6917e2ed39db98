"""Provides the material of the benchmarks: real articles from outside the project, and seeded edited copies of them.

The project holds no publisher's text: copies are made at run time from the rows that are given.
"""

import gzip
import json
import os
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]
"""An article row as newsfold reads it."""

OUTLETS = 40
"""Number of invented outlets that publish the copies."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SPACE = re.compile(r"(\s+)")


class EditedCopy(NamedTuple):
    """One edited copy; how it was made is kept apart from the row."""

    row: Row
    copy_of: str
    """The id of the row it was made from."""
    edit: str
    """One of `EDITS`."""


def shared_data() -> Path | None:
    """Returns the folder of real material, in `NEWSFOLD_SHARED` or else in `../shared`; None if there is none."""
    folder = Path(os.environ.get("NEWSFOLD_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
    return folder if folder.is_dir() else None


def read_rows(path: Path) -> list[Row]:
    """Reads the rows of a JSON Lines file, plain or gzip."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    return [json.loads(line) for line in content.split(b"\n") if line]


def write_rows(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Writes rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def edited_copies(rows: Sequence[Row], count: int, seed: int) -> list[EditedCopy]:
    """Makes copies of articles as outlets make them; the same arguments give the same copies.

    The kinds in `EDITS` alternate. The original is drawn independently each time, so that some have several copies. A
    copy has its own id, URL and source and the title of its original; if the day of the original is known, the copy
    is published at some hour of it.

    Args:
        rows: article rows with a text; at least two, since added text is taken from another row.
        count: number of copies.
        seed: of all random choices.
    """
    chance = random.Random(seed)  # noqa: S311
    kinds = list(EDITS)
    copies = []
    for number in range(count):
        edit = kinds[number % len(kinds)]
        original, donor = chance.sample(rows, 2)
        outlet = chance.randrange(OUTLETS)
        published = original.get("published", "")
        if _DAY.fullmatch(published):
            published += f"T{chance.randrange(1, 24):02d}:{chance.randrange(60):02d}:00Z"
        row = {
            "id": f"copy-{seed}-{number:06d}",
            "url": f"https://outlet-{outlet:02d}.example/{seed}/{number:06d}",
            "title": original.get("title", ""),
            "text": EDITS[edit](original["text"], donor["text"], chance),
            "published": published,
            "source": f"Outlet {outlet:02d}",
        }
        copies.append(EditedCopy(row, original["id"], edit))
    return copies


Edit = Callable[[str, str, random.Random], str]
"""Edits a text, given another article's text and a source of random numbers."""


def _edit_words(share: float) -> Edit:
    """Edits this share of all words, anywhere in the text: of five edits three replace, one deletes, one inserts."""

    def edit(text: str, donor: str, chance: random.Random) -> str:
        pieces = _SPACE.split(text)
        others = donor.split()
        for place in chance.sample(range(0, len(pieces), 2), round(share * (len(pieces) + 1) / 2)):
            word, kind = chance.choice(others), chance.randrange(5)
            pieces[place] = "" if kind == 0 else f"{pieces[place]} {word}" if kind == 1 else word
        return "".join(pieces)

    return edit


def cut(share: float) -> Edit:
    """Keeps the first words of a text, this share of all."""

    def edit(text: str, _donor: str, _chance: random.Random) -> str:
        pieces = _SPACE.split(text)
        return "".join(pieces[: 2 * round(share * (len(pieces) + 1) / 2) - 1])

    return edit


def _add_lead(text: str, donor: str, chance: random.Random) -> str:
    return f"{_passage(donor, chance, 30, 80)}\n\n{text}"


def _add_tail(text: str, donor: str, chance: random.Random) -> str:
    return f"{text}\n\n{_passage(donor, chance, 60, 160)}"


def _passage(donor: str, chance: random.Random, least: int, most: int) -> str:
    words = donor.split()
    start = chance.randrange(max(1, len(words) - most))
    return " ".join(words[start : start + chance.randrange(least, most)])


def _add_agency(text: str, _donor: str, chance: random.Random) -> str:
    place = chance.choice(["SKARN", "NORTHMOOR", "VALE HARBOUR", "ANSEL"])
    agency = chance.choice(["Tidewater Wire", "TW", "Northern Press Agency"])
    return f"{place} ({agency}) - {text}"


EDITS: dict[str, Edit] = {
    "words 5 %": _edit_words(0.05),
    "words 10 %": _edit_words(0.10),
    "words 20 %": _edit_words(0.20),
    "words 30 %": _edit_words(0.30),
    "first half": cut(1 / 2),
    "first two thirds": cut(2 / 3),
    "added lead": _add_lead,
    "added tail": _add_tail,
    "agency prefix": _add_agency,
}
"""All kinds of edits by name."""
