"""Reads one WARC record, from any tool, in little memory, however large or odd it is."""

import logging
import re
from collections.abc import Callable
from typing import BinaryIO, Final

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser

from scraper.fetch.archive.gunzip import MAGIC, Member

HEAD_LIMIT: Final = 131_072
"""Bytes of a record's own headers and of the answer's together; servers refuse to send more than half of it."""

BEGINNING: Final = b"WARC/"
"""What every record begins with."""

PIECE: Final = 1 << 16
"""Bytes that are read at once."""

LINES_LIMIT: Final = 256
"""Lines of a record's own headers and of the answer's together; Python's own client takes 100 of an answer."""

_LINES: Final = 1 << 12
"""Bytes that are read at once where lines are read; most headers are shorter."""

_LENGTH: Final = re.compile(r"[0-9]{1,15}")


# warcio would write an address of which it is not sure, and all that is in it, to the terminal.
logging.getLogger("warcio.recordloader").addHandler(logging.NullHandler())


class BadRecord(ValueError):
    """A record that cannot be made sense of."""


class NoRecord(BadRecord):
    """No record, and nothing but line ends in its place."""


class Stream:
    """Bytes as warcio reads them; lines may not be longer than headers are.

    Args:
        source: gives the next bytes, at least one and at most as many as it is asked for; none at the end.
        lines: how many lines the headers may have, a record's own and the answer's together.
    """

    def __init__(self, source: Callable[[int], bytes], *, lines: int = LINES_LIMIT) -> None:
        self._source = source
        self._lines_limit = lines
        self._held = b""
        self._at = 0
        self._read = 0
        self._lines = 0
        self._line_bytes = 0

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end, and maybe fewer before it."""
        piece = self._held[self._at : self._at + size] if self._at < len(self._held) else self._source(size)
        self._at += len(piece)
        self._read += len(piece)
        return piece

    def readline(self, size: int = HEAD_LIMIT) -> bytes:
        """The next line, or so many bytes of it.

        Raises:
            Odd: there are more lines than headers have, or all together are longer.
        """
        self._lines += 1
        if self._lines > self._lines_limit:
            raise BadRecord(f"its headers have more than {self._lines_limit} lines")
        parts: list[bytes] = []
        while size > 0:
            if self._at >= len(self._held):
                self._held, self._at = self._source(_LINES), 0
                if not self._held:
                    break
            end = self._held.find(b"\n", self._at) + 1 or len(self._held)
            part = self._held[self._at : min(end, self._at + size)]
            parts.append(part)
            size -= len(part)
            self._at += len(part)
            self._read += len(part)
            self._line_bytes += len(part)
            if self._line_bytes > HEAD_LIMIT:
                raise BadRecord(f"its headers have more than {HEAD_LIMIT:,} bytes")
            if part.endswith(b"\n"):
                break
        return b"".join(parts)

    def read_beyond_blanks(self) -> bytes:
        """The next bytes that are no line ends; none where there are no others."""
        while piece := self.read(PIECE):
            if piece := piece.lstrip(b"\r\n"):
                return piece
        return b""

    def tell(self) -> int:
        """How many bytes were read."""
        return self._read


class _Bytes(StatusAndHeadersParser):  # type: ignore[misc] # warcio has no types
    """Reads headers of answers with one character per byte; which encoding they are in depends on the header."""

    @staticmethod
    def decode_header(line: bytes | str) -> str:
        return line if isinstance(line, str) else line.decode("latin-1")


_LOADER: Final = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
_LOADER.http_parser = _Bytes(ArcWarcRecordLoader.HTTP_TYPES, verify=False)


def at(file: BinaryIO, start: int) -> Stream:
    """The bytes at an offset, expanded if it is a gzip member.

    Of one record that somebody asks for, each line may be a header: servers send more than are read of every record.
    """
    file.seek(start)
    packed = file.read(len(MAGIC)) == MAGIC
    file.seek(start)
    return Stream(Member(file, start).read if packed else file.read, lines=HEAD_LIMIT)


def parse(stream: Stream, *, digests: bool = False) -> ArcWarcRecord:
    """The record that begins here; its body is still to be read.

    Args:
        stream: where it is read from.
        digests: whether the body is compared with its digests as it is read.

    Raises:
        Nothing: there is none.
        Odd: it is no record, or one that cannot be made sense of.
        BadGzip: it breaks off or is damaged.
    """
    while not (line := stream.readline()).strip(b"\r\n"):
        if not line:
            raise NoRecord("there is no record")
    if not line.startswith(BEGINNING):
        raise BadRecord("it does not begin as a WARC record does")
    try:
        record = _LOADER.parse_record_stream(stream, line, "warc", check_digests=digests)
    except ArchiveLoadFailed as error:
        raise BadRecord("its version of WARC is not known") from error
    except AttributeError as error:  # warcio takes the address for granted
        raise BadRecord("it has no WARC-Target-URI") from error
    except EOFError as error:
        raise BadRecord("it breaks off") from error
    about = record.rec_headers
    if not _LENGTH.fullmatch(about.get_header("Content-Length") or ""):
        raise BadRecord("its Content-Length is no number")
    if not record.rec_type:
        raise BadRecord("it has no WARC-Type")
    return record
