"""The encoding of a page: bytes in whatever encoding they arrived, UTF-8 out."""

import codecs


def utf8(content: bytes, charset: str | None = None) -> bytes:
    """The page's text in UTF-8, without a byte order mark; bytes that are UTF-8 already come back as they are.

    A byte order mark decides. Then bytes that are valid UTF-8 are UTF-8, since text in another encoding hardly
    ever is by chance, while declarations are often wrong. Then the header's declaration is tried, strictly, then the
    page's own. What none explains is read as windows-1252, as browsers do, so that no text is lost.

    Args:
        content: the bytes of the page.
        charset: the encoding that the HTTP header names, if one did.

    Returns:
        UTF-8; bytes with NULs in them that no declaration explains come back as they are, for they are no text.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace").encode()
    content = _without_cut_letter(content.removeprefix(codecs.BOM_UTF8))
    if b"\0" in content:
        codec = _codec(charset)
        return content.decode(codec, "replace").encode() if codec and codec in _WITH_NULS else content
    if _is_utf8(content):
        return content
    return (_mended(content) or _declared(content, charset)).encode()


_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_WITH_NULS = frozenset({"utf-16-be", "utf-16-le"})

_READ_AS = {
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "cp1252": "cp1252",
    "cp1253": "cp1253",
    "cp1254": "cp1254",
    "cp1255": "cp1255",
    "cp1256": "cp1256",
    "cp1257": "cp1257",
    "cp1258": "cp1258",
    "cp866": "cp866",
    "cp874": "cp874",
    "cp932": "cp932",
    "cp949": "cp949",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "gb18030": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso2022_jp": "iso2022_jp",
    "iso8859-1": "cp1252",
    "iso8859-10": "iso8859-10",
    "iso8859-11": "cp874",
    "iso8859-13": "iso8859-13",
    "iso8859-14": "iso8859-14",
    "iso8859-15": "iso8859-15",
    "iso8859-16": "iso8859-16",
    "iso8859-2": "iso8859-2",
    "iso8859-3": "iso8859-3",
    "iso8859-4": "iso8859-4",
    "iso8859-5": "iso8859-5",
    "iso8859-6": "iso8859-6",
    "iso8859-7": "iso8859-7",
    "iso8859-8": "iso8859-8",
    "iso8859-9": "cp1254",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "mac-cyrillic": "mac-cyrillic",
    "mac-roman": "mac-roman",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-16-le": "utf-16-le",
}
"""Python's name of an encoding, and the one that browsers read it as (https://encoding.spec.whatwg.org/#names-and-labels).
Python's other codecs, such as `rot13` and `unicode_escape`, are no encodings of pages."""

# `surrogateescape` marks each byte that is no UTF-8 with one of these code points.
_WINDOWS_1252 = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def _without_cut_letter(content: bytes) -> bytes:
    """UTF-8 without the bytes of a letter that it breaks off in; what shows no other such letter is left as it is."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not (whole := content[: error.start]).isascii():
            return whole
    return content


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return b"\x1b" not in content  # ISO-2022-JP switches alphabets with escapes between ASCII bytes
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mended(content: bytes) -> str | None:
    """UTF-8 with some bytes damaged or pasted from windows-1252; None where it is not UTF-8 for the most part."""
    text = content.decode("utf-8", "surrogateescape")
    valid = text.encode("utf-8", "ignore").decode()
    bad = len(text) - len(valid)
    good = len(valid) - len(valid.encode("ascii", "ignore"))
    return text.translate(_WINDOWS_1252) if good > bad else None


def _declared(content: bytes, charset: str | None) -> str:
    from bs4.dammit import EncodingDetector  # noqa: PLC0415 - it loads for 0.1 s, and few pages are not in UTF-8

    # Detectors that guess are left out: which is installed differs, and one took `Größe “5”` for Greek.
    for label in (charset, EncodingDetector.find_declared_encoding(content, is_html=True)):
        codec = _codec(label)
        if codec is None or codec in _WITH_NULS:  # without a NUL it cannot be UTF-16
            continue
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace")


def _codec(label: str | None) -> str | None:
    """The codec that reads what a label names; None where it names no encoding of pages other than UTF-8."""
    try:
        return _READ_AS.get(codecs.lookup((label or "").strip().lower().removeprefix("x-")).name)
    except (LookupError, ValueError):
        return None
