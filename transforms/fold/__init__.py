"""Folds windows of linked articles into lasting stories."""
