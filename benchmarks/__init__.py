"""Proofs that take too long for every change: each prints a table, then one JSON line."""
