"""Turns what was found into articles: plain text, canonical URL, UTC time, language, identity."""
