"""Axis ticks and their labels."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil, floor, log10

_MOST_LABELS = 5
_HOURS, _DAYS = (1, 2, 3, 6, 12, 24), (1, 2, 7, 14, 30, 60, 120, 365)


def step_of(span: float, about: int, least: float = 0.0) -> float:
    """Returns the step, 1, 2 or 5 times a power of ten, that divides a span into about `about` parts.

    Args:
        span: length of the axis, greater than 0.
        about: approximate number of parts.
        least: smallest meaningful step, such as 1 for counts.
    """
    rough = max(span / about, least)
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def inside(low: float, high: float, step: float) -> list[float]:
    """Returns the multiples of a step from `low` to `high`."""
    return [round(step * n, 10) for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def around(low: float, high: float, step: float) -> list[float]:
    """Returns the multiples of a step that enclose `low` to `high`."""
    return [round(step * n, 10) for n in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)]


def labelled(times: Sequence[str]) -> list[int]:
    """Returns the indices of the days or hours to label, counted back from the last.

    Args:
        times: first 10 (days) or 13 (hours) characters of RFC 3339 times, in order.
    """
    steps = _DAYS if times and len(times[0]) == 10 else _HOURS
    step = next((step for step in steps if len(times) / step <= _MOST_LABELS), len(times))
    return list(range(len(times) - 1, -1, -step))[::-1]


def day_or_hour(time: str) -> str:
    """Formats a day as '6 Nov' and an hour as '14:00'."""
    moment = datetime.fromisoformat(time)
    return moment.strftime("%H:00") if len(time) > 10 else f"{moment.day} {moment:%b}"
