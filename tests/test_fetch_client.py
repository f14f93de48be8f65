"""The fetcher itself: HTTP/2, a caller that is not asynchronous, and what it tells about itself."""

import asyncio
import ssl
from collections.abc import Sequence

import httpx
import pytest
import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from warcio.archiveiterator import ArchiveIterator

from scraper.errors import UnsafeUrl
from scraper.fetch import environment
from scraper.fetch.client import Fetcher, fetch, open_archive, user_agent
from scraper.fetch.clock import SystemClock
from scraper.fetch.environment import Environment
from scraper.fetch.exchange import Exchange
from scraper.fetch.pace import Pace
from scraper.settings import Settings
from tests.replica import HOSTS, PAGE, QuickClock, loopback


async def speak_http_2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request with the page, but for robots.txt."""
    connection = H2Connection(H2Configuration(client_side=False))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while received := await reader.read(65536):
        for event in connection.receive_data(received):
            if isinstance(event, RequestReceived):
                found = dict(event.headers)[b":path"] != b"/robots.txt"
                headers = [(":status", "200" if found else "404"), ("content-type", "text/html")]
                connection.send_headers(event.stream_id, headers)
                connection.send_data(event.stream_id, PAGE if found else b"", end_stream=True)
        writer.write(connection.data_to_send())
    writer.close()


def test_http_2_is_spoken_where_it_is_offered(tmp_path):
    authority = trustme.CA()
    server, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("ctv.veeva.com").configure_cert(server)
    authority.configure_trust(trusting)
    server.set_alpn_protocols(["h2"])

    async def run() -> bytes:
        clock = QuickClock()
        options = {"clock": clock, "pace": Pace(clock), "resolver": loopback, "loopback": True}
        async with await asyncio.start_server(speak_http_2, "127.0.0.1", 0, ssl=server) as listening:
            port = listening.sockets[0].getsockname()[1]
            async with Fetcher(Settings(home=tmp_path), HOSTS, Environment(tls=trusting, **options)) as fetcher:
                pages = [await fetcher.fetch(f"https://ctv.veeva.com:{port}/study/{n}") for n in "ab"]
            assert [page.content for page in pages] == [PAGE, PAGE]
        return pages[0].content

    assert asyncio.run(run()) == PAGE
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    with path.open("rb") as file:
        protocols = {record.rec_headers.get_header("WARC-Protocol") for record in ArchiveIterator(file)}
    assert protocols == {None, "h2"}


def test_a_caller_that_is_not_asynchronous_gets_its_page(tmp_path, monkeypatch):
    class Offline(httpx.AsyncBaseTransport):
        async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
            return httpx.Response(200, stream=httpx.ByteStream(PAGE))

    monkeypatch.setattr(environment, "CheckedTransport", lambda *_: Offline())
    settings = Settings(home=tmp_path, pace=0)
    page = fetch("https://ctv.veeva.com/study/a", settings, HOSTS)
    assert (page.content, page.url) == (PAGE, "https://ctv.veeva.com/study/a")


def test_a_caller_that_is_not_asynchronous_gets_the_same_errors(tmp_path):
    with pytest.raises(UnsafeUrl):
        fetch("https://evil.example/", Settings(home=tmp_path, archive=False), HOSTS)


def test_the_archive_names_program_and_operator(tmp_path):
    async def run() -> None:
        page = httpx.Headers({"content-type": "text/html"})
        with open_archive(Settings(home=tmp_path, contact="someone@example.org")) as kept:
            kept.append(Exchange("https://ctv.veeva.com/a", kept._clock.now(), 200, "OK", page, PAGE))

    asyncio.run(run())
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    with path.open("rb") as file:
        fields = next(iter(ArchiveIterator(file))).raw_stream.read().decode()
    assert f"software: {user_agent(None)}\r\n" in fields
    assert "operator: someone@example.org\r\n" in fields


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("BeReflected.org", "https://bereflected.org/a"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example/a"),
        ("XN--bcher-kva.example", "https://bücher.example/a"),
        ("BÜCHER.example", "https://xn--bcher-kva.example/a"),
    ],
)
def test_hosts_are_known_in_whatever_case_or_letters_they_are_set(host, address, tmp_path):
    fetcher = Fetcher(Settings(home=tmp_path, hosts={host: "trialx"}), HOSTS)
    assert fetcher._policy.site(address) == "trialx"


def test_an_error_over_sitemaps_says_what_it_is_about(tmp_path):
    async def run() -> UnsafeUrl:
        async with Fetcher(Settings(home=tmp_path, archive=False), HOSTS) as fetcher:
            with pytest.raises(UnsafeUrl) as caught:
                await fetcher.sitemaps("http://ctv.veeva.com/")
            return caught.value

    error = asyncio.run(run())
    assert (error.url, error.site) == ("http://ctv.veeva.com/", "veeva")


def test_the_system_clock_lets_time_pass():
    async def run() -> Sequence[float]:
        clock = SystemClock()
        before = clock.monotonic()
        await clock.sleep(0.01)
        return before, clock.monotonic(), clock.now().timestamp()

    before, after, now = asyncio.run(run())
    assert after - before >= 0.009
    assert now > 1_700_000_000
