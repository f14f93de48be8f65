"""Bytes in any encoding, and the text they hold."""

import pytest
import webencodings
from hypothesis import given
from hypothesis import strategies as st

from scraper.parse.encoding import decode, utf8
from tests.each import each

TEXT = "Köln – „Größe“ ≥ 5 µg"


def text(content: bytes, charset: str | None = None) -> str:
    return utf8(content, charset).decode()


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


@pytest.mark.parametrize(
    "content", [b"<p>a\0b</p>" + b"x" * 20, b"<p>ab</p>" + b"x" * 20 + b"\0" * 500, b"\0" + b"x" * 60]
)
@pytest.mark.parametrize("charset", [None, "utf-8", "utf-16", "windows-1251"])
def test_nuls_in_a_text_are_dropped_whatever_the_header_says(content: bytes, charset: str | None):
    found = decode(content, charset)
    assert (found.content, found.doubt) == (content.replace(b"\0", b""), None)


def test_text_in_utf_16_is_no_text_with_nuls():
    assert text("临床试验 n=5\n".encode("utf-16-le"), "utf-16") == "临床试验 n=5\n"


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


FILLER = "<meta name=description content='" + "y" * 3000 + "'><script>" + "z" * 200_000 + "</script>"


@pytest.mark.parametrize(
    "declaration",
    [
        f"<head>{FILLER}<meta charset=windows-1251>",
        f"<head>{FILLER}<meta content='text/html;charset = \"cp1251\"' http-equiv='Content-Type'>",
        "<head><!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        "<head><script>'<meta charset=koi8-r>'</script><meta charset=windows-1251>",
        "<head><title><meta charset=koi8-r></title><meta charset=windows-1251>",
        "<head><meta name=x content='charset=koi8-r'><meta charset=windows-1251>",
        "<head><meta charset=nonsense><meta charset=windows-1251>",
        "<head><meta data-x charset = ' X-CP1251 '/>",
    ],
)
def test_the_declaration_counts_wherever_the_head_holds_it(declaration: str):
    markup = f"{declaration}<p>Исследование"
    assert text(markup.encode("cp1251")) == markup


@each("label", sorted(webencodings.LABELS))
def test_every_name_that_browsers_know_is_read_as_they_read_it(label: str):
    name = webencodings.LABELS[label]
    if name in {"replacement", "utf-16be", "utf-16le", "utf-8", "x-user-defined"}:
        return  # no text in ASCII bytes and others is in these
    words = LETTERS.get(name, "Größe")
    content = f"<p>{words}".encode(webencodings.lookup(label).codec_info.name)
    assert decode(f"<meta charset={label}>".encode() + content).content.decode() == f"<meta charset={label}><p>{words}"
    assert decode(content, label).doubt is None


LETTERS = {
    "big5": "臨床試驗",
    "euc-jp": "臨床試験",
    "euc-kr": "임상시험",
    "gb18030": "临床试验",
    "gbk": "临床试验",
    "ibm866": "Исследование",
    "iso-2022-jp": "臨床試験",
    "iso-8859-5": "Исследование",
    "iso-8859-6": "دراسة",
    "iso-8859-8": "מחקר",
    "iso-8859-8-i": "מחקר",
    "iso-8859-7": "Μελέτη",
    "koi8-r": "Исследование",
    "koi8-u": "Дослідження",
    "shift_jis": "臨床試験",
    "windows-1251": "Исследование",
    "windows-1253": "Μελέτη",
    "windows-1255": "מחקר",
    "windows-1256": "دراسة",
    "windows-1258": "Đo",
    "windows-874": "การศึกษา",
    "x-mac-cyrillic": "Исследование",
}


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


@pytest.mark.parametrize(("charset", "markup"), [("utf-8", ""), (None, "<meta charset=utf-8>"), (None, "\ufeff")])
def test_declared_utf_8_keeps_its_sound_sequences_beside_stray_bytes(charset: str | None, markup: str):
    stray = b"; patient\x92s, S\xe3o Paulo, \x93A\x94 \x96 \xb5g"
    found = decode(f"{markup}Age ≥ 18".encode() + stray, charset)
    assert found.content.decode() == f"{markup.removeprefix(chr(0xFEFF))}Age ≥ 18; patient’s, São Paulo, “A” – µg"
    assert found.doubt is None


def test_sound_sequences_win_where_nothing_is_declared_and_windows_1252_makes_no_words_of_them():
    found = decode("Age ≥ 18".encode() + b"; patient\x92s, 5 \xb5g, \x93A\x94")
    assert (found.content.decode(), found.doubt) == ("Age ≥ 18; patient’s, 5 µg, “A”", None)


def test_a_stray_byte_in_another_declared_encoding_costs_no_other_and_is_told():
    found = decode("临床试验".encode("gb18030") + b"\xff, 5", "gb2312")
    assert found.content.decode() == "临床试验�, 5"
    assert found.doubt == "1 signs cannot be read in the declared encoding"


FOREIGN = {
    "gb18030": ["临床试验", "军医大学", "研究"],
    "big5": ["臨床試驗", "大學", "臺大"],
    "cp932": ["臨床試験", "東京", "ｱｲｳ", "カナ"],
    "euc_jp": ["臨床試験", "東京", "カナ"],
    "cp949": ["임상시험", "서울", "대학"],
    "koi8-r": ["Исследование", "на", "Москва"],
    "cp1251": ["Исследование", "на", "Москва"],
    "iso8859-5": ["Исследование", "Москва"],
    "cp866": ["Исследование", "Москва"],
    "cp1253": ["Αθήνα", "Μελέτη"],
    "iso8859-7": ["Αθήνα", "Μελέτη"],
    "cp1255": ["מחקר"],
    "cp1256": ["دراسة"],
    "cp874": ["การศึกษา"],
    "cp1250": ["Žluťoučký kůň", "Łódź", "příliš"],
    "iso8859-2": ["Žluťoučký kůň", "Łódź"],
    "cp1254": ["Sağlık", "İstanbul Üniversitesi, Şişli"],
    "mac-roman": ["patient’s café", "Größe"],
    "cp437": ["café", "Größe"],
}


@each("charset", [None, "nonsense", "utf-8"])
@each(("codec", "words"), [(codec, words) for codec in FOREIGN for words in FOREIGN[codec]])
def test_an_encoding_that_nothing_tells_is_never_guessed_in_silence(codec: str, words: str, charset: str | None):
    found = decode(f"<p>Sponsor: {words}, 5 patients</p>".encode(codec), charset)
    assert found.doubt is not None or words in found.content.decode()


@pytest.mark.parametrize("codec", ["gb18030", "big5", "euc-kr", "windows-1251", "koi8-r"])
def test_what_servers_declare_by_default_is_not_believed_against_the_words(codec: str):
    words = {"gb18030": "临床试验", "big5": "臨床試驗", "euc-kr": "임상시험"}.get(codec, "Исследование")
    assert decode(words.encode(codec), "iso-8859-1").doubt is not None
    told = f"<meta charset={codec}>{words}".encode(codec)
    assert text(told, "iso-8859-1") == told.decode(codec)


@pytest.mark.parametrize(
    "words",
    [
        "Größe “5” – naïve, l’École, 37°C, 5 µg ±2 m² …",
        "Hôpital Bichat – Claude Bernard, Genève, à côté “créées” où ÉCOLE SUPÉRIEURE",
        "Hospital Virgen de la Macarena, España, Niño, Coruña, ¿Qué? nº 5",
        "Hospital São João, ações, não",
        "Malmö, Åbo, Rønne, København",
        "Perché è così, più, città",
        "Examplin® ™ ©2020 §5 €5 £5 10–20 «été» • mg·kg ½ ‡ †",
    ],
)
def test_western_words_are_read_as_windows_1252_without_a_doubt(words: str):
    for charset in (None, "utf-8", "windows-1252", "iso-8859-1"):
        found = decode(f"<p>{words}</p>".encode("cp1252"), charset)
        assert (found.content.decode(), found.doubt) == (f"<p>{words}</p>", None)


def test_a_doubt_quotes_a_word():
    doubt = decode("<p>Москва".encode("cp1251")).doubt
    assert doubt == "no declaration explains the bytes: read as windows-1252, they give words such as 'Ìîñêâà'"


@given(st.binary(), st.one_of(st.none(), st.text(), st.sampled_from(["gbk", "utf-16", "iso-2022-jp", "big5"])))
def test_any_bytes_under_any_name_become_text(content: bytes, charset: str | None):
    assert isinstance(text(content.replace(b"\0", b""), charset), str)


@given(st.text().filter(lambda words: not words.startswith("\ufeff") and "\0" not in words))
def test_any_text_in_utf_8_is_read_whatever_the_header_says(words: str):
    assert text(words.encode(), "windows-1252") == words


def test_a_letter_that_the_page_breaks_off_in_is_dropped_and_spoils_no_other():
    page = "Hôpital ≤ 5".encode()
    for cut in ("≤".encode()[:1], "≤".encode()[:2], "😀".encode()[:3]):
        assert utf8(page + cut) == page


def test_a_last_byte_of_another_encoding_is_kept_where_nothing_else_speaks_of_utf_8():
    assert utf8("no café".encode("cp1252")) == "no café".encode()
