"""Parses sweeps, which try several values of one configuration key."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import yaml

from pipeline.config import Config, ConfigError, with_value

MOST = 200
"""Most values of one sweep; each is a whole run."""

_FORMS = "as in stories.threshold=.1:.3:.02 or copies.similarity=.4,.5,.6"


class Sweep(NamedTuple):
    """A key, and the configurations to try."""

    key: str
    tried: list[tuple[object, Config]]
    """Each value of the key, and the configuration with it."""


def parse_sweep(text: str, config: Config) -> Sweep:
    """Parses `KEY=FIRST:LAST:STEP`, both ends included, or `KEY=VALUE,VALUE,...`.

    Args:
        text: as a person writes it.
        config: has the values of all other keys.

    Raises:
        ConfigError: it has neither form, the key is unknown, a value is not accepted, or there are too many.
    """
    key, equals, values = text.partition("=")
    if not equals or not values.strip():
        raise ConfigError(f"--sweep {text}: must name a key and its values, {_FORMS}")
    written = list(_steps(text, *values.split(":"))) if ":" in values else [one.strip() for one in values.split(",")]
    tried = []
    for one in written:
        try:
            value = yaml.safe_load(one)
        except yaml.YAMLError as error:
            raise ConfigError(f"--sweep {text}: {one!r} is not a value") from error
        tried.append((value, with_value(config, key.strip(), value)))
    return Sweep(key.strip(), tried)


def value_of(config: Config, key: str) -> object:
    """Returns the value of a key that `with_value` accepts."""
    section, _, name = key.partition(".")
    return getattr(getattr(config, section), name)


def _steps(text: str, *bounds: str) -> Iterator[str]:
    """Yields the values of a range as decimal numbers, so that .1 + 2 * .1 is .3."""
    try:
        first, last, step = map(Decimal, bounds)
    except (ValueError, InvalidOperation) as error:
        raise ConfigError(f"--sweep {text}: must be FIRST:LAST:STEP in numbers, {_FORMS}") from error
    if not all(bound.is_finite() for bound in (first, last, step)) or step <= 0 or last < first:
        raise ConfigError(f"--sweep {text}: LAST must not be below FIRST, and STEP above 0")
    count = (last - first) / step + 1
    if count > MOST:
        raise ConfigError(f"--sweep {text}: at most {MOST} values")
    for place in range(int(count)):
        yield format(first + place * step, "f")
