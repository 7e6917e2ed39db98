"""Expansion of files, folders, globs, OPML lists and dead letters to locations."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson

from pipeline.errors import NewsfoldError, NothingReadError
from pipeline.inputs.opml import Outline, read_opml
from transforms.fetch.kinds import OPML, is_url, recognise
from transforms.rejects import RejectError

_PEEK = 64 * 1024


class InputError(NothingReadError):
    """An input does not exist or yields no locations."""


class NoInputError(NewsfoldError):
    """No input was given, and there are no subscriptions."""

    def __init__(self) -> None:
        super().__init__("no INPUT, and no subscriptions in the store: name a feed, a file or a folder")


class UnusableListError(InputError):
    """An OPML list has no feeds or cannot be read."""


def expand(inputs: Sequence[str]) -> list[str]:
    """Returns the locations of all inputs in order, without repetitions.

    A URL is a location. A folder is expanded recursively to its files in order of their names, without hidden ones, a
    glob to its matches, an OPML list to its feeds, and a file of dead letters to their locations, or to the file itself
    for those that carry a payload. A list that was found in a folder or by a glob and cannot be used remains a
    location, and is rejected with a reason when it is read.

    Raises:
        InputError: a file is missing or cannot be opened, a folder has no files, a glob has no match, a list has no
            feeds, the scheme of a URL is not http or https, or a name is not valid UTF-8.
    """
    locations = dict.fromkeys(location for given in inputs for location in _locations_of(given))
    for location in locations:
        try:
            location.encode()
        except UnicodeEncodeError as error:
            raise InputError(f"{location!r}: a name that is not in UTF-8") from error
    return list(locations)


def _locations_of(given: str) -> Iterator[str]:
    if is_url(given):
        yield given
        return
    if "://" in given:
        raise InputError(f"{given}: only http and https addresses can be read")
    if not given.strip():
        raise InputError("an input without a name")
    try:
        is_file, is_folder = Path(given).is_file(), Path(given).is_dir()
    except OSError as error:
        raise InputError(f"{given}: {error.strerror}") from error
    if is_file:
        yield from _locations_in(given)
        return
    found = _files_of(Path(given)) if is_folder else _matches(given)
    if not found:
        raise InputError(f"{given}: no file in this folder" if is_folder else f"{given}: nothing matches")
    for path in found:
        try:
            yield from _locations_in(path)
        except UnusableListError:
            yield path


def _matches(given: str) -> list[str]:
    if not glob.has_magic(given):
        raise InputError(f"{given}: no such file or folder")
    matches = [Path(match) for match in sorted(glob.glob(given, recursive=True))]  # noqa: PTH207 - absolute ones too
    return [
        name
        for match in matches
        for name in (_files_of(match) if match.is_dir() else [str(match)] if match.is_file() else [])
    ]


def _files_of(folder: Path) -> list[str]:
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _locations_in(path: str) -> list[str]:
    """Expands a file to its locations: usually the file itself."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(_PEEK)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    if _begins_with_dead_letter(head):
        return _dead_letters(Path(path))
    try:
        if recognise(head, path, "") == OPML:
            return _feeds_of(Path(path))
    except RejectError:
        pass  # the fetch stage gives the reason
    return [path]


def _feeds_of(path: Path) -> list[str]:
    """Returns the feeds of an OPML list; relative addresses are resolved against its folder."""
    return [outline.address for outline in read_list(path)]


def read_list(path: Path) -> list[Outline]:
    """Reads the feeds of an OPML list from a file; relative addresses are resolved against its folder.

    Raises:
        InputError: the file cannot be opened.
        UnusableListError: the file is not an OPML list, or has no feeds.
    """
    try:
        outlines = read_opml(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise UnusableListError(f"{path}: not a readable OPML list: {error}") from error
    if not outlines:
        raise UnusableListError(f"{path}: an OPML list without feeds")
    return [
        one if "://" in one.address else one._replace(address=os.path.normpath(path.parent / one.address))
        for one in outlines
    ]


def _begins_with_dead_letter(head: bytes) -> bool:
    # The first line may be longer than the head, so it is recognised by newsfold's own order of keys.
    return head.lstrip().startswith((b'{"stage":"', b'{"stage": "')) and b'"reason"' in head and b'"location"' in head


def _dead_letters(path: Path) -> list[str]:
    """Returns the locations to fetch again, with the file itself in place of letters that carry a payload."""
    locations: list[str] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                letter = orjson.loads(line)
                location = str(path) if letter["payload"] else letter["location"]
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                raise InputError(f"{path}:{number}: not a dead letter of newsfold") from error
            if not isinstance(location, str):
                raise InputError(f"{path}:{number}: not a dead letter of newsfold")
            locations.append(location)
    return locations
