"""What the store holds as files that other programs open: tables, databases, JSON, FHIR, the registry's own shape.

`formats` is the list of them. Each is written by a function of an `Export` and a place: what is exported comes from
`Export.each`, and the place is a stream of text, a file or a folder, as the format's row of the list says. Heavy
libraries are imported by these functions' modules alone, and only where one is asked for.
"""
