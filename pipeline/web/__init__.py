"""The web inspector: pages, a JSON API and feeds over a store opened read-only."""
