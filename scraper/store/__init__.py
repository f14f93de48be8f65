"""The store: every visit, every version of every record, what changed, what failed, and what is effective now."""
