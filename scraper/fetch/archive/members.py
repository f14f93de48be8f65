"""The gzip members that our WARC files consist of: each states its length and a digest of all its bytes.

Gzip's own checksum covers the content alone. A flipped bit in a header, or one in the compressed bytes that happens to
unpack to the same content, goes unnoticed by it. So each member of ours has an extra field (RFC 1952, 2.3.1.1), which
other readers pass over. Members of older versions have none; gzip's checksum is all that is known of them.
"""

import hashlib
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

_PLAIN: Final = b"\x1f\x8b\x08\x00" + bytes(4)
"""How members of older versions begin: deflate, no flags, no time."""

_LENGTH: Final = 8
_DIGEST: Final = 16

_MARK: Final = b"".join(
    (
        b"\x1f\x8b\x08\x04" + bytes(4) + b"\x00\xff",  # deflate, an extra field, no time, no level, no system
        (4 + _LENGTH + _DIGEST).to_bytes(2, "little"),
        b"TP" + (_LENGTH + _DIGEST).to_bytes(2, "little"),
    )
)
"""How our members begin, up to their length."""

_HEAD: Final = len(_MARK) + _LENGTH + _DIGEST

_CHUNK: Final = 1 << 16

_BEGINNING: Final = 1 << 10
"""Bytes of a member that surely hold its head and the first words of its content."""

_VAIN: Final = 1 << 26
"""Bytes read in search of the next sound member, beyond the file's own size, before the rest is given up: what looks
like the beginning of a member again and again would otherwise be read again and again to its end."""


class Member(NamedTuple):
    """A whole member."""

    start: int
    end: int


class BrokenSpan(NamedTuple):
    """Bytes that are no whole member."""

    start: int
    end: int
    is_unfinished: bool
    """Whether they are the beginning of one that was never written to its end; else they are damaged."""


def pack(content: bytes, level: int) -> bytes:
    """Bytes as one gzip member.

    Args:
        content: the bytes.
        level: how hard to compress, from 1 to 9.
    """
    stream = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = b"".join(
        (
            stream.compress(content),
            stream.flush(),
            zlib.crc32(content).to_bytes(4, "little"),
            (len(content) & 0xFFFFFFFF).to_bytes(4, "little"),
        )
    )
    head = _MARK + (_HEAD + len(body)).to_bytes(_LENGTH, "little")
    return head + _digest(head, body).digest() + body


def scan(file: BinaryIO, start: int, size: int) -> Iterator[Member | BrokenSpan]:
    """The members of a file, and the broken spans between them; members behind damage are found.

    Args:
        file: it is read alone.
        start: where a member begins.
        size: where to stop.

    Raises:
        OSError: the file cannot be read.
    """
    search = _Search(file, size)
    while start < size:
        found = _look(file, start, size)
        if isinstance(found, BrokenSpan) and not found.is_unfinished:
            search.spend(file.tell() - start)
            found = BrokenSpan(start, search.after(start), is_unfinished=False)
        yield found
        start = found.end


def is_ours(file: BinaryIO, member: Member) -> bool:
    """Whether a member bears our mark."""
    file.seek(member.start)
    return file.read(len(_MARK)) == _MARK


def _digest(head: bytes, body: bytes = b"") -> "hashlib.blake2b":
    return hashlib.blake2b(head + body, digest_size=_DIGEST)


def _look(file: BinaryIO, start: int, size: int) -> Member | BrokenSpan:
    """The member that begins at an offset, or a gap to the end."""
    file.seek(start)
    head = file.read(min(_HEAD, size - start))
    if head.startswith(_MARK) and len(head) == _HEAD:
        length = int.from_bytes(head[len(_MARK) : -_DIGEST], "little")
        if length <= size - start:
            digest = _digest(head[:-_DIGEST])
            left = length - _HEAD
            while left > 0 and (chunk := file.read(min(_CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
            whole = left == 0 and digest.digest() == head[-_DIGEST:]
            return Member(start, start + length) if whole else BrokenSpan(start, size, is_unfinished=False)
        return BrokenSpan(start, size, is_unfinished=_unpacked(file, start, size) is None)
    if _MARK.startswith(head[: len(_MARK)]):
        return BrokenSpan(start, size, is_unfinished=True)
    if not head.startswith(_PLAIN):
        return BrokenSpan(start, size, is_unfinished=_PLAIN.startswith(head))
    end = _unpacked(file, start, size)
    return Member(start, end) if end else BrokenSpan(start, size, is_unfinished=end is None)


def _unpacked(file: BinaryIO, start: int, size: int) -> int | None:
    """Where the gzip stream that begins at an offset ends; 0 where it is damaged, None where it breaks off."""
    file.seek(start)
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    at = start
    while chunk := file.read(min(_CHUNK, size - at)):
        at += len(chunk)
        try:
            while chunk and not stream.eof:  # a bomb is unpacked piece by piece
                stream.decompress(chunk, _CHUNK)
                chunk = stream.unconsumed_tail
        except zlib.error:
            return 0
        if stream.eof:
            return at - len(stream.unused_data)
    return None


class _Search:
    """Looks for the next sound member behind damage, in time that grows with the file alone."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._left = size + _VAIN

    def spend(self, read: int) -> None:
        """Count bytes that were read in vain."""
        self._left -= read

    def after(self, start: int) -> int:
        """Where the first sound member behind an offset begins, or what was to be the last one; else the end."""
        self._file.seek(start)
        head = self._file.read(_HEAD)
        if head.startswith(_MARK) and len(head) == _HEAD:
            # What a page holds must not pass for an exchange: the damaged member says where the next one begins.
            end = start + int.from_bytes(head[len(_MARK) : -_DIGEST], "little")
            if start + _HEAD < end <= self._size and (end == self._size or self._begins(end)):
                return end
        at = start + 1
        while at < self._size and self._left > 0:
            self._file.seek(at)
            chunk = self._file.read(min(_CHUNK, self._size - at))
            for place in _places(chunk):
                if self._left > 0 and self._begins(at + place):
                    return at + place
            # A beginning may lie across two chunks.
            at += max(1, len(chunk) - len(_PLAIN) + 1)
        return self._size

    def _begins(self, start: int) -> bool:
        """Whether a record begins there that can be read, or that only its end is missing of."""
        self._file.seek(start)
        head = self._file.read(_BEGINNING)
        self.spend(len(head))
        if not head.startswith((_MARK, _PLAIN)):
            return False
        try:
            if zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 5) != b"WARC/":
                return False
        except zlib.error:
            return False
        found = _look(self._file, start, self._size)
        self.spend(self._file.tell() - start)
        return isinstance(found, Member) or (found.is_unfinished and head.startswith(_MARK))


def _places(chunk: bytes) -> Iterator[int]:
    """Where gzip members may begin."""
    place = chunk.find(_MARK[:3])
    while place >= 0:
        yield place
        place = chunk.find(_MARK[:3], place + 1)
