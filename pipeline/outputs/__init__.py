"""Output files of a run, replaced atomically so that no reader sees a partial file."""
