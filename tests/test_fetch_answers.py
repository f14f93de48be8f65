"""Whatever a server answers, a fetch gives a page or an error of the tree; nothing else ever comes out."""

import asyncio
import zlib
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import Blocked, FetchError, NotFound, TrialPagesError, UnsafeUrl
from scraper.fetch.client import Fetcher
from scraper.fetch.context import FetchContext, Validators
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.fetch.safety import Policy
from scraper.parse.page import Page
from scraper.settings import Settings
from tests.answers import OTHER, URL, Server, answering, fetched, response, told
from tests.replica import HOSTS, PAGE, QuickClock, gzipped

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
@settings(max_examples=10)
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


def test_a_page_keeps_its_address_wherever_the_transport_sends_the_request(tmp_path):
    def elsewhere(request: httpx.Request) -> httpx.Response:
        request.url = httpx.URL("http://127.0.0.1:8080/study/a")
        return response(200, [], PAGE)

    page = told(elsewhere, tmp_path)
    assert isinstance(page, Page)
    assert page.url == URL


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
    assert "it asks to wait 31622400 s, longest_wait allows 120 s" in str(error)
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
    assert Validators.of(headers).conditions == ({} if sent is None else {"If-None-Match": sent})


def test_a_version_that_the_store_knows_and_nobody_can_send_is_left_out(tmp_path):
    context = FetchContext({URL: Validators('"é"', "Sat, 21 Nov 2026 20:31:00 GMT")})
    server = Server({URL: answering()})
    assert isinstance(fetched(server, tmp_path, context), Page)
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
    st.text(st.characters(), max_size=60)
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
            async with Fetcher(force, HOSTS, Environment(transport=server, clock=clock, pace=Pace(clock))) as fetcher:
                await fetcher.fetch(URL)
        return [request.url.path for request in server.requests]

    assert asyncio.run(run()).count("/robots.txt") == 2
