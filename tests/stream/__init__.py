"""Streams: what needs Prism."""
