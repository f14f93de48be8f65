"""Proof by mutation: bundled pages changed in one place, and whether the record says so.

A mutant is a page with one change that a site could make: a label renamed, a card of another trial put between two
sections, the page cut. What the reader makes of it must be the same record, an error, or a record with an issue that
names the field or quotes the words. What is quietly different is counted. `python -m tests.mutations --help`.
"""
