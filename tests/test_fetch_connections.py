"""Connections that a server misuses: what it sends unasked is nobody's answer, and no header breaks a record."""

import asyncio
import ssl
from contextlib import suppress

import httpx
import pytest
import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from scraper.errors import FetchError, TrialPagesError
from scraper.fetch.archive.check import check
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, QuickClock, Replica, answer, fetcher, loopback

UNASKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\nunasked"

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "before",
    [
        answer(b"first")[0],
        answer(b"gone", "404 Not Found")[0],
        CHUNKED,
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
)
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("end", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Half: "])
def test_what_comes_unasked_behind_an_answer_is_no_pages_answer(before, times, end, tmp_path):
    async def run() -> list[bytes]:
        async with Replica() as site, fetcher(tmp_path) as fetch:
            site.scripts["/a"] = [[before + UNASKED * times + end]]
            pages = {f"/{number}": f"<p>{number}</p>".encode() for number in range(3)}
            site.scripts |= {path: [answer(body)] for path, body in pages.items()}
            with suppress(TrialPagesError):  # what becomes of it is not the question
                await fetch.fetch(site.url("/a"))
            assert [(await fetch.fetch(site.url(path))).content for path in pages] == [*pages.values()]

    asyncio.run(run())


@pytest.mark.parametrize(
    "header",
    [
        ("x-a", "b\r\n\r\n<p>another page</p>"),
        ("x-a", "b\nlocation: /other"),
        ("x-a", "b\rc"),
        ("x-a", "b\0c"),
        ("x-a\r\nlocation: /other\r\nx-b", "c"),
        ("x:a", "b"),
        ("x a", "b"),
        ("", "b"),
    ],
)
def test_a_header_that_would_break_a_record_is_no_answer(header, tmp_path):
    with pytest.raises(FetchError, match="one of its headers holds what no header may"):
        over_http2(tmp_path, [header])
    assert not [*check(tmp_path / "archive")]


def test_a_page_with_hundreds_of_headers_is_read_from_the_archive_as_it_came(tmp_path):
    assert over_http2(tmp_path, [(f"x-{number}", "a\x85 \xe9") for number in range(600)]) == PAGE
    assert not [*check(tmp_path / "archive")]

    async def run() -> int:
        async with fetcher(tmp_path, archive=True) as fetch:
            archive = fetch._captures.archive
            (capture,) = (capture for capture in archive.captures() if capture.status == 200)
            exchange = archive.read(capture)
            assert exchange.body == PAGE
            return len(exchange.headers)

    assert asyncio.run(run()) == 601


def over_http2(tmp_path, headers: list[tuple[str, str]]) -> bytes:
    """What a server answers by HTTP/2 with these headers."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), httpx.create_ssl_context()
    authority.issue_cert("ctv.veeva.com").configure_cert(server)
    authority.configure_trust(client)
    server.set_alpn_protocols(["h2"])
    config = H2Configuration(client_side=False, validate_outbound_headers=False, normalize_outbound_headers=False)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(config)
        connection.initiate_connection()
        while data := await reader.read(65_536):
            for event in connection.receive_data(data):
                if not isinstance(event, RequestReceived):
                    continue
                if dict(event.headers)[b":path"] == b"/robots.txt":
                    connection.send_headers(event.stream_id, [(":status", "404")], end_stream=True)
                else:
                    fields = [(":status", "200"), ("content-type", "text/html"), *headers]
                    connection.send_headers(event.stream_id, [(a.encode(), b.encode("latin-1")) for a, b in fields])
                    connection.send_data(event.stream_id, PAGE, end_stream=True)
            writer.write(connection.data_to_send())
        writer.close()

    async def run() -> bytes:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, attempts=1)
        async with (
            await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server) as listening,
            Fetcher(
                settings,
                HOSTS,
                Environment(clock=clock, pace=Pace(clock), resolver=loopback, tls=client, loopback=True),
            ) as fetch,
        ):
            port = listening.sockets[0].getsockname()[1]
            return (await fetch.fetch(f"https://ctv.veeva.com:{port}/a")).content

    return asyncio.run(run())


@pytest.mark.parametrize(
    "script",
    [
        [b"\xff" * 90_000 + b"\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"\0" * 90_000 + b"\r\n\r\n"],
        *(answer(b"x", f"{status} {'r' * 90_000}") for status in (403, 404, 429, 500, 520)),
        answer(b"x", Content_Type="x" * 90_000 + "/y"),
    ],
)
def test_a_server_that_talks_without_end_is_told_in_a_line(script, tmp_path):
    async def run() -> str:
        async with Replica() as site, fetcher(tmp_path, attempts=1) as fetch:
            site.scripts["/a"] = [script]
            with pytest.raises(TrialPagesError) as caught:
                await fetch.fetch(site.url("/a"))
            return str(caught.value)

    assert len(asyncio.run(run())) < 400
