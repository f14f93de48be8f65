"""The archive: every exchange as a WARC record, and a CDX index of them that the WARC files can rebuild.

- `archive`: what the client writes to and reads from: one folder, whatever happened to it.
- `writer`, `reader`: its two sides. Who writes mends what a killed process left; who reads changes nothing.
- `check`: everything in a folder that is not as it was written.
- `cdx_index`: which captures of a page there are, and where.
- `seal`: whether the index is as it was left.
- `warc_files`, `members`, `gunzip`: the files, the gzip members they consist of, and their content in pieces.
- `warc`, `records`: an exchange as WARC records and back; one record, whoever wrote it.
- `foreign`: the answers in WARC files of other tools.
"""
