"""A run from its lock to its files: bounded, streaming, by a manual edit, on a schedule."""
