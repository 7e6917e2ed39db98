"""From what a person names to the locations that are read."""
