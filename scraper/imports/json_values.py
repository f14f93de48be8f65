"""Cuts JSON into the values of a list, one at a time, whatever the list's length: no more than one of them is held.

A parser would give the values without their bytes, hold one of any size, and end at the first mistake. Here a mistake
within one value costs that value alone, since only strings and brackets are looked at.
"""

import re
from collections.abc import Iterator
from typing import Final, Protocol

PIECE: Final = 1 << 16
"""Bytes that are read at once."""


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class TooLarge(ValueError):
    """A value is larger than the limit."""


class BreaksOff(ValueError):
    """The bytes end within the list."""


def values(source: Readable, limit: int) -> Iterator[bytes | TooLarge]:
    """The objects and lists of a list, each as it stands; a larger one than the limit is passed by and told.

    Args:
        source: gives the bytes behind the bracket that opens the list.
        limit: bytes that are held of a value.

    Raises:
        BreaksOff: behind the last value, where the list does not end.
    """
    held, at, begun, depth = b"", 0, -1, 0
    in_string = is_large = False
    while piece := source.read(PIECE):
        # What stands before `at` belongs to the value that has begun; of one that is too large it is let go.
        keeps = begun >= 0 and not is_large
        start = begun if keeps else at
        held, at, begun = held[start:] + piece, at - start, 0 if keeps else begun
        if in_string:
            rest = _REST.match(held, at)
            in_string, at = (not rest[1], rest.end()) if rest is not None else (True, at)
        for token in _TOKEN.finditer(held, at) if not in_string else ():
            at, sign = token.end(), token[0]
            if sign in _OPENING:
                if not depth:
                    begun, is_large = token.start(), False
                depth += 1
            elif sign in _CLOSING:
                if not depth:
                    return
                depth -= 1
                if not depth:
                    yield TooLarge() if is_large or at - begun > limit else held[begun:at]
                    begun, is_large = -1, False
            elif not token[1]:
                in_string = True
        at = at if in_string else len(held)
        is_large = is_large or (begun >= 0 and at - begun > limit)
    raise BreaksOff("it breaks off within a value" if depth else "it breaks off behind a value")


def compact(value: bytes) -> bytes:
    """JSON without the white space between its parts, as the registry sends it, whatever file it stands in."""
    return _BLANKS.sub(rb"\1", value)


_OPENING: Final = (b"{", b"[")
_CLOSING: Final = (b"}", b"]")

# A bracket, or a string: to its end, or all that is there. A backslash whose letter is still to come stays.
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[\[\]{}]', re.DOTALL)
_REST: Final = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*("?)', re.DOTALL)
_BLANKS: Final = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+', re.DOTALL)
