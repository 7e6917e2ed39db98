"""Who speaks for a story."""

import numpy as np
import pytest

from transforms.fold.describe import flaws, medoids

SOBER = "Ferry runs aground off Port Ellen with 84 aboard"


@pytest.mark.parametrize(
    "title",
    [
        SOBER,
        "34 killed as coach leaves road near Salta",
        "台北發生規模六地震兩人受傷",
        "NATO and EU agree on joint exercise",
    ],
)
def test_sober_titles(title: str) -> None:
    assert flaws(title) == 0


@pytest.mark.parametrize(
    "title",
    [
        "Why did the ferry Morven run aground?",
        "You will not believe what this ferry hit!",
        "FERRY RUNS AGROUND OFF PORT ELLEN",
        "7 things to know about the ferry accident",
        "Opinion: the ferries need a new operator now",
        "Ferry accident off Port Ellen: live updates",
        "Ferry",
        "",
        SOBER * 3,
        "フェリーはなぜ座礁したのか？",
    ],
)
def test_flawed_titles(title: str) -> None:
    assert flaws(title) >= 1


def test_the_medoid_speaks_unless_its_title_shouts() -> None:
    labels = np.zeros(3, dtype=np.int64)
    near, original = np.array([0.3, 0.305, 0.2]), np.ones(3, dtype=np.bool_)
    assert medoids(near, original, [SOBER] * 3, labels).tolist() == [0]
    assert medoids(near * [1, 1.2, 1], original, [SOBER] * 3, labels).tolist() == [1]
    assert medoids(near * [1, 1.2, 1], original, [SOBER, "What happened?", SOBER], labels).tolist() == [0]


def test_copies_do_not_speak() -> None:
    near, original = np.array([0.2, 0.9, 0.9]), np.array([True, False, True])
    assert medoids(near, original, [SOBER] * 3, np.array([0, 0, 1])).tolist() == [0, 2]
