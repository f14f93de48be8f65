"""Whatever a server answers, a fetch gives a page or an error of the tree; nothing else ever comes out."""

import asyncio
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError, UnsafeUrl
from scraper.fetch.client import Fetcher
from scraper.fetch.errand import Errand, Validators
from scraper.fetch.pace import Pace
from scraper.fetch.safety import Policy
from scraper.page import Page
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, NoJitter, QuickClock, gzipped

URL = "https://ctv.veeva.com/study/a"
OTHER = "https://ctv.veeva.com/study/b"

Headers = list[tuple[bytes, bytes]]
Answers = Callable[[httpx.Request], httpx.Response]


class Server(httpx.AsyncBaseTransport):
    """Answers as it is told, and notes what it was asked; robots.txt is missing unless it is told otherwise."""

    def __init__(self, answers: dict[str, Answers]) -> None:
        self.answers = answers
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answers = self.answers.get(str(request.url))
        return answers(request) if answers is not None else response(404, [], b"")

    def asked(self) -> list[str]:
        return [str(request.url) for request in self.requests if request.url.path != "/robots.txt"]


def response(status: int, headers: Headers, body: bytes) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def answering(status: int = 200, headers: Headers | None = None, body: bytes = PAGE) -> Answers:
    return lambda _: response(status, [(b"Content-Type", b"text/html")] if headers is None else headers, body)


def fetched(server: Server, tmp_path, errand: Errand | None = None, **merged: object) -> Page | TrialPagesError:
    """The page, or the error of the tree; any other is raised."""

    async def run() -> Page | TrialPagesError:
        clock = QuickClock()
        force = Settings.model_validate({"home": tmp_path, "pace": 0, "archive": False, "attempts": 2, **merged})
        async with Fetcher(force, HOSTS, transport=server, clock=clock, random=NoJitter(), pace=Pace(clock)) as fetcher:
            try:
                return await fetcher.fetch(URL, errand=errand)
            except TrialPagesError as error:
                return error

    return asyncio.run(run())


def told(answers: Answers, tmp_path, **merged: object) -> Page | TrialPagesError:
    return fetched(Server({URL: answers}), tmp_path, **merged)


# Anything at all

NAMES = (b"Content-Encoding", b"Content-Type", b"Date", b"ETag", b"Last-Modified", b"Location", b"Retry-After", b"X")
ODD = (
    b"",
    b",",
    b'"',
    b"0",
    b"-1",
    b"1e999",
    b"9" * 500,
    b"Wed, 21 Oct 999999 07:28:00 GMT",
    b"Mon, 01 Jan 0001 00:00:00 +2359",
    b"text/html; charset=\xff",
    b"gzip, gzip, gzip, gzip, gzip, gzip, gzip",
    b"https://xn--a/",
    b"javascript:void(0)",
    b"//[::1",
    b"https://ctv.veeva.com/study/b",
    b"\xc3\xa9\xff",
)
VALUES = st.sampled_from(ODD) | st.binary(max_size=40)
BODIES = st.sampled_from((b"", PAGE, gzipped(PAGE), gzipped(PAGE)[:20], zlib.compress(PAGE), b"\x1f\x8b")) | st.binary()
STATUSES = st.sampled_from((200, 203, 206, 204, 301, 302, 303, 304, 307, 308, 401, 404, 429, 503)) | st.integers(0, 999)
ANSWERS = st.tuples(STATUSES, st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6), BODIES)


@given(page=ANSWERS, other=ANSWERS, robots=ANSWERS | st.none())
def test_any_answer_gives_a_page_or_an_error_of_the_tree(page, other, robots):
    server = Server({URL: answering(*page), OTHER: answering(*other)})
    if robots is not None:
        server.answers["https://ctv.veeva.com/robots.txt"] = answering(*robots)
    came = fetched(server, Path("nowhere"))
    assert isinstance(came, Page | TrialPagesError)
    assert not isinstance(came, Page) or came.content


@given(page=ANSWERS)
@settings(max_examples=20)
def test_what_the_archive_kept_of_any_answer_breaks_nothing_the_next_time(tmp_path_factory, page):
    server, home = Server({URL: answering(*page)}), tmp_path_factory.mktemp("home")
    for _ in range(2):
        came = fetched(server, home, archive=True)
        assert isinstance(came, Page | TrialPagesError)
        assert not isinstance(came, Page) or came.content


@pytest.mark.parametrize(
    "mistake",
    [ValueError("invalid literal"), KeyError("x"), RecursionError(), OSError(5, "I/O"), httpx.InvalidURL("x")],
)
def test_what_libraries_do_not_foresee_fails_the_page_alone(mistake, tmp_path):
    def breaks(_: httpx.Request) -> httpx.Response:
        raise mistake

    error = told(breaks, tmp_path)
    assert type(error) is FetchError
    assert f"the answer cannot be read ({type(mistake).__name__}: " in str(error)
    assert error.attempts == 2


# Retry-After


@pytest.mark.parametrize(
    "value",
    [
        b"9" * 30,
        b"9" * 5_000,
        b"1" + b"0" * 308,
        b"Wed, 21 Oct 9999 07:28:00 GMT",
        b"Fri, 31 Dec 9999 23:59:59 -2359",
        b"31622401",
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_a_wait_without_end_fails_its_page_and_rests(status, value, tmp_path):
    error = told(answering(status, [(b"Retry-After", value)]), tmp_path)
    assert isinstance(error, Blocked if status == 429 else FetchError)
    assert "it asks to wait 3.16224e+07 s, longest_wait allows 120 s" in str(error)
    assert error.attempts == 1


@pytest.mark.parametrize(
    "value",
    [b"Wed, 21 Oct 99999999999 07:28:00 GMT", b"Wed, 21 Oct 2026 07:28:00 +99999999999", b"-9", b"\xff", b"soon"],
)
@pytest.mark.parametrize("status", [200, 429, 503])
def test_a_wait_that_cannot_be_read_is_none(status, value, tmp_path):
    came = told(answering(status, [(b"Retry-After", value)]), tmp_path)
    if status == 200:
        assert isinstance(came, Page)
    else:
        assert isinstance(came, FetchError)
        assert came.attempts == 2


def test_a_robots_txt_that_asks_for_a_wait_without_end_is_that_pages_failure(tmp_path):
    server = Server({"https://ctv.veeva.com/robots.txt": answering(503, [(b"Retry-After", b"9" * 99)])})
    assert "it cannot be read" in str(fetched(server, tmp_path))


# Redirects


@pytest.mark.parametrize(
    "location",
    [
        b"javascript:void(0)",
        b"mailto:someone@example.org",
        b"about:blank",
        b"data:text/html,x",
        b"www.trialx.com:443/x",
        b"https://xn--a/",
        b"https://xn--0.xn--0/",
        b"https://[::1",
        b"https://ctv.veeva.com:port/",
        b"https://a\x01b/",
        b"https://" + b"a" * 70_000,
        b"https://ctv.veeva.com\xff/",
        b"https:///ctv.veeva.com.evil.example/",
        b"https:////evil.example/study/b",
        b"\\\\evil.example\\study",
    ],
)
def test_a_redirect_to_no_address_of_a_site_fails_its_page_alone(location, tmp_path):
    error = told(answering(302, [(b"Location", location)], b""), tmp_path)
    assert type(error) is UnsafeUrl
    assert str(error).startswith(f"{URL} redirects to where we do not go: ")


def test_a_robots_txt_that_redirects_to_no_address_fails_the_page_alone(tmp_path):
    robots = answering(302, [(b"Location", b"javascript:void(0)")], b"")
    assert type(fetched(Server({"https://ctv.veeva.com/robots.txt": robots}), tmp_path)) is UnsafeUrl


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (b"/study/b", "/study/b"),
        (b"b", "/study/b"),
        (b"?page=2", "/study/a?page=2"),
        (b" \t/study/b ", "/study/b"),
        (b"//ctv.veeva.com/study/b", "/study/b"),
        (b"https:/study/b", "/study/b"),
        (b"https:b", "/study/b"),
        (b"HTTPS://CTV.VEEVA.COM/study/b", "/study/b"),
        (b"https:\\\\ctv.veeva.com\\study\\b", "/study/b"),
        (b"/study/b?q=a\\b", "/study/b?q=a\\b"),
        (b"/study/b#top", "/study/b"),
        (b"/x/../study/./b", "/study/b"),
        (b"/caf\xc3\xa9", "/caf%C3%A9"),
        (b"/caf\xe9", "/caf%E9"),
        (b"/caf\xe9?q=\xc3\xa9", "/caf%E9?q=%C3%A9"),
        (b"/caf%C3%A9?q=100%", "/caf%C3%A9?q=100%"),
        (b"/a b", "/a%20b"),
        (b"/%7Ea", "/%7Ea"),
    ],
)
@pytest.mark.parametrize("other", [b"ok", b"caf\xe9", b"caf\xc3\xa9"])
def test_a_location_is_read_by_itself_as_browsers_read_it(location, asked, other, tmp_path):
    server = Server({URL: answering(301, [(b"Server", other), (b"Location", location)], b"")})
    fetched(server, tmp_path)
    assert server.asked() == [URL, f"https://ctv.veeva.com{asked}"]


def test_a_redirect_that_is_said_twice_is_followed_and_one_that_contradicts_itself_is_not(tmp_path):
    twice = [(b"Location", b"/study/b"), (b"location", b"/study/b")]
    assert isinstance(fetched(Server({URL: answering(302, twice, b""), OTHER: answering()}), tmp_path), Page)
    error = told(answering(302, [(b"Location", b"/study/b"), (b"Location", b"/study/c")], b""), tmp_path)
    assert "redirects to several addresses at once" in str(error)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 306, 307, 308, 399])
def test_a_redirect_that_leads_nowhere_is_no_page(status, tmp_path):
    for headers in ([], [(b"Location", b"")], [(b"Location", b"  ")]):
        error = told(answering(status, headers, b""), tmp_path)
        assert type(error) is FetchError
        assert "which is no page" in str(error)


# What a page is


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
    from scraper.fetch.exchange import decompress

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


# What is sent back


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ([b'"a"'], '"a"'),
        ([b'W/"a b"'], 'W/"a b"'),
        ([b'"a"', b'"a"'], '"a"'),
        ([b'"a"', b'"b"'], None),
        ([b'"caf\xe9"'], None),
        ([b'"\xc3\xa9"'], None),
        ([b'"\x1b[31m"'], None),
        ([b'"' + b"a" * 60_000 + b'"'], None),
        ([b"\xff"], None),
        ([b""], None),
    ],
)
def test_a_version_is_sent_back_as_it_came_or_not_at_all(given, sent):
    headers = httpx.Headers([(b"X", b"\xff"), *((b"ETag", value) for value in given)])
    assert Validators.told_by(headers).conditions == ({} if sent is None else {"If-None-Match": sent})


def test_a_version_that_the_store_knows_and_nobody_can_send_is_left_out(tmp_path):
    errand = Errand({URL: Validators('"é"', "Sat, 21 Nov 2026 20:31:00 GMT")})
    server = Server({URL: answering()})
    assert isinstance(fetched(server, tmp_path, errand), Page)
    assert "if-none-match" not in server.requests[-1].headers
    assert server.requests[-1].headers["if-modified-since"] == "Sat, 21 Nov 2026 20:31:00 GMT"


@pytest.mark.parametrize("status", [0, 99, 199, 206, 299, 600, 999])
def test_a_status_that_is_none_is_no_page(status, tmp_path):
    error = told(answering(status), tmp_path)
    assert type(error) is FetchError
    assert f"answered {status}" in str(error)


def test_thousands_of_headers_do_no_harm(tmp_path):
    many = [(b"X-%d" % number, b"\xff") for number in range(5_000)]
    assert isinstance(told(answering(200, [*many, (b"Content-Type", b"text/html")]), tmp_path), Page)


def test_a_page_that_is_gone_is_not_found_whatever_its_headers_say(tmp_path):
    assert type(told(answering(404, [(b"Content-Encoding", b"utf-8"), (b"Location", b"/b")]), tmp_path)) is NotFound


@given(
    st.text(max_size=60)
    | st.builds("https://{}/".format, st.text(max_size=20))
    | st.builds("https://xn--{}".format, st.text(max_size=9))
)
def test_any_address_either_passes_or_is_refused(text):
    policy = Policy(HOSTS)
    site = policy.site(text)
    try:
        policy.check(text)
    except UnsafeUrl:
        return
    assert site is not None


def test_a_robots_txt_dated_by_a_clock_that_was_wrong_is_asked_for_again(tmp_path):
    async def run() -> list[str]:
        clock = QuickClock()
        server = Server({URL: answering(), "https://ctv.veeva.com/robots.txt": answering(200, [], b"")})
        force = Settings.model_validate({"home": tmp_path, "pace": 0})
        for years in (30, 0):
            ahead = timedelta(days=365 * years)
            clock.now = lambda ahead=ahead: QuickClock().now() + ahead
            async with Fetcher(force, HOSTS, transport=server, clock=clock, pace=Pace(clock)) as fetcher:
                await fetcher.fetch(URL)
        return [request.url.path for request in server.requests]

    assert asyncio.run(run()).count("/robots.txt") == 2
