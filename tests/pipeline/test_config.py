"""Configuration: defaults that are documented, and errors that name the key."""

from pathlib import Path

import pytest
import yaml

from pipeline.config import Config, ConfigError, load

CONFIGS = Path(__file__).parents[2] / "configs"


def test_the_commented_file_holds_every_key_with_its_default() -> None:
    assert yaml.safe_load((CONFIGS / "newsfold.yaml").read_text(encoding="utf-8")) == Config().model_dump()


def test_every_key_is_explained() -> None:
    lines = (CONFIGS / "newsfold.yaml").read_text(encoding="utf-8").splitlines()
    keys = [number for number, line in enumerate(lines) if line.startswith("  ") and not line.lstrip().startswith("#")]
    assert keys
    assert all(lines[number - 1].startswith("  #") for number in keys)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.name)
def test_every_file_of_configs_loads(path: Path) -> None:
    assert isinstance(load(path), Config)


def test_no_file_gives_the_defaults() -> None:
    assert load(None) == Config()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("stories: {treshold: 0.2}", "unknown key stories.treshold: accepted here are threshold, time_scale_hours,"),
        ("storeys: {}", "unknown key storeys: accepted here are fetch, feeds, parse, copies, stories"),
        ("stories: {threshold: 2}", "stories.threshold: input should be less than 1, got 2"),
        ("stories: {threshold: soon}", "stories.threshold: input should be a valid number"),
        ("copies: 5", "copies: "),
        (
            "feeds: {'https://a.example/': {interval: 5}}",
            "unknown key feeds.https://a.example/.interval: accepted here",
        ),
        ("feeds: {'https://a.example/': {interval_minutes: 0}}", "greater than or equal to 0.01, got 0"),
        ("- a list", "must be a mapping"),
        ("a: [", "not YAML"),
    ],
)
def test_errors_are_one_line_that_names_file_and_key(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(path)
    assert message in str(error.value)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "absent.yaml")


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("# nothing\n", encoding="utf-8")
    assert load(path) == Config()
