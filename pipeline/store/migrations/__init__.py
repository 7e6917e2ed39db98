"""How a store of an earlier newsfold becomes one of this."""
