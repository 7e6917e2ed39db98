"""Logging as text or as JSON."""

import logging
import sys
import time
from typing import Literal

import orjson

LogFormat = Literal["text", "json"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formatter of one JSON object per line: `time`, `level`, `logger`, `message`, `exception`, and any `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        content = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            content["exception"] = self.formatException(record.exc_info)
        content |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        return orjson.dumps(content, default=str).decode()


_HANDLER = logging.StreamHandler()
_PLAIN = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")


def configure(form: LogFormat = "text", *, own: int = logging.ERROR, others: int = logging.CRITICAL) -> None:
    """Sends logs to standard error; a later call replaces the settings of an earlier one.

    Args:
        form: 'text', or 'json' for one object per line.
        own: minimum level of newsfold's own messages.
        others: minimum level of messages from Beam and other libraries, some of which log on import.
    """
    _HANDLER.stream = sys.stderr
    _HANDLER.setFormatter(JsonFormatter() if form == "json" else _PLAIN)
    logging.root.addHandler(_HANDLER)
    logging.root.setLevel(others)
    for package in ("pipeline", "transforms"):
        logging.getLogger(package).setLevel(own)
