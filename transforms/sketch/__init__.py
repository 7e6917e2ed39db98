"""Sketches articles: computes shingles, MinHash signatures and term counts of a block of texts."""
