"""Matching: candidates from shared band keys, each verified before it becomes a link."""
