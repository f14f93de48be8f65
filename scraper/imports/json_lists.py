"""Pages in JSON: the studies of a list, and lines that hold a study or a saved page each.

A study of a list is one page. Its bytes are those that stand in the list, without the white space between its values:
the form in which the registry itself sends a study. So its hash is the same in whatever download it lies.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from gzip import GzipFile
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from scraper.errors import DamagedFile, NotATrialPage
from scraper.imports.entries import DAMAGE, Input, PassedOver, damaged, expanded
from scraper.imports.json_values import PIECE, BreaksOff, TooLarge, compact, values
from scraper.moments import NotedMoment
from scraper.parse.blocks import MAX_BYTES


def is_list(_: str, head: bytes) -> bool:
    """Whether a file begins as a list of studies."""
    return _LIST.match(head) is not None


def is_lines(name: str, head: bytes) -> bool:
    """Whether a file is JSON Lines: so it is called, or behind the object in its first line another one begins."""
    return name.removesuffix(".gz").endswith((".jsonl", ".ndjson")) or _LINES.match(head) is not None


def is_ours(_: str, head: bytes) -> bool:
    """Whether a file holds records that this program printed."""
    return _RECORDS.match(head) is not None


def studies(path: Path) -> Iterator[Input | PassedOver]:
    """The studies of a list: an array, or the member `studies` of an answer of the registry's API."""
    number = 0
    with path.open("rb") as file:
        source = expanded(file)
        try:
            opening = _LIST.match(source.peek(HEAD)[:HEAD])
            source.read(opening.end() if opening is not None else 0)
            for value in values(source, MAX_BYTES):
                large = NotATrialPage(_TOO_LARGE) if isinstance(value, TooLarge) else None
                content = None if isinstance(value, TooLarge) else compact(value)
                yield Input(path, content=content, offset=number, problem=large, read=file.tell())
                number += 1
        except BreaksOff as error:
            yield Input(path, offset=number, problem=DamagedFile(f"the list of studies is not whole: {error}"))
        except DAMAGE as error:
            yield Input(path, offset=number, problem=damaged(error))
        else:
            if not number:
                yield PassedOver(str(path), "a list without a study")


def lines(path: Path) -> Iterator[Input]:
    """The pages of JSON Lines: in each line a study, or an object with the `html` of a page."""
    number = 0
    with path.open("rb") as file:
        source = expanded(file)
        try:
            for number, line in enumerate(_lines(source)):
                if line is None:
                    yield Input(path, offset=number, problem=NotATrialPage(_TOO_LARGE), read=file.tell())
                elif line := line.strip(_BLANKS):
                    yield replace(_page(path, line), offset=number, read=file.tell())
        except DAMAGE as error:
            yield Input(path, offset=number + 1, problem=damaged(error))


def ours(path: Path) -> Iterator[Input]:
    """The refusal of a file that holds records."""
    message = "it holds records that trialpages made, and no pages: nothing new can be read from a record"
    yield Input(path, problem=NotATrialPage(message))


def studies_in(content: bytes) -> list[bytes]:
    """The studies of one answer of the registry's API; none where it is no list, or a list that breaks off."""
    opening = _LIST.match(content[:HEAD])
    if opening is None:
        return []
    try:
        found = values(BytesIO(content[opening.end() :]), MAX_BYTES)
        return [compact(value) for value in found if not isinstance(value, TooLarge)]
    except BreaksOff:
        return []


def _lines(source: BufferedReader | GzipFile) -> Iterator[bytes | None]:
    """Each line; None for one that is too large, of which no more is held than a page may have."""
    while line := source.readline(MAX_BYTES + 1):
        if len(line) <= MAX_BYTES:
            yield line
            continue
        yield None
        while line and not line.endswith(b"\n"):
            line = source.readline(PIECE)


def _page(path: Path, line: bytes) -> Input:
    if _STUDY.match(line):
        return Input(path, content=compact(line))
    try:
        told = _SavedLine.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["loc"] != ("fetched_at",):
            return Input(path, content=line)  # reading it tells what it is
        return Input(path, problem=NotATrialPage(_NO_MOMENT))
    return Input(path, told.url, told.fetched_at, content=told.html.encode("utf-8", "replace"), charset="utf-8")


class _SavedLine(BaseModel):
    """A page in a line of JSON."""

    html: str
    url: str | None = None
    fetched_at: NotedMoment | None = None


HEAD: Final = 4096
"""Bytes of a file that tell what it is."""

_TOO_LARGE: Final = f"the page is larger than {MAX_BYTES // 2**20} MB"

_NO_MOMENT: Final = "its fetched_at is no moment with its time zone: write it as 2024-05-01T03:00:00Z"

_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"

# A study begins with one of its sections; an answer of the API can have figures before its list.
_SECTION = rb'\{\s*"(?:\w+Section|hasResults)"\s*:'
_STUDY: Final = re.compile(_SECTION)
_LIST: Final = re.compile(
    rb"[\xef\xbb\xbf\s]*(?:\[(?=\s*" + _SECTION + rb")|"
    rb'\{\s*(?:"\w{1,40}"\s*:\s*(?:"[^"\\]{0,200}"|[\w.+-]{1,40})\s*,\s*){0,8}"studies"\s*:\s*\[)'
)
_LINES: Final = re.compile(rb"[\xef\xbb\xbf]*\{[^\n]*\}[ \t\r]*\n\s*\{")
_RECORDS: Final = re.compile(rb'[\xef\xbb\xbf\s]*(?:\[\s*)?\{\s*"schema_version"\s*:')
