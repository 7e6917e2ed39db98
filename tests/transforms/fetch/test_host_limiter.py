"""Tests that many hosts are served at once, and each with one request at a time."""

import threading
import time
from collections import Counter
from collections.abc import Generator
from itertools import pairwise
from types import SimpleNamespace

import pytest

from transforms.fetch import host_limiter
from transforms.fetch.host_limiter import HostLimiter, run_queues


def test_one_at_a_time_and_with_a_gap() -> None:
    limiter = HostLimiter(gap_seconds=0.05)
    spans: dict[str, list[tuple[float, float]]] = {"a": [], "b": []}
    both_at_once = threading.Barrier(2, timeout=120)

    def visit(host: str) -> None:
        with limiter.turn(host):
            started = time.monotonic()
            both_at_once.wait()
            spans[host].append((started, time.monotonic()))

    threads = [threading.Thread(target=visit, args=(host,)) for host in "ab" * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for times in spans.values():
        ordered = sorted(times)
        assert len(ordered) == 4
        assert all(later[0] - earlier[1] >= 0.05 for earlier, later in pairwise(ordered))


def test_a_failure_ends_a_turn() -> None:
    limiter = HostLimiter(gap_seconds=0)
    with pytest.raises(ZeroDivisionError), limiter.turn("a"):
        raise ZeroDivisionError
    with limiter.turn("a"):
        pass


def test_every_queue_in_its_order() -> None:
    queues = [[(name, number) for number in range(5)] for name in "abcdefgh"]
    done = [result for result, _ in run_queues(queues, lambda work: work, at_once=3)]
    assert Counter(done) == Counter(work for queue in queues for work in queue)
    for queue in queues:
        assert [work for work in done if work[0] == queue[0][0]] == queue


def test_at_once_is_never_exceeded() -> None:
    running = Counter[str]()
    most = 0
    lock, all_four = threading.Lock(), threading.Event()

    def work(name: str) -> None:
        nonlocal most
        with lock:
            running[name] += 1
            most = max(most, sum(running.values()))
            assert running[name] == 1
            if most == 4:
                all_four.set()
        all_four.wait(120)
        time.sleep(0.005)
        with lock:
            running[name] -= 1

    list(run_queues([[name] * 3 for name in "abcdefgh"], work, at_once=4))
    assert most == 4


def test_a_queue_can_be_emptied() -> None:
    results = []
    for result, rest in run_queues([[1, 2, 3], [10, 20]], lambda work: work, at_once=2):
        results.append(result)
        if result == 1:
            rest.clear()
    assert sorted(results) == [1, 10, 20]


def test_a_slow_caller_is_not_flooded() -> None:
    done = 0

    def work(_: int) -> None:
        nonlocal done
        done += 1

    results = run_queues([[number] for number in range(100)], work, at_once=2)
    assert isinstance(results, Generator)
    next(results)
    time.sleep(0.05)
    assert done <= 2 * 2
    results.close()


def test_a_failure_reaches_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        list(run_queues([[0]], lambda work: 1 // work, at_once=2))


def test_a_host_that_wants_longer_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = HostLimiter(gap_seconds=20)
    limiter.slow_down("a", 60)
    limiter.slow_down("a", 10)
    pauses: list[float] = []
    monkeypatch.setattr(host_limiter, "time", SimpleNamespace(sleep=pauses.append, monotonic=lambda: 1000.0))
    for host in "aabb":
        with limiter.turn(host):
            pass
    assert pauses == [0, 60, 0, 20]
