"""Benchmarks of what newsfold promises: slow, not shipped, and never imported by newsfold itself."""
