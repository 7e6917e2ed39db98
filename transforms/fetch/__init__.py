"""Fetches documents: from locations to bytes, within a deadline and a size limit."""
