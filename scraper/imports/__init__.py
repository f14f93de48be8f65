"""Files of any kind into pages, each with its address, its time of capture, and its place in the file.

- `paths`: the one way from paths to pages, for every command that reads files.
- `folders`: which files of a folder are looked at; what is passed over is told.
- `containers`: the table of files that hold several pages. What is in no line of it holds one.
- `warc_pages`, `wacz`, `json_lists`, `json_values`: one kind of container each.
- `captures`: when a page was captured, by what it says itself.
- `entries`: what all of them give, and how one page is loaded.
"""
