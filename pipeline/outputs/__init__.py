"""Files that a run leaves: written beside, then renamed, so that no reader sees half of one."""
