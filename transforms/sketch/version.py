"""What a stored sketch was made by."""

from transforms.sketch.shingles import WIDTH
from transforms.sketch.signatures import PERMUTATIONS, SCHEME, SEED

_TOKENISER = 2
_SHINGLER = 1
_TERMS = 2
"""Raised whenever the same text would get other hashes."""

SKETCH = f"{SCHEME} seed {SEED} x {PERMUTATIONS}, tokens {_TOKENISER}, runs of {WIDTH} {_SHINGLER}, terms {_TERMS}"
"""Sketches of different versions are never compared: datasketch itself cannot tell them apart, and other shingles
or hash functions under the same permutations look like texts without anything in common."""
