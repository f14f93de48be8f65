"""Pages that a browser saved as one file of MHTML."""

import base64
import quopri
from pathlib import Path

import pytest

from scraper.errors import NotATrialPage
from scraper.imports.paths import inputs_below
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import read

PAGE = (Path(__file__).parent.parent / "snapshots" / "veeva" / "NCT05160831-seed" / "page.html").read_bytes()
ADDRESS = "https://ctv.veeva.com/study/a-trial-that-was-saved"


def part(content: bytes, coding: str, headers: str = "Content-Type: text/html") -> bytes:
    coded = {
        "quoted-printable": lambda: quopri.encodestring(content),
        "base64": lambda: base64.encodebytes(content),
        "8bit": lambda: content,
    }[coding]()
    return f"{headers}\nContent-Transfer-Encoding: {coding}\n\n".encode() + coded


def mhtml(*parts: bytes, headers: str = f"Snapshot-Content-Location: {ADDRESS}\n", end: bytes = b"\n--x--\n") -> bytes:
    top = f'From: <Saved by Blink>\n{headers}MIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary="x"\n\n'
    return top.encode() + b"".join(b"\n--x\n" + each for each in parts) + end


STYLE = part(b"p { color: red }", "quoted-printable", "Content-Type: text/css\nContent-Location: cid:css-1")


def message(content: bytes) -> str:
    with pytest.raises(NotATrialPage) as error:
        parse(Page(content))
    return str(error.value)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit"])
def test_the_page_in_an_archive_is_the_page(coding: str, line_end: bytes):
    archived = mhtml(part(PAGE, coding), STYLE).replace(b"\r\n", b"\n").replace(b"\n", line_end)
    found, plain = read(Page(archived)), read(Page(PAGE, ADDRESS))
    assert found.trial == plain.trial
    assert found.issues == plain.issues
    assert found.source.url == ADDRESS


def test_an_archive_of_the_page_alone_needs_no_parts():
    document = parse(Page(b"MIME-Version: 1.0\nContent-Location: https://a/b\n" + part(b"<p>a=b</p>", "base64")))
    assert ([block.text for block in document.blocks], document.address) == (["a=b"], "https://a/b")


def test_the_encoding_that_the_part_names_counts():
    word = "Исследование"
    headers = "Content-Type: text/html; charset=koi8-r"
    document = parse(Page(mhtml(part(f"<p>{word}</p>".encode("koi8-r"), "quoted-printable", headers))))
    assert [block.text for block in document.blocks] == [word]
    assert document.doubts == ()


def test_of_several_pages_the_one_that_was_saved_counts():
    frame = part(b"<p>frame", "8bit", "Content-Type: text/html\nContent-Location: https://ads/x")
    page = part(b"<p>page", "8bit", f"Content-Type: text/html\nContent-Location: {ADDRESS}")
    assert [block.text for block in parse(Page(mhtml(frame, page))).blocks] == ["page"]
    assert [block.text for block in parse(Page(mhtml(frame, page, headers=""))).blocks] == ["frame"]


@pytest.mark.parametrize("location", ["cid:frame-1", "file:///tmp/x.html", "javascript:void(0)", "http://["])
def test_a_place_that_is_no_web_address_is_no_address(location: str):
    archived = mhtml(part(b"<p>a", "8bit"), headers=f"Snapshot-Content-Location: {location}\n")
    assert parse(Page(archived)).address is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (mhtml(STYLE), "no page is in it"),
        (mhtml(part(b"<p>a", "8bit")).replace(b'boundary="x"', b"type=x"), "the boundary between its parts is missing"),
        (mhtml(part(b"<p>a", "8bit")).replace(b'"x"', b'"another"'), "the boundary between its parts is missing"),
        (mhtml(part(b"", "base64") + b"PHA+YQ=A!"), "the page's part is damaged"),
    ],
)
def test_an_archive_without_a_page_is_refused(content: bytes, words: str):
    assert message(content) == f"the page is MHTML that cannot be read: {words}"


def test_parts_that_nest_without_end_are_refused():
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))
    assert message(b"MIME-Version: 1.0\n" + deep).startswith("the page is MHTML that cannot be read: ")


def test_a_part_without_its_headers_is_never_read_as_a_page():
    assert message(quopri.encodestring(PAGE)) == "the page is a part of MHTML whose headers are missing or damaged"


def test_an_archive_that_breaks_off_in_the_page_is_doubtful():
    whole = mhtml(STYLE, part(b"<p>a</p>", "8bit"))
    assert parse(Page(whole)).doubts == ()
    cut = mhtml(STYLE, part(b"<p>a</p>", "8bit"), end=b"")
    assert parse(Page(cut)).doubts == ("the MHTML breaks off within the page: what stands behind may be missing",)


def test_archives_are_found_in_folders(tmp_path: Path):
    for name in ("a.mhtml", "b.MHT", "c.mht.gz", "d.png"):
        (tmp_path / name).write_bytes(b"x")
    assert [source.path.name for source in inputs_below([str(tmp_path)]) if source.path] == [
        "a.mhtml",
        "b.MHT",
        "c.mht.gz",
    ]
