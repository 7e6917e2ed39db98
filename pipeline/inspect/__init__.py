"""Queries that show the stories, articles and runs of a store; nothing here changes it."""
