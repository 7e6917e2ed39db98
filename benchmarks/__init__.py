"""Slow proofs of what newsfold promises: neither shipped nor imported by it."""
