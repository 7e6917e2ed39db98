"""Names the version of sketches."""

from transforms.sketch.shingles import WIDTH
from transforms.sketch.signatures import PERMUTATIONS, SCHEME, SEED

_TOKENISER = 2
_SHINGLER = 1
_TERMS = 2
"""Versions of the algorithms, raised whenever the same text would get different hashes."""

SKETCH = f"{SCHEME} seed {SEED} x {PERMUTATIONS}, tokens {_TOKENISER}, runs of {WIDTH} {_SHINGLER}, terms {_TERMS}"
"""Sketches of different versions are never compared: datasketch itself cannot distinguish them, and with other shingles
or hash functions under the same permutations the same text looks like a different one."""
