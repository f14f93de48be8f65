"""Every way in which a fetch goes wrong, over real sockets: which error, which exit code, which words."""

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
import trustme

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError, UnsafeUrl
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.exchange import TooLarge
from scraper.fetch.pace import Pace
from scraper.fetch.robots import Rules
from scraper.settings import Settings
from tests.replica import (
    CLOSE,
    HOSTS,
    PAGE,
    RESET,
    TRUST,
    QuickClock,
    Replica,
    Script,
    answer,
    fetcher,
    gzipped,
    redirect,
)

HALF = answer()[0][:120]
HTML = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
BOMB = gzipped(b"\0" * 5_000_000)


@dataclass
class Fault:
    name: str
    scripts: list[Script]
    error: type[TrialPagesError]
    exit_code: int
    message: str
    attempts: int = 1
    settings: dict[str, object] = field(default_factory=dict)
    robots: Script | None = None


FAULTS = [
    Fault("404", [answer(b"gone", "404 Not Found")], NotFound, 3, r"/study/a does not exist \(404 Not F"),
    Fault("410", [answer(b"gone", "410 Gone")], NotFound, 3, r"/study/a does not exist \(410 Gone\)"),
    Fault(
        "401",
        [answer(b"no", "401 Unauthorized")],
        Blocked,
        4,
        r"/study/a is refused by the site \(401 Unauthorized\)",
    ),
    Fault("403", [answer(b"no", "403 Forbidden")], Blocked, 4, r"is refused by the site \(403 Forbidden\)"),
    Fault(
        "a challenge page",
        [answer(b"<html><head><title>Just a moment...</title></head></html>", "403 Forbidden")],
        Blocked,
        4,
        r"/study/a is refused: Cloudflare asks whether a person is there \(403\)",
    ),
    Fault(
        "a challenge page that says 503",
        [answer(b"wait", "503 Service Unavailable", Cf_Mitigated="challenge")],
        Blocked,
        4,
        r"Cloudflare asks whether a person is there \(503\)",
    ),
    Fault(
        "a challenge page that says 200",
        [answer(b"<script>window.gokuProps = {}</script>")],
        Blocked,
        4,
        r"AWS WAF asks whether a person is there \(200\)",
    ),
    Fault(
        "429 with seconds, to the last",
        [answer(b"slow", "429 Too Many Requests", Retry_After="7")],
        Blocked,
        4,
        r"/study/a did not arrive, attempts: 4, the last: 429 Too Many Requests",
        attempts=4,
    ),
    Fault(
        "429 that asks for an hour",
        [answer(b"slow", "429 Too Many Requests", Retry_After="3600")],
        Blocked,
        4,
        r"attempts: 1, .* it asks to wait 3600 s, longest_wait allows 120 s",
    ),
    Fault(
        "500 for ever",
        [answer(b"oops", "500 Internal Server Error")],
        FetchError,
        1,
        r"/study/a did not arrive, attempts: 4, the last: 500 Internal Server Error",
        attempts=4,
    ),
    Fault(
        "a status that is not retried",
        [answer(b"", "418 I'm a teapot")],
        FetchError,
        1,
        r"/study/a answered 418 I'm a teapot, which is no page",
    ),
    Fault(
        "304 that nobody asked for",
        [[b"HTTP/1.1 304 Not Modified\r\n\r\n"]],
        FetchError,
        1,
        r"answered 304 Not Modified, which is no page",
    ),
    Fault(
        "a redirect that does not say where to",
        [answer(b"", "302 Found")],
        FetchError,
        1,
        r"answered 302 Found, which is no page",
    ),
    Fault(
        "silence",
        [[b"", 30.0]],
        FetchError,
        1,
        r"attempts: 2, the last: nothing came for 0\.1 s",
        attempts=2,
        settings={"read_timeout": 0.1, "attempts": 2},
    ),
    Fault(
        "reset in mid-body",
        [[HALF, RESET]],
        FetchError,
        1,
        r"attempts: 4, the last: the connection broke \(.+\)",
        attempts=4,
    ),
    Fault(
        "a body shorter than its Content-Length",
        [[HALF, CLOSE]],
        FetchError,
        1,
        r"the connection broke \(peer closed connection without sending complete message body",
        attempts=4,
    ),
    Fault(
        "no HTTP at all",
        [[b"SSH-2.0-OpenSSH_9.6\r\n", CLOSE]],
        FetchError,
        1,
        r"the connection broke \(.+\)",
        attempts=4,
    ),
    Fault(
        "a redirect that is no URL",
        [redirect("https://ctv.veeva.com:nowhere/")],
        UnsafeUrl,
        2,
        r"redirects to where we do not go: 'https://ctv.veeva.com:nowhere/' is no URL \(Invalid port: 'nowhere'",
        attempts=0,
    ),
    Fault(
        "gzip that ends too soon",
        [answer(gzipped(PAGE * 50)[:40], headers=HTML)],
        FetchError,
        1,
        r"attempts: 4, the last: the compressed body ends too soon",
        attempts=4,
    ),
    Fault(
        "gzip that is corrupt",
        [answer(gzipped(PAGE)[:20] + b"\xff" * 30, headers=HTML)],
        FetchError,
        1,
        r"the compressed body is corrupt \(.+\)",
        attempts=4,
    ),
    Fault(
        "a gzip bomb",
        [answer(BOMB, headers=HTML)],
        TooLarge,
        1,
        r"/study/a expands to more than 1,000,000 bytes",
        settings={"body_limit": 1_000_000},
    ),
    Fault(
        "a gzip bomb within gzip",
        [answer(gzipped(BOMB), headers={**HTML, "Content-Encoding": "gzip, gzip"})],
        TooLarge,
        1,
        r"expands to more than 1,000,000 bytes",
        settings={"body_limit": 1_000_000},
    ),
    Fault(
        "brotli, be it a bomb or not",
        [answer(b"\xcf\xff\xff\x7f\xf8'", headers={**HTML, "Content-Encoding": "br"})],
        FetchError,
        1,
        r"came encoded as 'br', which was not asked for",
    ),
    Fault(
        "60 MB",
        [
            [
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 60000000\r\n\r\n",
                b" " * 60_000_000,
            ]
        ],
        TooLarge,
        1,
        r"/study/a is larger than 52,428,800 bytes",
    ),
    Fault(
        "a slow drip",
        [[HALF, *[b".", 0.05] * 100]],
        FetchError,
        1,
        r"attempts: 2, the last: the answer was not complete after 0\.2 s",
        attempts=2,
        settings={"answer_deadline": 0.2, "attempts": 2},
    ),
    Fault(
        "a page that takes all its time",
        [[HALF, *[b".", 0.05] * 100]],
        FetchError,
        1,
        r"attempts: 1, the last: the answer was not complete after 0\.2\d* s",
        settings={"page_deadline": 0.21},
    ),
    Fault(
        "a circle of redirects",
        [redirect("/study/b"), answer()],
        FetchError,
        1,
        r"redirects run in a circle: \S+/study/a -> \S+/study/b -> \S+/study/a",
        attempts=2,
    ),
    Fault(
        "a long way of redirects",
        [redirect("/1")],
        FetchError,
        1,
        r"more than 5 redirects: .*/study/a -> .*/1 -> .*/2 -> .*/3 -> .*/4 -> .*/5 -> ",
        attempts=6,
    ),
    Fault(
        "a redirect to another host",
        [redirect("https://evil.example/study/a")],
        UnsafeUrl,
        2,
        r"/study/a redirects to where we do not go: .*evil\.example is not one of ctv\.veeva\.com",
        attempts=0,
    ),
    Fault(
        "a redirect to a file",
        [redirect("file:///etc/passwd")],
        UnsafeUrl,
        2,
        r"redirects to where we do not go: .*only https is fetched, not file",
        attempts=0,
    ),
    Fault(
        "a redirect to a private address",
        [redirect("http://www.trialx.com:{port}/")],
        UnsafeUrl,
        2,
        r"www\.trialx\.com is refused: its address 10\.0\.0\.1 is not a public one",
        attempts=0,
    ),
    Fault("an empty page", [answer(b" \n")], NotATrialPage, 5, r"/a is no page of a trial: it is empty"),
    Fault(
        "a PDF",
        [answer(b"%PDF-1.7", Content_Type="application/pdf")],
        NotATrialPage,
        5,
        r"/study/a is no page of a trial: it is of the type application/pdf",
    ),
    Fault(
        "robots.txt that forbids",
        [answer()],
        Blocked,
        4,
        r"/study/a is refused by the robots\.txt of ctv\.veeva\.com: Disallow: /study/ \(line 2\)",
        attempts=0,
        robots=answer(b"User-agent: *\nDisallow: /study/\n"),
    ),
    Fault(
        "robots.txt that answers 503",
        [answer()],
        Blocked,
        4,
        r"refused by the robots\.txt .*: it cannot be read \(.*the last: 503 Service Unavailable\)",
        attempts=0,
        robots=answer(b"", "503 Service Unavailable"),
    ),
    Fault(
        "robots.txt with a crawl delay of a day",
        [answer()],
        Blocked,
        4,
        r"/study/a is left alone: .* asks for 86400 s between requests, longest_wait allows 120 s",
        attempts=0,
        robots=answer(b"User-agent: *\nCrawl-delay: 86400\n"),
    ),
]


async def resolver(host: str, _port: int) -> Sequence[str]:
    return ["10.0.0.1"] if host == "www.trialx.com" else ["127.0.0.1"]


def fail(fault: Fault, tmp_path) -> tuple[TrialPagesError, Replica]:
    async def run() -> tuple[TrialPagesError, Replica]:
        async with Replica() as site:
            site.scripts["/study/a"] = fault.scripts
            site.scripts["/study/b"] = [redirect("/study/a")]
            for number in range(1, 7):
                site.scripts[f"/{number}"] = [redirect(f"/{number + 1}")]
            if fault.robots is not None:
                site.scripts["/robots.txt"] = [fault.robots]
            clock = QuickClock()
            settings = Settings.model_validate({"home": tmp_path, "pace": 0, "archive": False, **fault.settings})
            async with Fetcher(
                settings, HOSTS, Environment(clock=clock, resolver=resolver, pace=Pace(clock), tls=TRUST, loopback=True)
            ) as fetch:
                if fault.robots is None:  # known already: on a busy computer it could take longer than a fault allows
                    fetch._robots.set_rules(httpx.URL(site.url("")), Rules.none())
                with pytest.raises(TrialPagesError) as caught:
                    await fetch.fetch(site.url("/study/a"))
                return caught.value, site

    return asyncio.run(run())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_told_by_its_error_its_exit_code_and_its_message(fault, tmp_path):
    error, site = fail(fault, tmp_path)
    assert type(error) is fault.error
    assert error.exit_code == fault.exit_code
    assert re.search(fault.message, str(error)), str(error)
    assert error.site == "veeva"
    assert error.url is not None
    assert error.url.startswith(site.url("/"))
    if isinstance(error, FetchError):
        assert error.attempts == fault.attempts


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


def refused(tmp_path, url: str, *, connect_timeout: float = 10.0, **arguments: object) -> FetchError:
    async def run() -> FetchError:
        clock = QuickClock()
        options = {"resolver": resolver, "loopback": True, "clock": clock, "pace": Pace(clock), **arguments}
        settings = Settings(home=tmp_path, pace=0, archive=False, connect_timeout=connect_timeout)
        async with Fetcher(settings, HOSTS, Environment(**options)) as fetch:
            with pytest.raises(FetchError) as caught:
                await fetch.fetch(url)
            return caught.value

    return asyncio.run(run())


def test_a_refused_connection_is_told(tmp_path):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))  # nobody listens, and nobody else can
        error = refused(tmp_path, f"http://ctv.veeva.com:{sock.getsockname()[1]}/study/a")
    assert re.search(r"attempts: 4, the last: no connection \(All connection attempts failed\)", str(error))
    assert error.attempts == 4


def test_a_name_that_does_not_resolve_is_told(tmp_path):
    async def unknown(*_: object) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    error = refused(tmp_path, "http://ctv.veeva.com/study/a", resolver=unknown)
    assert "the name ctv.veeva.com cannot be resolved" in str(error)
    assert "Name or service not known" in str(error)


def test_a_name_server_that_does_not_answer_is_told(tmp_path):
    async def slow(*_: object) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    error = refused(tmp_path, "http://ctv.veeva.com/study/a", resolver=slow, connect_timeout=0.05)
    assert "no connection within 0.05 s" in str(error)


def test_a_name_without_addresses_is_told(tmp_path):
    async def nothing(*_: object) -> Sequence[str]:
        return []

    error = refused(tmp_path, "http://ctv.veeva.com/study/a", resolver=nothing)
    assert "the name ctv.veeva.com has no address" in str(error)


def test_a_connection_that_is_never_made_times_out(tmp_path):
    # A full backlog: the system takes no more connections, and nobody accepts those it took.
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(sock.getsockname())
            fillers.append(filler)
        url = f"http://ctv.veeva.com:{sock.getsockname()[1]}/study/a"
        error = refused(tmp_path, url, connect_timeout=0.05)
        for filler in fillers:
            filler.close()
    assert "no connection within 0.05 s" in str(error)


def test_the_second_address_is_tried_if_the_first_does_not_answer(tmp_path):
    async def two(*_: object) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async def run() -> bytes:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, archive=False)
        async with (
            Replica() as site,
            Fetcher(settings, HOSTS, Environment(clock=clock, pace=Pace(clock), resolver=two, loopback=True)) as fetch,
        ):
            site.scripts["/study/a"] = [answer()]
            return (await fetch.fetch(site.url("/study/a"))).content

    assert asyncio.run(run()) == PAGE


def over_tls(tmp_path, server_name: str, *, trusted: bool) -> bytes | FetchError:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(server_name).configure_cert(server)
    if trusted:
        authority.configure_trust(client)

    async def run() -> bytes | FetchError:
        clock = QuickClock()
        settings = Settings(home=tmp_path, pace=0, archive=False)
        async with (
            Replica(server) as site,
            Fetcher(
                settings,
                HOSTS,
                Environment(clock=clock, pace=Pace(clock), resolver=resolver, tls=client, loopback=True),
            ) as fetch,
        ):
            site.scripts["/study/a"] = [answer()]
            try:
                return (await fetch.fetch(site.url("/study/a"))).content
            except FetchError as error:
                return error

    return asyncio.run(run())


def test_a_page_comes_over_tls(tmp_path):
    assert over_tls(tmp_path, "ctv.veeva.com", trusted=True) == PAGE


def test_a_certificate_that_nobody_signed_is_told_at_once(tmp_path):
    error = over_tls(tmp_path, "ctv.veeva.com", trusted=False)
    assert re.search(
        r"the certificate of ctv\.veeva\.com is not valid \(unable to get local issuer certificate\)",
        str(error),
    )
    assert error.attempts == 1


def test_a_certificate_of_another_host_is_told_at_once(tmp_path):
    error = over_tls(tmp_path, "inclinicaltrials.com", trusted=True)
    assert re.search(r"the certificate of ctv\.veeva\.com is not valid \(Hostname mismatch", str(error))
    assert error.attempts == 1


def test_plain_text_where_tls_should_be_is_told(tmp_path):
    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> FetchError:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server, fetcher(tmp_path) as fetch:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(FetchError) as caught:
                await fetch.fetch(f"https://ctv.veeva.com:{port}/study/a")
            return caught.value

    assert re.search(r"no connection \(.*SSL.*\)", str(asyncio.run(run())))
