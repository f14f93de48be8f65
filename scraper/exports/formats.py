"""The formats of an export: their names, the endings of their files, who writes them, and what that needs."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, NamedTuple

from schemas.consensus import Consensus
from schemas.record import Record
from scraper.errors import TrialPagesError

Level = Literal["trial", "page"]
"""What is exported: the consensus of each trial, or the record of each page."""

Entry = Consensus | Record
"""What is exported of a trial, or of a page."""

Condition = Callable[[Entry], bool]
"""Tells whether a trial or page is wanted."""

Place = Literal["text", "file", "folder"]
"""Where a format goes: a stream of text, which can be standard output; a file that a library writes; a folder."""

LEVELS: Final[tuple[Level, ...]] = ("trial", "page")


class MissingExtra(TrialPagesError):
    """A library that the format needs is not installed."""

    exit_code = 2


class Inexpressible(TrialPagesError):
    """A trial holds something that the format cannot."""


class Format(NamedTuple):
    """One format."""

    name: str
    """As `--format` takes it."""
    place: Place
    description: str
    writer: str
    """The function that writes it, as `module:function`."""
    endings: tuple[str, ...] = ()
    """Endings of files that say the format by themselves."""
    needs: tuple[str, ...] = ()
    """Packages of the extra `export`, by the names that they are imported by."""
    levels: tuple[Level, ...] = LEVELS
    encoding: str = "utf-8"
    """Of a stream that is a file."""

    def load(self) -> Callable[..., None]:
        """The function that writes it.

        Raises:
            MissingExtra: a library is not installed; the message says how to get it.
        """
        missing = [name for name in self.needs if not _is_installed(name)]
        if missing:
            raise MissingExtra(
                f"{self.name} needs {' and '.join(missing)}, which this installation has not:"
                " pip install 'trialpages[export]'"
            )
        module, _, function = self.writer.partition(":")
        write: Callable[..., None] = getattr(import_module(f"scraper.exports.{module}"), function)
        return write


FORMATS: Final = (
    Format(
        "csv",
        "text",
        "one row for each trial, for spreadsheets and programs",
        "csv_file:write",
        (".csv",),
        # Without a byte order mark Excel takes a file for one in the encoding of its country, and shows other letters.
        encoding="utf-8-sig",
    ),
    Format(
        "xlsx",
        "file",
        "a workbook: trials, criteria, conflicts, sources and more, a sheet each",
        "xlsx:write",
        (".xlsx",),
        needs=("xlsxwriter",),
    ),
    Format(
        "parquet",
        "file",
        "one row for each trial, nested as the schema is",
        "parquet:write",
        (".parquet",),
        needs=("pyarrow",),
    ),
    Format(
        "parquet-flat",
        "file",
        "one row for each trial, with the columns of the CSV",
        "parquet:write_flat",
        (".parquet",),
        needs=("pyarrow",),
    ),
    Format(
        "jsonl",
        "text",
        "one line of JSON for each trial, as the schema has it",
        "json_lines:write",
        (".jsonl", ".ndjson"),
    ),
    Format(
        "sqlite",
        "file",
        "a database with all tables, keys, indexes and views",
        "sqlite_file:write",
        (".sqlite", ".sqlite3", ".db"),
    ),
    Format(
        "duckdb",
        "file",
        "the same with lists, dates and comments",
        "duckdb_file:write",
        (".duckdb",),
        needs=("duckdb", "pyarrow"),
    ),
    Format(
        "fhir",
        "folder",
        "FHIR R5: a `ResearchStudy` for each trial, and a bundle of them",
        "fhir:write",
        needs=("fhir.resources",),
        levels=("trial",),
    ),
    Format(
        "ctgov",
        "folder",
        "the registry's own shape: a file in the JSON of its API v2 for each trial",
        "ctgov:write",
        levels=("trial",),
    ),
    Format(
        "ctgov-jsonl",
        "text",
        "the same in one file: a line for each trial",
        "ctgov:write_lines",
        (".jsonl", ".ndjson"),
        levels=("trial",),
    ),
)


def format_of(to: str, name: str | None) -> Format:
    """The format that an export to a place has.

    Args:
        to: the file or folder; `-` is standard output.
        name: the format's, where the user says it; None where the ending is to say it.

    Raises:
        ValueError: there is no such format, the ending says none or another, or it cannot go there.
    """
    ending = Path(to).suffix.lower()
    by_ending = next((one for one in FORMATS if ending in one.endings), None)
    if name is None:
        if by_ending is not None and to != "-":
            return by_ending
        what = "standard output has no ending" if to == "-" else f"no format has the ending {ending or '(none)'}"
        raise ValueError(f"{what}: name the file {_endings()}, or say --format {_names(FORMATS)}")
    found = next((one for one in FORMATS if one.name == name), None)
    if found is None:
        raise ValueError(f"there is no format {name}; there are {_names(FORMATS)}")
    if to == "-" and found.place != "text":
        raise ValueError(f"{name} cannot be written to standard output; {_names(_streams())} can")
    if to != "-" and by_ending is not None and by_ending is not found and ending not in found.endings:
        raise ValueError(f"{to} has the ending of {by_ending.name}, and --format says {name}: leave one of them out")
    return found


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _streams() -> list[Format]:
    return [one for one in FORMATS if one.place == "text"]


def _names(formats: list[Format] | tuple[Format, ...]) -> str:
    return ", ".join(one.name for one in formats)


def _endings() -> str:
    return ", ".join(dict.fromkeys(ending for one in FORMATS for ending in one.endings))
