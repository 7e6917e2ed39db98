"""Runs from lock to output files: bounded, streaming, manual edits, scheduled."""
