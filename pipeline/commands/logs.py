"""Logs for a person or for a machine."""

import logging
import time
from typing import Literal

import orjson

LogFormat = Literal["text", "json"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`, `exception`, and whatever was logged as `extra`."""

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


def configure(form: LogFormat, *, own: int, others: int) -> None:
    """Sends logs to standard error.

    Args:
        form: 'json' for one object a line.
        own: least level of what newsfold says.
        others: least level of what Beam and the libraries say.
    """
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    handler.setFormatter(JsonFormatter() if form == "json" else plain)
    logging.basicConfig(level=others, handlers=[handler])
    for package in ("pipeline", "transforms"):
        logging.getLogger(package).setLevel(own)
