"""What looks wrong over real sockets and is not: a page that arrives all the same, whole or as a browser has it."""

import asyncio
import zlib
from datetime import timedelta

import pytest

from tests.replica import HALF, PAGE, RESET, QuickClock, Replica, Script, answer, fetcher, gzipped, redirect


def arrives(scripts: list[Script], tmp_path, **settings: object):
    """The page, the requests and the waits where a fault is overcome."""

    async def run():
        clock = QuickClock()
        async with Replica() as site, fetcher(tmp_path, clock, **settings) as fetch:
            site.scripts["/study/a"] = scripts
            return await fetch.fetch(site.url("/study/a")), site.paths(), clock.waits

    return asyncio.run(run())


def test_503_twice_then_200_brings_the_page(tmp_path):
    busy = answer(b"", "503 Service Unavailable")
    page, paths, waits = arrives([busy, busy, answer()], tmp_path)
    assert page.content == PAGE
    assert paths == ["/study/a"] * 3
    assert waits == [1.0, 2.0]


def test_retry_after_in_seconds_is_waited_for(tmp_path):
    page, _, waits = arrives([answer(b"", "429 Too Many Requests", Retry_After="17"), answer()], tmp_path)
    assert page.content == PAGE
    assert waits == [17.0]


def test_retry_after_as_a_date_is_waited_for(tmp_path):
    async def run():
        clock = QuickClock()
        stamp = f"{clock.now() + timedelta(seconds=60):%a, %d %b %Y %H:%M:%S} GMT"
        async with Replica() as site, fetcher(tmp_path, clock) as fetch:
            site.scripts["/study/a"] = [answer(b"", "429 Too Many Requests", Retry_After=stamp), answer()]
            await fetch.fetch(site.url("/study/a"))
            return clock.waits

    assert asyncio.run(run()) == pytest.approx([60], abs=0.01)


def test_a_reset_and_then_the_page_brings_the_page(tmp_path):
    page, paths, _ = arrives([[HALF, RESET], answer()], tmp_path)
    assert page.content == PAGE
    assert len(paths) == 2


def test_a_content_length_that_is_too_short_cuts_the_page_as_in_a_browser(tmp_path):
    page, _, _ = arrives([answer(Content_Length="20")], tmp_path)
    assert page.content == PAGE[:20]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzipped(PAGE)),
        ("x-gzip", gzipped(PAGE)),
        ("gzip", gzipped(PAGE[:30]) + gzipped(PAGE[30:])),
        ("gzip", gzipped(PAGE) + b"\0\0padding"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("deflate, gzip", gzipped(zlib.compress(PAGE))),
        ("identity", PAGE),
    ],
)
def test_a_compressed_page_is_expanded(encoding, body, tmp_path):
    page, _, _ = arrives([answer(body, headers={"Content-Encoding": encoding})], tmp_path)
    assert page.content == PAGE


def test_a_chunked_page_is_joined(tmp_path):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    page, _, _ = arrives([[head, b"6\r\n<html>\r\n", 0.01, b"7\r\n</html>\r\n0\r\n\r\n"]], tmp_path)
    assert page.content == b"<html></html>"


def test_a_charset_that_nobody_knows_is_handed_on_as_it_came(tmp_path):
    page, _, _ = arrives([answer(Content_Type='text/html; q=1; charset="klingon"')], tmp_path)
    assert page.charset == "klingon"
    assert page.content == PAGE


@pytest.mark.parametrize("content_type", ["", "text/html", "text/html; charset="])
def test_a_page_without_charset_has_none(content_type, tmp_path):
    page, _, _ = arrives([answer(Content_Type=content_type)], tmp_path)
    assert page.charset is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><button>Accept all cookies</button></body></html>",
        b"<html><body><h1>Page not found</h1></body></html>",
        b"<html><body><h1>NCT99999999</h1></body></html>",
    ],
    ids=["consent wall", "soft 404", "another trial"],
)
def test_what_only_reading_can_tell_arrives_as_a_page(body, tmp_path):
    page, _, _ = arrives([answer(body)], tmp_path)
    assert page.content == body


def test_robots_txt_that_is_not_there_allows_everything(tmp_path):
    page, _, _ = arrives([answer()], tmp_path)
    assert page.content == PAGE


def test_a_page_says_where_it_was_found_in_the_end(tmp_path):
    async def run():
        async with Replica() as site, fetcher(tmp_path) as fetch:
            site.scripts["/old"] = [redirect("/study/a?x=1#top", "301 Moved Permanently")]
            site.scripts["/study/a?x=1"] = [answer()]
            return (await fetch.fetch(site.url("/old"))).url, site.url("/study/a?x=1")

    found, expected = asyncio.run(run())
    assert found == expected
