"""Bytes in any encoding, and the text they hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.encoding import decode

TEXT = "Köln – „Größe“ ≥ 5 µg"


def text(content: bytes, charset: str | None = None) -> str:
    return decode(content, charset).content.decode()


@pytest.mark.parametrize("content", [b"plain", TEXT.encode(), b""])
def test_utf_8_comes_back_as_it_is(content: bytes):
    assert decode(content).content is content


@pytest.mark.parametrize(
    ("mark", "codec"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_a_byte_order_mark_decides_and_goes(mark: bytes, codec: str):
    assert text(mark + TEXT.encode(codec), "windows-1252") == TEXT


def test_a_utf_16_text_that_is_cut_in_a_character_keeps_the_rest():
    assert text(b"\xff\xfea\0b") == "a�"


@pytest.mark.parametrize("charset", ["latin-1", "windows-1252", "gbk", "utf-16", "iso-2022-jp", "nonsense", "", None])
def test_valid_utf_8_beats_what_the_header_says(charset: str | None):
    assert text(TEXT.encode(), charset) == TEXT


@pytest.mark.parametrize("charset", ["utf-16", "UTF-16LE", " utf-16le "])
def test_the_header_may_say_utf_16_without_a_mark(charset: str):
    assert text("a ≥".encode("utf-16-le"), charset) == "a ≥"


def test_nuls_that_nothing_explains_come_back_as_they_are():
    assert decode(b"a\0\xff", "windows-1252").content == b"a\0\xff"


@pytest.mark.parametrize(
    ("words", "codec", "charset"),
    [
        ("Größe “5”", "cp1252", "latin-1"),
        ("Größe “5”", "cp1252", "ISO-8859-1"),
        ("Größe “5”", "cp1252", "us-ascii"),
        ("Größe “5”", "cp1252", "x-cp1252"),
        ("Żółć", "iso8859-2", "iso-8859-2"),
        ("Исследование", "cp1251", "windows-1251"),
        ("Исследование", "koi8-r", "KOI8-R"),
        ("İğdır ş", "cp1254", "iso-8859-9"),
        ("临床试验①", "gb18030", "gb2312"),
        ("臨床試驗", "big5", "big5"),
        ("臨床試験①", "cp932", "Shift_JIS"),
        ("臨床試験", "iso2022_jp", "iso-2022-jp"),
        ("임상시험", "cp949", "euc-kr"),
    ],
)
def test_the_header_names_the_encoding_as_browsers_read_it(words: str, codec: str, charset: str):
    assert text(words.encode(codec), charset) == words


@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset=windows-1251>",
        '<META CHARSET="Windows-1251">',
        "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>",
        '<?xml version="1.0" encoding="windows-1251"?>',
    ],
)
def test_the_page_names_its_encoding(declaration: str):
    markup = f"{declaration}<p>Исследование"
    assert text(markup.encode("cp1251")) == markup


def test_the_header_goes_before_the_page():
    markup = "<meta charset=koi8-r>Исследование"
    assert text(markup.encode("cp1251"), "windows-1251") == markup


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis", "unicode_escape", "hex", "utf-16", "no\0name", "?"])
def test_a_wrong_declaration_loses_nothing(charset: str):
    assert text("Größe “5” §".encode("cp1252"), charset) == "Größe “5” §"


def test_a_page_that_names_no_encoding_is_windows_1252():
    assert text("<p>Größe “5”".encode("cp1252")) == "<p>Größe “5”"


def test_a_byte_that_windows_1252_lacks_costs_no_other():
    assert text(b"Gr\xf6\xdfe \x81") == "Größe �"


@pytest.mark.parametrize("charset", [None, "utf-8", "latin-1"])
def test_utf_8_with_bytes_of_windows_1252_is_mended(charset: str | None):
    assert text("≥ 5 µg – ".encode() + "“ö”".encode("cp1252") + " ≤ – ≥".encode(), charset) == "≥ 5 µg – “ö” ≤ – ≥"


@given(st.binary(), st.one_of(st.none(), st.text(), st.sampled_from(["gbk", "utf-16", "iso-2022-jp", "big5"])))
def test_any_bytes_under_any_name_become_text(content: bytes, charset: str | None):
    assert isinstance(text(content.replace(b"\0", b""), charset), str)


@given(st.text().filter(lambda words: not words.startswith("\ufeff") and "\0" not in words))
def test_any_text_in_utf_8_is_read_whatever_the_header_says(words: str):
    assert text(words.encode(), "windows-1252") == words
