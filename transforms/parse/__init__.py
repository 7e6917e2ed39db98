"""Parses documents: from bytes to items, as they were found."""
