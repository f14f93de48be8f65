"""Reads answers from WARC files of other tools; skips bad records, and reports them."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from warcio.recordloader import ArcWarcRecord

from scraper.fetch.archive.gunzip import MAGIC, BadGzip, Member
from scraper.fetch.archive.records import BEGINNING, PIECE, BadRecord, NoRecord, Stream, parse
from scraper.fetch.archive.warc import ResponseRecord, Unreadable, response_in

_VAIN: Final = 1 << 24
"""Bytes beyond the file's size that are read of what is no record, before the rest is given up: what looks like a
beginning again and again would be read to its end again and again."""

_GLIMPSE: Final = 512
"""Bytes of a gzip member that surely hold the first words of its record; and what any look in vain counts as."""

_WRONG_LENGTH: Final = "its Content-Length is not that of its body"
_GIVEN_UP: Final = "too much before it is damaged; what follows is not read"

_ENDING: Final = 64
"""Bytes behind a record; two line ends should be there, and more or fewer have been seen."""


class SkippedRecord(NamedTuple):
    """A part of a file that was skipped, and why."""

    offset: int
    why: str


def answers(path: Path) -> Iterator[ResponseRecord | SkippedRecord]:
    """The answers in a WARC file, in its order, and what was passed over; other records are of no interest.

    Raises:
        Unreadable: it is no WARC file, or is gzipped as a whole.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        search = _Search(file)
        # A first record that is damaged does not hide those behind it.
        if search.begins(BEGINNING, 0):
            entries = _plain(file, search)
        elif search.begins(MAGIC, 0) or search.member(0) < search.size:
            entries = _gzipped(file, search)
        elif search.record(0) < search.size:
            entries = _plain(file, search)
        else:
            raise Unreadable(f"{path} is no sound WARC file (there is no record in it)")
        try:
            yield from entries
        except _GzippedAsAWhole as error:
            message = f"{path} is gzipped as a whole, not record by record: unpack it, e.g. with gunzip"
            raise Unreadable(message) from error


class _GzippedAsAWhole(Exception):
    """There is a second record in a gzip member: it has no offset to be read at."""


def _gzipped(file: BinaryIO, search: "_Search") -> Iterator[ResponseRecord | SkippedRecord]:
    start = 0
    while start < search.size:
        member = Member(file, start)
        stream = Stream(member.read)
        try:
            entry = _in_member(stream, start)
        except BadGzip as error:
            yield SkippedRecord(start, str(error))
            search.spend(stream.tell())
            start = search.member(start + 1)
        else:
            if entry is not None:
                yield entry
            start = member.end
            # Servers and disks have been seen to pad with zeros.
            if not search.begins(MAGIC, start) and (start := search.member(start)) < search.size:
                yield SkippedRecord(member.end, "what follows is no gzip member")
        if search.is_vain:
            yield SkippedRecord(start, _GIVEN_UP)
            return


def _in_member(stream: Stream, start: int) -> ResponseRecord | SkippedRecord | None:
    """The one record of a gzip member; its end was reached then."""
    entry: ResponseRecord | SkippedRecord | None
    try:
        record = parse(stream)
    except NoRecord:
        return None
    except BadRecord as error:
        entry = SkippedRecord(start, str(error))
    else:
        entry = _answer(record, start)
        while record.raw_stream.read(PIECE):
            pass
        rest = stream.read_beyond_blanks()
        if rest.startswith(BEGINNING):
            raise _GzippedAsAWhole
        if rest or record.raw_stream.limit:
            entry = SkippedRecord(start, _WRONG_LENGTH)
    while stream.read(PIECE):
        pass
    return entry


def _plain(file: BinaryIO, search: "_Search") -> Iterator[ResponseRecord | SkippedRecord]:
    start = 0
    while start < search.size:
        file.seek(start)
        stream = Stream(file.read)
        try:
            record = parse(stream)
        except NoRecord:
            return
        except BadRecord as error:
            yield SkippedRecord(start, str(error))
            search.spend(stream.tell())
            start = search.record(start + 1)
        else:
            end = start + stream.tell() + record.raw_stream.limit
            following = search.beyond_blanks(min(end, search.size))
            goes_on = following == search.size or search.begins(BEGINNING, following)
            if end > search.size or (following == end and not goes_on):
                yield SkippedRecord(start, _WRONG_LENGTH)
                following, goes_on = start + 1, False
            else:
                entry = _answer(record, start)
                if entry is not None:
                    yield entry
                if not goes_on:
                    yield SkippedRecord(following, "it does not begin as a WARC record does")
            if not goes_on:
                search.spend(0)
            start = following if goes_on else search.record(following)
        if search.is_vain:
            yield SkippedRecord(start, _GIVEN_UP)
            return


def _answer(record: ArcWarcRecord, start: int) -> ResponseRecord | SkippedRecord | None:
    try:
        found = response_in(record)
    except ValueError as error:
        return SkippedRecord(start, str(error))
    return found._replace(offset=start) if found is not None else None


class _Search:
    """Finds the next record behind damage."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self._left = self.size + _VAIN

    @property
    def is_vain(self) -> bool:
        """Whether the rest is given up, since too much was read in vain."""
        return self._left < 0

    def spend(self, read: int) -> None:
        """Count bytes that were read in vain."""
        self._left -= max(read, _GLIMPSE)

    def begins(self, beginning: bytes, start: int) -> bool:
        """Whether some bytes lie at an offset."""
        self._file.seek(start)
        return self._file.read(len(beginning)) == beginning

    def beyond_blanks(self, start: int) -> int:
        """Where the lines that end a record end."""
        self._file.seek(start)
        ending = self._file.read(_ENDING)
        return start + len(ending) - len(ending.lstrip(b"\r\n"))

    def member(self, start: int) -> int:
        """Where the next gzip member begins that holds a record, from an offset on; else the file's end."""
        for place in self._places(MAGIC + b"\x08", start):
            self._file.seek(place)
            try:
                if zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(self._file.read(_GLIMPSE), 5) == BEGINNING:
                    return place
            except zlib.error:
                pass
            self.spend(0)
            if self.is_vain:
                return place
        return self.size

    def record(self, start: int) -> int:
        """Where the next record begins, from an offset on; else the file's end."""
        return next((place + 1 for place in self._places(b"\n" + BEGINNING, max(0, start - 1))), self.size)

    def _places(self, beginning: bytes, start: int) -> Iterator[int]:
        while start < self.size:
            self._file.seek(start)
            chunk = self._file.read(PIECE)
            place = chunk.find(beginning)
            while place >= 0:
                yield start + place
                place = chunk.find(beginning, place + 1)
            # A beginning may lie across two chunks.
            start += max(1, len(chunk) - len(beginning) + 1)
