"""Lists of NCT ids that people keep: spreadsheets, tables as text, plain lists; which ids stand there, and where none.

`found.find` is what others call. `rows` gives the rows of a text, `spreadsheet` those of a spreadsheet, which
`spreadsheet_process` reads in a process of its own.
"""
