"""Recognises articles: unites repeated ones, tells new from stored ones, and marks the boilerplate of their sites."""
