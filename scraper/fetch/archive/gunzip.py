"""Expands gzip members piece by piece, so that a compression bomb takes no more memory than one piece."""

import zlib
from typing import BinaryIO, Final

MAGIC: Final = b"\x1f\x8b"
"""What every gzip member begins with (RFC 1952)."""

_CHUNK: Final = 1 << 14
"""Bytes that are read at once. What a member leaves of them is read again by the next, so it is no larger."""


class BadGzip(Exception):
    """No gzip member, or one that is damaged or ends too soon."""


class Member:
    """One gzip member of a file; a file has any number of them, one behind the other.

    Args:
        file: where it lies; nobody else moves in it while the member is read.
        start: the offset at which it begins.
    """

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._rest = b""
        self.end = start
        """The offset behind what was read so far; at the member's end, the offset behind the member."""
        file.seek(start)

    def read(self, size: int) -> bytes:
        """The next bytes, at least one and at most `size`; none at the member's end.

        Raises:
            BadGzip: the member is damaged or ends too soon.
        """
        while not self._stream.eof:
            data = self._rest or self._file.read(_CHUNK)
            try:
                piece = self._stream.decompress(data, size)
            except zlib.error as error:
                raise BadGzip(f"its gzip stream is corrupt ({error})") from error
            # What is left at the member's end may be in both.
            self._rest = self._stream.unused_data or self._stream.unconsumed_tail
            self.end += len(data) - len(self._rest)
            if piece:
                return piece
            if not data:
                raise BadGzip("its gzip stream ends too soon")
        return b""
