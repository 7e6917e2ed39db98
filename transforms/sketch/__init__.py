"""Sketching: from the text of a block of articles to shingles, MinHash signatures and term counts."""
