"""The store: every page seen, every version of every record, what changed, what failed."""
