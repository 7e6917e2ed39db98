"""Programs for developing newsfold, which users do not need."""
