"""Folding: from links to stories that last."""
