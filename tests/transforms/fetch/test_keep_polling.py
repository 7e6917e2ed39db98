"""The source of a stream: one clock, whatever an engine would like to share."""

from transforms.fetch.keep_polling import _Ticks


def test_ticks_are_put_off_and_never_shared() -> None:
    ticks = _Ticks()
    tracker = ticks.create_tracker(ticks.initial_restriction(0))
    assert tracker.try_claim(0)
    assert tracker.try_split(0.5) is None
    now, later = tracker.try_split(0)
    assert (now.start, now.stop, later.start) == (0, 1, 1)
    assert later.stop == ticks.initial_restriction(0).stop
    tracker.check_done()
