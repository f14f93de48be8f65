"""Reads the headers of an answer as browsers do. A value that cannot be read is None."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import httpx

LONGEST_VALIDATOR: Final = 1_000
"""Characters of an ETag that is sent back; servers refuse requests whose headers come to 8,000."""


class MediaType(NamedTuple):
    """The media type that an answer states."""

    essence: str
    """In lower case, without parameters."""
    charset: str | None


def values(headers: httpx.Headers, name: str) -> list[str]:
    """All values of a header, in order, with one character per byte, whatever bytes other headers contain."""
    wanted = name.lower().encode("ascii")
    return [value.decode("latin-1").strip(_BLANKS) for key, value in headers.raw if key.lower() == wanted]


def one_value(headers: httpx.Headers, name: str) -> str | None:
    """The value of a header that can have one only; None where there is none, or several contradict each other."""
    found = set(values(headers, name))
    return found.pop() if len(found) == 1 else None


def media_type(headers: httpx.Headers) -> MediaType | None:
    """What `Content-Type` says: of several values the last that is one counts.

    https://fetch.spec.whatwg.org/#concept-header-extract-mime-type has the rules.
    """
    found: MediaType | None = None
    for value in _parts(",", ", ".join(values(headers, "content-type"))):
        media = _media_type(value)
        if media is None or media.essence == "*/*":
            continue
        if media.charset is None and found is not None and media.essence == found.essence:
            media = found
        found = media
    return found


def content_codings(headers: httpx.Headers) -> list[str]:
    """The names in `Content-Encoding`, in lower case, in the order in which they were applied."""
    names = (part.partition(";")[0] for value in values(headers, "content-encoding") for part in value.split(","))
    return [name for part in names if (name := part.strip(_BLANKS + '"').lower())]


def sendable(value: str | None) -> str | None:
    """A validator, if it can be sent back as it came: only printable ASCII can."""
    if value and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable():
        return value
    return None


_BLANKS: Final = " \t\r\n"

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|\\?\Z)', re.DOTALL)


def _media_type(value: str) -> MediaType | None:
    """https://mimesniff.spec.whatwg.org/#parsing-a-mime-type, as far as the charset is concerned."""
    essence, *parameters = _parts(";", value)
    kind, slash, subtype = essence.partition("/")
    if not slash or _TOKEN.fullmatch(kind) is None or _TOKEN.fullmatch(subtype) is None:
        return None
    return MediaType(essence.lower(), next(_charsets(parameters), None))


def _charsets(parameters: Sequence[str]) -> Iterator[str]:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.lower() != "charset":
            continue
        quoted = _QUOTED.match(value)
        value = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL) if quoted else value.strip("'")
        if value:
            yield value


def _parts(separator: str, text: str) -> list[str]:
    """What stands between separators that are not within quotation marks."""
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] == '"':
            quoted = _QUOTED.match(text, place)
            place = quoted.end() if quoted else len(text)
            continue
        if text[place] == separator:
            parts.append(text[start:place].strip(_BLANKS))
            start = place + 1
        place += 1
    return [*parts, text[start:].strip(_BLANKS)]
