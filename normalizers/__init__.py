"""Pure functions from the words on a page to typed values. They import the schemas only.

One value each:

- `ages`, `counts`, `dates`, `identifiers`, `contacts`, `interventions` read what has a form.
- `phrases` has the closed vocabularies: status, phase, sex, design.
- `criteria` is the package for eligibility criteria.

A whole record:

- `trial` turns what a page says into a trial; `eligibility` is its part about who can take part.
- `notes` gathers the words behind each value, and what is doubtful.

Two records or more:

- `changes` tells what differs between two versions, with the entries of their lists side by side by `alignment`.
- `consensus` is the package that makes one trial of the records of its pages.
- `organisations` knows spellings of one organisation's name.

What is no value, or may be none:

- `boilerplate` removes what stands around a trial, by `boilerplate_words` and `boilerplate_parts`.
- `page_chrome` knows words of a page around values: buttons, advertisements, explanations.
- `annotations` knows what a page adds to a value, `lost_characters` what a site took from it.
- `contact_details` finds e-mail addresses and phone numbers in running text.
- `multiple_names` doubts a name that may be several, `co_occurrence` one that nothing else on the page speaks of.

Plain text:

- `text` folds white space and reads lists of plain text, `markdown_tables` tables.
"""
