"""What the store holds as files that other programs open: tables, databases, JSON, FHIR, the registry's own shape.

`formats` is the list of them. Each format is a module with a function `write(export, place)` that takes what is
exported from `Export.each` and is told where it goes: `place` is a stream of text, a file's path or a folder's, as its
row of the list says. Heavy libraries are imported in these modules alone, and only where one is asked for.
"""
