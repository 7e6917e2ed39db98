"""The table of document frequencies that ships, as it is made."""

import numpy as np
import pytest

from tools.background import compress
from transforms.match.background import LEVELS
from transforms.records import Segment


def test_compressing_keeps_the_most_frequent_terms_to_a_level() -> None:
    counted = Segment(np.array([3, 5, 900, 1 << 31], dtype=np.uint64), np.array([7, 1, 100, 9], dtype=np.uint32), 120)
    table = compress(counted, 3)
    assert np.cumsum(table["steps"], dtype=np.uint64).tolist() == [3, 900, 1 << 31]
    assert 2 ** (table["levels"] / LEVELS) == pytest.approx([7, 100, 9], rel=0.1)
    assert table["articles"] == 120
