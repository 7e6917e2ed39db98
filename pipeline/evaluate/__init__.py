"""Evaluates stories against articles whose events are known."""
