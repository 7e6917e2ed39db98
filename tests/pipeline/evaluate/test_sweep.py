"""Tests parsing the values of a sweep."""

import pytest

from pipeline.config import Config, ConfigError, load
from pipeline.evaluate.sweep import MOST, parse_sweep, value_of


def values(text: str) -> list[object]:
    return [value for value, _ in parse_sweep(text, Config()).tried]


def test_ranges_hold_both_ends_and_decimal_steps() -> None:
    assert values("stories.threshold=.1:.3:.1") == [0.1, 0.2, 0.3]
    assert values("stories.threshold=.1:.3:.02")[-1] == 0.3
    assert values("copies.shards=1:8:3") == [1, 4, 7]
    assert values("stories.threshold=.2:.2:1") == [0.2]


def test_lists_hold_whatever_the_key_takes() -> None:
    assert values("fetch.full_text=never, always") == ["never", "always"]
    assert values("fetch.private_addresses=true") == [True]


def test_only_the_key_differs() -> None:
    config = Config.model_validate({"copies": {"similarity": 0.7}})
    ((_, tried),) = parse_sweep("copies.recall=.9", config).tried
    assert value_of(tried, "copies.recall") == 0.9
    assert tried.copies.similarity == 0.7
    assert tried.stories == config.stories
    assert config.copies.recall == load(None).copies.recall


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("stories.threshold", "must name a key and its values"),
        ("stories.threshold=", "must name a key and its values"),
        ("=1,2", "unknown key"),
        ("stories=1", "unknown key"),
        ("feeds.x=1", "unknown key"),
        ("stories.treshold=.1:.2:.1", "accepted here are threshold"),
        ("stories.threshold=.1:.2", "FIRST:LAST:STEP"),
        ("stories.threshold=.1:.2:.1:.1", "FIRST:LAST:STEP"),
        ("stories.threshold=a:b:c", "FIRST:LAST:STEP"),
        ("stories.threshold=.1:.3:0", "STEP above 0"),
        ("stories.threshold=.3:.1:.1", "LAST must not be below FIRST"),
        ("stories.threshold=.1:inf:.1", "LAST must not be below FIRST"),
        ("stories.threshold=.1:nan:.1", "LAST must not be below FIRST"),
        ("stories.threshold=.1:.9:.0001", f"at most {MOST}"),
        ("stories.threshold=.5:1.5:.5", "less than 1, got 1"),
        ("stories.threshold=.1,,.2", "got None"),
        ("stories.threshold={", "is not a value"),
    ],
)
def test_other_sweeps_are_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_sweep(text, Config())
    assert why in str(error.value)
    assert "\n" not in str(error.value)
