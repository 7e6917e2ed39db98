"""How newsfold is run: command, configuration, inputs, graph, store, outputs."""
