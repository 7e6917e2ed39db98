"""The command line: each module parses options, calls one other package, and prints."""
