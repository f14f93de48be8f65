"""JSON lines: each trial's consensus, or each page's record, as the schema has it."""

from typing import TextIO

from scraper.console.visible import visible
from scraper.exports.export import Export
from scraper.exports.formats import Entry


def write(export: Export, stream: TextIO) -> None:
    """Write one line for each entry; without contacts there is no field `contacts`."""

    def line(entry: Entry) -> str:
        left_out = None if export.with_contacts else {"trial": {"contacts"}}
        return f"{visible(entry.model_dump_json(exclude=left_out))}\n"

    stream.writelines(export.each(line))
