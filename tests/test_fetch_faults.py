"""Every way in which an answer goes wrong, over real sockets: which error, which exit code, which words."""

import asyncio
import re
from dataclasses import dataclass, field

import httpx
import pytest

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError, UnsafeUrl
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.exchange import TooLarge
from scraper.fetch.pace import Pace
from scraper.fetch.robots import Rules
from scraper.settings import Settings
from tests.replica import (
    CLOSE,
    HALF,
    HOSTS,
    PAGE,
    RESET,
    TRUST,
    QuickClock,
    Replica,
    Script,
    answer,
    gzipped,
    redirect,
    resolver,
)

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
