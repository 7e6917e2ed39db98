"""Recognising: one article from several references, new or known, without its site's boilerplate."""
