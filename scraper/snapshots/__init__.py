"""Work on snapshot cases: make one of a page, check them, accept, compare with a changed page, find gaps.

Each file is one command of `trialpages snapshot`, or one thing that several of them need: `outcome` (what a page
gives), `comparing` (an expectation beside it, field by field), `pruning` and `personal` (what of a page is not kept).
"""
