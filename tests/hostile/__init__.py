"""Pages that cost more than they are long: one generator for each way, and what reading them takes.

`python -m tests.hostile` prints the table: seconds and megabytes for each megabyte of page, and how they grow.
"""
