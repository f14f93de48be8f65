"""Decodes a page: bytes in any encoding in, UTF-8 out, and whether the encoding was a guess."""

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import webencodings

from scraper.parse.western import SOUND, misspelt_word


class Decoded(NamedTuple):
    """A page's text."""

    content: bytes
    """UTF-8 without a byte order mark; of bytes that are no text, the bytes as they are."""
    doubt: str | None = None
    """Why its letters may be wrong; None where the bytes or a declaration settle them."""


def decode(content: bytes, charset: str | None = None) -> Decoded:
    """The page's text in UTF-8; bytes that are UTF-8 already come back as they are.

    A byte order mark decides. Then bytes that are valid UTF-8 are UTF-8, since text in another encoding hardly ever is
    by chance, while declarations are often wrong. Then the header's declaration counts, then the page's own. What none
    explains is read as windows-1252, as browsers do, so that no text is lost; that is a guess, and a doubt wherever it
    does not give words as Western languages write them.

    NULs show nothing and go, as in browsers.

    Args:
        content: the bytes of the page.
        charset: the encoding that the HTTP header names, if one did.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return Decoded(content[len(mark) :].decode(name, "replace").replace("\0", "").encode())
    has_mark = content.startswith(codecs.BOM_UTF8)
    content = content.removeprefix(codecs.BOM_UTF8)
    if b"\0" in content:
        codec = None if has_mark else _codec(charset)
        if codec in _WITH_NULS and (is_binary(content) or not _is_utf8(content)):
            return Decoded(content.decode(codec, "replace").replace("\0", "").encode())
        if is_binary(content):
            return Decoded(content)
        content = content.replace(b"\0", b"")
    content, is_utf8 = _without_cut_letter(content)
    if is_utf8:
        return Decoded(content)
    text, doubt = _read(content, ["utf-8"] if has_mark else _codecs_named(content, charset))
    return Decoded(text.encode("utf-8", "replace"), doubt)


def utf8(content: bytes, charset: str | None = None) -> bytes:
    """The page's text in UTF-8, whether it was a guess or not."""
    return decode(content, charset).content


def is_binary(content: bytes) -> bool:
    """Whether NULs are part of what the bytes are; a page or a text can have some by mistake, or at its end."""
    content = content.rstrip(b"\0")
    return len(content) - len(content.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(content)


_MARKS: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_WITH_NULS: Final = ("utf-16-be", "utf-16-le")

_CONTROLS: Final = bytes({*range(0x20)} - {*b"\t\n\v\f\r\x1b"})
_MOST_CONTROLS: Final = 1 / 20
"""Of random bytes, such as compressed ones, one in ten is a control character; of English in UTF-16 one in two."""

# `surrogateescape` marks each byte that is no UTF-8 with one of these code points.
_WINDOWS_1252: Final = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def _without_cut_letter(content: bytes) -> tuple[bytes, bool]:
    """UTF-8 without the bytes of a letter that it breaks off in, and whether it is UTF-8.

    What shows no other such letter is left as it is.
    """
    if content.isascii():
        return content, _is_utf8(content)
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not (whole := content[: error.start]).isascii():
            return whole, True
        return content, False
    return content, True


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return b"\x1b" not in content  # ISO-2022-JP switches alphabets with escapes between ASCII bytes
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read(content: bytes, codecs_named: Sequence[str]) -> tuple[str, str | None]:
    """Text that is not all UTF-8, and why its letters may be others.

    The first reading that explains all bytes wins, then the first that a declaration supports.
    """
    escaped = content.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(escaped))
    sound = len(_NOT_ASCII.findall(escaped)) - strays
    readings = [_mended(escaped)] if sound > strays else []
    named = (_mended(escaped) if codec == "utf-8" else _declared(content, codec) for codec in codecs_named)
    readings += (reading for reading in named if reading is not None)
    readings = readings or list(_guesses(content, escaped, sound))
    return next((reading for reading in readings if reading[1] is None), readings[0])


_STRAY: Final = re.compile(r"[\udc80-\udcff]")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_SOUND: Final = re.compile(r"[^\x00-\x7f\udc80-\udcff]+")


def _mended(escaped: str) -> tuple[str, str | None]:
    """UTF-8 with some bytes damaged or pasted from windows-1252: its sound sequences stay."""
    word = misspelt_word(_SOUND.sub(SOUND, escaped).translate(_WINDOWS_1252))
    return escaped.translate(_WINDOWS_1252), word and f"some bytes are no UTF-8: {_guess(word)}"


def _declared(content: bytes, codec: str) -> tuple[str, str | None] | None:
    """The text in a declared encoding; None where it explains no more bytes than it leaves."""
    text = content.decode(codec, "replace")
    lost = text.count("\ufffd")
    if codec == "cp1252":  # it explains any bytes, and is what servers say that were told nothing
        word = misspelt_word(text, is_declared=True)
        return text, word and f"the declared encoding is hardly the right one: {_guess(word)}"
    if 2 * lost >= len(_NOT_ASCII.findall(text)) > 0:
        return None
    return text, f"{lost:,} signs cannot be read in the declared encoding" if lost else None


def _guesses(content: bytes, escaped: str, sound: int) -> Iterator[tuple[str, str | None]]:
    """Readings of bytes that no declaration explains: as windows-1252, and with their few sound sequences as UTF-8."""
    text = content.decode("cp1252", "replace")
    word = misspelt_word(text)
    if sound:
        mended, doubt = _mended(escaped)
        if doubt is None:
            yield mended, None if word else "no declaration tells whether the bytes are UTF-8 or windows-1252"
            return
    yield text, word and f"no declaration explains the bytes: {_guess(word)}"


def _guess(word: str) -> str:
    return f"read as windows-1252, they give words such as {word[:40]!r}"


def _codecs_named(content: bytes, charset: str | None) -> list[str]:
    """The codecs that the header names and then the page itself; without a NUL it cannot be UTF-16."""
    named = [codec for label in (charset, *_labels(content)) if (codec := _codec(label))]
    return [codec for codec in dict.fromkeys(named) if codec not in _WITH_NULS]


def _codec(label: str | None) -> str | None:
    """The codec that reads what a label names, as browsers do; None where it names no encoding of pages."""
    encoding = webencodings.lookup((label or "").strip("'\""))
    if encoding is None or encoding.name in _NO_TEXT:
        return None
    name: str = encoding.codec_info.name
    return _READ_AS.get(name, name)


_NO_TEXT: Final = ("replacement", "x-user-defined")

_READ_AS: Final = {"gbk": "gb18030"}
"""The standard's decoder of GBK is that of GB18030."""


def _labels(content: bytes) -> Iterator[str]:
    """What the page itself names: its XML declaration, then each `meta`, wherever it stands.

    Comments and scripts hold none. https://html.spec.whatwg.org/multipage/urls-and-fetching.html has the rules.
    """
    from bs4.dammit import EncodingDetector  # noqa: PLC0415 - slow to load, and most pages are UTF-8

    places = [(content[:_LONGEST_TAG], False)]
    for tag in _TAGS.finditer(content):
        words = _BLANK_VALUE.sub(rb"\1", tag[2] or b"").lower()
        if b"http-equiv" in words or b"content" not in words:  # of other names, `content` is a text about the page
            places.append((b"<meta " + words + b">", True))
    for place, is_html in places:
        label = EncodingDetector.find_declared_encoding(place, is_html=is_html, search_entire_document=True)
        if label is not None:
            yield label


_LONGEST_TAG: Final = 1_000
"""Characters of a tag that are looked at."""
_TAGS: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b.*?(?:</\1|\Z)|<meta[\s/]([^>]{1,1000})",
    re.DOTALL | re.IGNORECASE,
)
_BLANK_VALUE: Final = re.compile(rb"""(=\s*["']?)\s+""")
