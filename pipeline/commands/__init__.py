"""Everything a person types: each module parses its options, calls one room, and prints."""
