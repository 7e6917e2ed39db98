"""Logs on standard error: what Beam says of itself reaches nobody, unless it is asked for."""

import logging
import sys

import pytest

from pipeline.commands import logs
from pipeline.commands.main import main


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts loggers back after each test."""
    monkeypatch.setattr(logging.root, "handlers", list(logging.root.handlers))
    for logger in (logging.root, logging.getLogger("pipeline"), logging.getLogger("transforms")):
        monkeypatch.setattr(logger, "level", logger.level)


def test_no_command_shows_what_libraries_warn_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["newsfold", "explain-config"])
    main()
    logging.warning("apitools not found")  # noqa: LOG015 - as Beam does
    logging.getLogger("apache_beam").error("a worker failed")
    assert capsys.readouterr().err == ""


def test_who_asks_for_more_gets_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logs.configure(own=logging.INFO, others=logging.INFO)
    logging.getLogger("pipeline.runs").info("done")
    assert capsys.readouterr().err.count("done") == 1
