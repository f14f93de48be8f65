"""What a body is said to be, and to be encoded as: the last sensible word counts, and nonsense is none."""

import zlib

import pytest

from scraper.errors import FetchError, NotATrialPage, NotFound
from scraper.fetch.exchange import decompress
from scraper.parse.page import Page
from tests.answers import OTHER, URL, Server, answering, fetched, told
from tests.replica import PAGE, gzipped


@pytest.mark.parametrize(
    "values",
    [
        [b"text/html"],
        [b"text/html", b"text/html"],
        [b"text/html, text/html"],
        [b"*/*, text/html"],
        [b"application/pdf, text/html"],
        [b"text/html, */*"],
        [b"text/html, nonsense"],
        [b"text/html charset=utf-8"],
        [b"nonsense"],
        [b""],
        [b"/"],
        [b"text/"],
        [b"\xff/html"],
        [b'text/html; a="x, application/pdf"'],
        [b"TEXT/HTML ; Charset=utf-8"],
        [],
    ],
)
def test_the_last_media_type_that_is_one_counts(values, tmp_path):
    page = told(answering(200, [(b"Content-Type", value) for value in values]), tmp_path)
    assert isinstance(page, Page), page
    assert page.content == PAGE


@pytest.mark.parametrize(
    "values", [[b"application/pdf"], [b"text/html", b"image/png"], [b"text/html, application/zip; x"]]
)
def test_a_type_that_no_page_has_is_refused_by_its_name(values, tmp_path):
    error = told(answering(200, [(b"Content-Type", value) for value in values]), tmp_path)
    assert type(error) is NotATrialPage
    assert "it is of the type " in str(error)
    assert "," not in str(error)


@pytest.mark.parametrize(
    ("values", "charset"),
    [
        ([b"text/html; charset=koi8-r"], "koi8-r"),
        ([b"text/html; charset=koi8-r", b"text/html"], "koi8-r"),
        ([b"text/html; charset=koi8-r", b"text/html; charset=utf-8"], "utf-8"),
        ([b"text/plain; charset=koi8-r, text/html"], None),
        ([b'text/html; x="; charset=a"; charset="koi8-r"'], "koi8-r"),
        ([b'text/html; charset="koi8'], "koi8"),
        ([b"text/html; charset=; charset=koi8-r"], "koi8-r"),
        ([b"text/html charset=koi8-r"], None),
    ],
)
def test_the_charset_is_that_of_the_type_that_counts(values, charset, tmp_path):
    page = told(answering(200, [(b"Content-Type", value) for value in values]), tmp_path)
    assert isinstance(page, Page), page
    assert page.charset == charset


@pytest.mark.parametrize(
    "coding",
    [
        b"",
        b"none",
        b"identity",
        b"UTF-8",
        b"aws-chunked",
        b"binary, 8bit",
        b"text/html",
        b"\xff",
        b",,",
        b"gzip",
        b"x-gzip",
        b"deflate",
        b"br",
        b"zstd",
        b"gzip, gzip",
        b"utf-8, gzip",
    ],
)
@pytest.mark.parametrize("body", [PAGE, b"\xef\xbb\xbf" + PAGE, b"\n" + PAGE + b"\xe9", '{"é": 1}'.encode()])
def test_a_plain_body_is_taken_as_it_is_whatever_it_is_said_to_be_encoded_as(coding, body, tmp_path):
    page = told(answering(200, [(b"Content-Encoding", coding)], body), tmp_path)
    assert isinstance(page, Page), page
    assert page.content == body


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ([b"gzip"], gzipped(PAGE)),
        ([b"GZIP"], gzipped(PAGE)),
        ([b"gzip;q=1"], gzipped(PAGE)),
        ([b'"gzip"'], gzipped(PAGE)),
        ([b"gzip", b"gzip"], gzipped(PAGE)),
        ([b"gzip", b"gzip"], gzipped(gzipped(PAGE))),
        ([b"utf-8, gzip"], gzipped(PAGE)),
        ([b"aws-chunked, gzip, identity"], gzipped(PAGE)),
        ([b"gzip"], b"".join(gzipped(PAGE[place : place + 7]) for place in range(0, len(PAGE), 7))),
        ([b"gzip"], zlib.compress(PAGE)),
    ],
)
def test_an_encoded_body_is_decoded_whatever_else_is_named_beside_it(codings, body, tmp_path):
    page = told(answering(200, [(b"Content-Encoding", coding) for coding in codings], body), tmp_path)
    assert isinstance(page, Page), page
    assert page.content == PAGE


def test_an_answer_that_is_encoded_many_times_is_refused(tmp_path):
    body = PAGE
    for _ in range(6):
        body = gzipped(body)
    error = told(answering(200, [(b"Content-Encoding", b"gzip")] * 6, body), tmp_path)
    assert "came encoded 6 times" in str(error)


def test_a_body_of_many_small_members_is_expanded_at_once(monkeypatch):
    copied = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self, *how: int) -> None:
            self._stream = real(*how)

        def decompress(self, piece, most):
            copied.append(len(piece))
            return self._stream.decompress(piece, most)

        eof = property(lambda self: self._stream.eof)
        unused_data = property(lambda self: self._stream.unused_data)

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    member = gzipped(b"x")
    handed = []
    for count in (500, 1_000, 2_000):
        copied.clear()
        assert decompress(member * count, 10_000, URL) == b"x" * count
        handed.append(sum(copied))
    assert handed[2] < 2.5 * handed[1] < 6 * handed[0]


def test_a_robots_txt_with_an_odd_coding_blocks_nothing(tmp_path):
    robots = answering(200, [(b"Content-Encoding", b"UTF-8")], b"User-agent: *\nDisallow: /x\n")
    server = Server({"https://ctv.veeva.com/robots.txt": robots, URL: answering()})
    assert isinstance(fetched(server, tmp_path), Page)


@pytest.mark.parametrize("headers", [[(b"Content-Encoding", b"br")], [(b"Content-Encoding", b"gzip")]])
def test_only_a_page_need_be_sound(headers, tmp_path):
    for body in (gzipped(PAGE)[:20], b"\x0b\x02\x80\xff\x00"):
        server = Server({URL: answering(302, [*headers, (b"Location", b"/study/b")], body), OTHER: answering()})
        assert isinstance(fetched(server, tmp_path), Page)
        assert type(told(answering(404, headers, body), tmp_path)) is NotFound
        error = told(answering(429, [*headers, (b"Retry-After", b"9999")], body), tmp_path)
        assert "it asks to wait 9999 s" in str(error)
        assert type(told(answering(200, headers, body), tmp_path)) is FetchError
