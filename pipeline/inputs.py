"""From what a person names to the locations that are fetched."""

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
import orjson
from defusedxml import DefusedXmlException

from transforms.fetch.kinds import OPML, recognise
from transforms.rejects import RejectError

_PEEK = 64 * 1024


class InputError(ValueError):
    """An input that does not exist or names nothing; one line says which."""


def expand(inputs: Sequence[str]) -> list[str]:
    """The locations of all inputs in order, each once.

    An address stays. A folder gives its files and those of its folders, hidden ones left out, in order of their
    names; a glob what it matches. An OPML list gives the feeds it names, a file of dead letters their locations.

    Raises:
        InputError: a file that is missing, a folder without files, a glob without a match, a list without feeds,
            an address of another scheme than http or https.
    """
    locations = [location for given in inputs for path in _paths(given) for location in _locations(path)]
    return list(dict.fromkeys(locations))


def _paths(given: str) -> Iterator[str]:
    scheme = urlsplit(given).scheme if "://" in given else ""
    if scheme in ("http", "https"):
        yield given
        return
    if scheme:
        raise InputError(f"{given}: only http and https addresses can be read")
    path = Path(given)
    if path.is_file():
        yield given
    elif path.is_dir():
        yield from _files_of(path)
    elif glob.has_magic(given):
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - absolute patterns too
        if not matches:
            raise InputError(f"{given}: nothing matches")
        for match in matches:
            if Path(match).is_dir():
                yield from _files_of(Path(match))
            else:
                yield match
    else:
        raise InputError(f"{given}: no such file or folder")


def _files_of(folder: Path) -> list[str]:
    found = [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise InputError(f"{folder}: no file in this folder")
    return found


def _locations(path: str) -> list[str]:
    if "://" in path:
        return [path]
    try:
        with Path(path).open("rb") as file:
            head = file.read(_PEEK)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if head.startswith(b'{"stage":'):
        return _dead_letters(Path(path))
    try:
        if recognise(head, path, "") == OPML:
            return _feeds_of(Path(path))
    except RejectError:
        pass  # the fetch stage gives the reason
    return [path]


def _feeds_of(path: Path) -> list[str]:
    """The feeds of an OPML list, nested to any depth; relative addresses are beside the list."""
    try:
        root = defusedxml.ElementTree.fromstring(path.read_bytes())
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputError(f"{path}: not a readable OPML list: {error}") from error
    addresses = [
        outline.get("xmlUrl", "").strip() for outline in root.iter() if outline.tag.lower().endswith("outline")
    ]
    feeds = [address if "://" in address else urljoin(f"{path.parent}/", address) for address in addresses if address]
    if not feeds:
        raise InputError(f"{path}: an OPML list without feeds")
    return feeds


def _dead_letters(path: Path) -> list[str]:
    """The locations to read again, and the file itself when rows stand in it."""
    locations: list[str] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            letter = orjson.loads(line)
            locations.append(str(path) if letter["payload"] else letter["location"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: not a dead letter of newsfold") from error
    return locations
