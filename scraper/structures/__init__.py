"""Parts of pages that have more structure than a label and its value: a header, arms, tables, facts without labels.

Each is read here for every site that has it; a site's file says what its own looks like.
"""
