"""Reads and checks the configuration; configs/newsfold.yaml explains every key."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import NewsfoldError


class ConfigError(NewsfoldError):
    """Raised for a configuration that cannot be used; one line names the file, the key and the accepted values."""


FullText = Literal["never", "when_short", "always"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fetch(_Section):
    """The section `fetch`: how inputs are read."""

    contact: str = ""
    interval_minutes: float = Field(60, ge=0.01, le=60 * 24 * 30)
    hosts_at_once: int = Field(128, ge=1, le=1024)
    gap_seconds: float = Field(1, ge=0, le=600)
    connect_seconds: float = Field(10, gt=0, le=600)
    read_seconds: float = Field(20, gt=0, le=600)
    total_seconds: float = Field(30, gt=0, le=3600)
    private_addresses: bool = False
    max_bytes: int = Field(10 * 2**20, ge=1024, le=2**31)
    full_text: FullText = "never"
    max_page_bytes: int = Field(5 * 2**20, ge=1024, le=2**31)


class Feed(_Section):
    """One feed in the section `feeds`; a key that is left out has the value that applies to all feeds."""

    interval_minutes: float | None = Field(None, ge=0.01, le=60 * 24 * 30)
    full_text: FullText | None = None


class Parse(_Section):
    """The section `parse`: how feeds are parsed."""

    max_entries: int = Field(1000, ge=1, le=1_000_000)


class Copies(_Section):
    """The section `copies`: when a text is a copy of another."""

    similarity: float = Field(0.5, ge=0.2, le=1)
    containment: float = Field(0.8, ge=0.5, le=1)
    recall: float = Field(0.99, ge=0.5, lt=1)
    shards: int = Field(1, ge=1, le=1024)


class Stories(_Section):
    """The section `stories`: when articles become one story, and how long it stays open."""

    threshold: float = Field(0.17, gt=0, lt=1)
    time_scale_hours: float = Field(72, gt=0, le=24 * 3650)
    close_after_days: float = Field(7, gt=0, le=3650)


class Stream(_Section):
    """The section `stream`: how `newsfold stream` works."""

    window_seconds: float = Field(10, ge=1, le=3600)


class Config(_Section):
    """The whole configuration; the defaults are meant to be right for most users."""

    fetch: Fetch = Fetch()
    feeds: dict[str, Feed] = {}
    parse: Parse = Parse()
    copies: Copies = Copies()
    stories: Stories = Stories()
    stream: Stream = Stream()


def load(path: Path | None) -> Config:
    """Loads a YAML file.

    Args:
        path: the file; None gives the defaults.

    Raises:
        ConfigError: the file cannot be read or is not a YAML mapping, a key is unknown, or a value is not accepted.
    """
    if path is None:
        return Config()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if content is None:
        return Config()
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: must be a mapping of sections, such as 'stories:'")
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error)}") from error


def with_value(config: Config, key: str, value: object) -> Config:
    """Returns the configuration with another value for one key.

    Args:
        config: is not changed.
        key: a section and a key of it, such as `stories.threshold`.
        value: as it would be in the file.

    Raises:
        ConfigError: the key is unknown, or the value is not accepted.
    """
    section, _, name = key.partition(".")
    content = config.model_dump()
    if section not in content or section == "feeds":
        raise ConfigError(f"unknown key {key}: must be a section and a key of it, such as stories.threshold")
    content[section] |= {name: value}
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        raise ConfigError(_explain(error)) from error


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        *place, _ = map(str, first["loc"])
        section = Feed() if place[:1] == ["feeds"] else getattr(Config(), place[0]) if place else Config()
        return f"unknown key {key}: accepted here are {', '.join(type(section).model_fields)}"
    return f"{key}: {first['msg'][0].lower()}{first['msg'][1:]}, got {first['input']!r}"
