"""Cleans items into articles: plain text, canonical URL, UTC time, language, identity."""
