"""Everything that is printed: data on standard output, the rest on standard error, safe for any terminal.

All text of pages, files and servers passes `visible`. `printing` has the two streams, `tables` and `records` what is
printed on them, `bars` and `drawing` the progress bars.
"""
