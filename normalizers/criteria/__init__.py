"""Eligibility criteria: from the blocks of a page to trees of criteria, for inclusion and for exclusion.

`tree.parse_criteria` is what others call. The modules, in the order in which criteria are read:

Items: where each begins and ends.

- `wrapping` joins lines that were broken at a width.
- `markers` reads what an item opens with: `•`, `1.`, `(b)`. `punctuation` has the signs that an item ends with.
- `entries` makes one entry of each block, with its marker, and parts a block at the headings within it.

Sides: which criteria are of inclusion and which of exclusion.

- `heading_words` tells what a word does in a heading, also where it is misspelt.
- `heading_grammar` has the order in which such words make a heading, and what may stand around them.
- `sides` reads headings of a side: `Key Exclusion Criteria (Part B):`.
- `heading_guard` finds what could be such a heading and is not understood, so that it is told.
- `cohorts` reads headings of a part: whom the criteria below are for (`Cohort 1`), or what they are about (`Age:`).
- `subheadings` finds headings of a part that only their form tells.
- `context` says which headings hold for an entry.

Trees: which criterion stands below which.

- `numbering` finds the numbers of a list within a paragraph.
- `inline_lists` parts a paragraph that is a list: `any of: a) this; b) that`.
- `tree` builds the trees.
"""
