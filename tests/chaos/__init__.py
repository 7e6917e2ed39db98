"""Runs that are killed at named points, and what the next run makes of what they left."""
