"""Which answers are asked for again; one registered answer per expected attempt."""

import asyncio
from datetime import UTC, datetime
from random import Random

import httpx
import pytest
from pytest_httpx import HTTPXMock

from scraper.errors import Blocked, FetchError, NotFound, TrialPagesError
from scraper.fetch.client import user_agent
from scraper.fetch.retries import Budget, Transient, retry_after, retrying
from tests.replica import PAGE, NoJitter, QuickClock, mocked

URL = "https://ctv.veeva.com/study/a"
ROBOTS = "https://ctv.veeva.com/robots.txt"
NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)


@pytest.fixture
def web(httpx_mock: HTTPXMock) -> HTTPXMock:
    """The answers that a test registers, and a host without robots.txt."""
    httpx_mock.add_response(url=ROBOTS, status_code=404)
    return httpx_mock


def get(tmp_path, **settings: object) -> tuple[bytes | TrialPagesError, list[float]]:
    async def run() -> tuple[bytes | TrialPagesError, list[float]]:
        clock = QuickClock()
        async with mocked(tmp_path, clock, **settings) as fetch:
            try:
                return (await fetch.fetch(URL)).content, clock.waits
            except TrialPagesError as error:
                return error, clock.waits

    return asyncio.run(run())


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_status_is_tried_again(status, web, tmp_path):
    web.add_response(url=URL, status_code=status)
    web.add_response(url=URL, html=PAGE.decode())
    assert get(tmp_path) == (PAGE, [1.0])


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Blocked), (403, Blocked), (404, NotFound), (410, NotFound), (451, Blocked), (501, FetchError)],
)
def test_a_final_status_is_not_tried_again(status, error, web, tmp_path):
    web.add_response(url=URL, status_code=status)
    result, waits = get(tmp_path)
    assert type(result) is error
    assert waits == []


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx.ConnectError("refused"), "no connection (refused)"),
        (httpx.ConnectTimeout(""), "no connection within 10 s"),
        (httpx.ReadTimeout(""), "nothing came for 30 s"),
        (httpx.WriteTimeout(""), "the request was not taken within 10 s"),
        (httpx.PoolTimeout(""), "no connection was free within 60 s"),
        (httpx.ReadError(""), "the connection broke (ReadError)"),
        (httpx.RemoteProtocolError("bad"), "the connection broke (bad)"),
    ],
)
def test_a_failed_connection_is_tried_again_and_told_at_last(failure, words, web, tmp_path):
    web.add_exception(failure, url=URL)
    web.add_exception(failure, url=URL)
    error, waits = get(tmp_path, attempts=2)
    assert str(error) == f"{URL} did not arrive, attempts: 2, the last: {words}"
    assert waits == [1.0]


def test_waits_double_up_to_the_longest(web, tmp_path):
    for _ in range(6):
        web.add_response(url=URL, status_code=503)
    _, waits = get(tmp_path, attempts=6, longest_wait=5)
    assert waits == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_waits_are_spread_by_chance():
    waits: list[float] = []

    async def run(seed: int) -> None:
        clock = QuickClock()
        tries = retrying(
            attempts=2,
            longest_wait=60,
            budget=Budget(60),
            clock=clock,
            random=Random(seed),
            before_wait=lambda _failure, _attempt, wait: waits.append(wait),
        )
        with pytest.raises(Transient):
            await tries(fail)

    async def fail() -> None:
        raise Transient("busy")

    for seed in range(20):
        asyncio.run(run(seed))
    assert len(set(waits)) == 20
    assert all(0.5 <= wait <= 1 for wait in waits)


def test_a_page_is_given_up_when_its_time_is_over(web, tmp_path):
    web.add_response(url=URL, status_code=503, headers={"Retry-After": "50"})
    web.add_response(url=URL, status_code=503, headers={"Retry-After": "50"})
    error, waits = get(tmp_path, page_deadline=80)
    assert str(error) == f"{URL} did not arrive, attempts: 2, the last: 503 Service Unavailable"
    assert waits == [50.0]


def test_a_host_that_asks_for_too_long_a_wait_is_left_alone_for_that_time(web, tmp_path):
    web.add_response(url=URL, status_code=503, headers={"Retry-After": "1000"})

    async def run() -> list[str]:
        async with mocked(tmp_path) as fetch:
            errors = []
            for _ in range(2):
                with pytest.raises(FetchError) as caught:
                    await fetch.fetch(URL)
                errors.append(str(caught.value))
            return errors

    first, second = asyncio.run(run())
    assert first.endswith("503 Service Unavailable; it asks to wait 1000 s, longest_wait allows 120 s")
    assert "ctv.veeva.com rests until" in second
    assert second.endswith("it asked for 1000 s without requests (503 Service Unavailable)")


def test_only_a_passing_failure_is_retried():
    async def run() -> None:
        tries = retrying(
            attempts=5,
            longest_wait=1,
            budget=Budget(1),
            clock=QuickClock(),
            random=NoJitter(),
            before_wait=lambda *_: None,
        )

        async def fail() -> None:
            raise KeyError("a mistake of ours")

        with pytest.raises(KeyError):
            await tries(fail)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sat, 21 Nov 2026 20:31:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 21:31:00 +0100", 3660.0 - 3600.0),
        ("Sat, 21 Nov 2026 20:31:00 -0000", 60.0),
        ("Sat, 21 Nov 2026 20:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 20:30:60 GMT", 59.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_a_request_says_who_asks_and_what_for(web, tmp_path):
    web.add_response(url=URL, html="<p>x</p>")
    get(tmp_path, contact="https://example.org/about")
    request = web.get_request(url=URL)
    assert request is not None
    assert request.headers["user-agent"] == user_agent("https://example.org/about")
    assert request.headers["user-agent"].endswith(" (https://example.org/about)")
    assert request.headers["user-agent"].startswith("trialpages/")
    assert request.headers["accept-encoding"] == "gzip, deflate"


def test_without_a_contact_the_name_and_version_stand_alone():
    assert user_agent(None).count(" ") == 0


def test_cookies_are_not_kept(web, tmp_path):
    web.add_response(url=URL, html="x", headers={"Set-Cookie": "seen=1"})
    web.add_response(url=URL, html="x")

    async def run() -> None:
        async with mocked(tmp_path) as fetch:
            await fetch.fetch(URL)
            await fetch.fetch(URL)

    asyncio.run(run())
    assert all("cookie" not in request.headers for request in web.get_requests())
