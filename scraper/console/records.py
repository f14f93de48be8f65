"""Prints records and other entries, the schema, and the table of sites."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from schemas.record import Record
from schemas.trial import field_names
from scraper.atomic_write import atomic_write
from scraper.batch import PageResult
from scraper.console.bars import goes_to_a_file
from scraper.console.printing import as_json, out
from scraper.console.tables import Table, pairs, say, side_by_side
from scraper.console.visible import visible
from scraper.sites import LAYOUTS


@contextmanager
def writer(form: str, *, several: bool, save: Path | None) -> Iterator[Callable[[PageResult], None]]:
    """Write outcomes that are records to standard output, and to a file where one is named.

    Args:
        form: `json` (one indented record, or an array of several), `jsonl`, `csv` (without contacts), or `table`.
        several: whether there can be more than one record.
        save: a file for JSON lines; it appears when all records are in it, so that nobody reads half of it.
    """
    with ExitStack() as stack:
        saved = None if save is None else stack.enter_context(atomic_write(save))
        forms = {"table": _table, "csv": _csv}
        write = stack.enter_context(forms[form]() if form in forms else _lines(form, several=several))

        def both(page: PageResult) -> None:
            write(page)
            if saved is not None:
                saved.write(f"{visible(page.record or '')}\n")

        yield both


@contextmanager
def json_writer(form: str, *, several: bool) -> Iterator[Callable[[str], None]]:
    """Write entries to standard output, each given as one line of JSON.

    An array is written entry by entry, so that memory does not grow with it.

    Args:
        form: `json` (one indented entry, or an array of several), or `jsonl`.
        several: whether there can be more than one entry.
    """
    if form == "jsonl":
        yield out
        return
    separator = "[\n" if several else ""

    def write(line: str) -> None:
        nonlocal separator
        print(separator, as_json(json.loads(line), 2), sep="", end="" if several else "\n")
        separator = ",\n" if several else ""

    yield write
    if several:
        print("[]" if separator == "[\n" else "\n]")


def json_schema() -> str:
    """The JSON Schema (draft 2020-12) of a record, as it stands in `schemas/trial.schema.json`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Record.model_json_schema(mode="serialization"),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def print_sites() -> None:
    """One column per layout, one row per canonical field; then the forms of the addresses."""
    names = field_names()
    say("● shown where the page has it, – never shown")
    out("")
    side_by_side(
        "field",
        names,
        [(layout.key, ["–" if name in layout.never_shows else "●" for name in names]) for layout in LAYOUTS],
    )
    out("")
    pairs(((layout.key, url) for layout in LAYOUTS for url in layout.urls), indent=0)


@contextmanager
def _lines(form: str, *, several: bool) -> Iterator[Callable[[PageResult], None]]:
    with json_writer(form, several=several) as write:
        yield lambda page: write(page.record or "null")


@contextmanager
def _csv() -> Iterator[Callable[[PageResult], None]]:
    from scraper.exports.csv_file import Rows  # noqa: PLC0415 - exports are for the store, which is slow to load
    from scraper.exports.private import without_contacts  # noqa: PLC0415 - the same

    if goes_to_a_file():  # as that of an export, for spreadsheets; programs behind a pipe want none
        sys.stdout.write("\ufeff")
    rows = Rows(sys.stdout, "page", with_contacts=False)

    def write(page: PageResult) -> None:
        record = Record.model_validate_json(page.record or "null")
        rows.add(rows.of(without_contacts(record)))

    yield write


@contextmanager
def _table() -> Iterator[Callable[[PageResult], None]]:
    words = ("NCT id", "layout", "status", "phases")
    table = Table(*words, "enrolled", "criteria", "issues", "title", words={*words, "title"})
    yield lambda page: table.add(*page.row)
    table.show()
