"""Expansion of command-line inputs to the locations that are fetched."""
