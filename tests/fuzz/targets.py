"""What is fuzzed: each target takes any bytes; whatever it raises is a fault."""

import asyncio
import gzip
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx

from scraper.addresses import page_address
from scraper.discovery.sitemaps import BadSitemap, entries
from scraper.errors import TrialPagesError
from scraper.fetch.archive import warc
from scraper.fetch.archive.cdx_index import CdxIndex
from scraper.fetch.archive.foreign import answers
from scraper.fetch.archive.warc import ResponseRecord, Unreadable
from scraper.fetch.client import Fetcher
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.fetch.retries import retry_after
from scraper.fetch.robots import Rules
from scraper.fetch.safety import Policy
from scraper.parse.blocks import links, parse
from scraper.parse.page import Page
from scraper.pipeline import clean_page, read
from scraper.settings import Settings
from tests.fuzz import seeds
from tests.replica import HOSTS, TRUST, QuickClock

FOUND = Path(__file__).parent / "found"
"""Inputs that were faults once, `<target>-<what was wrong>`; the tests replay them."""

URL = "https://ctv.veeva.com/study/a"


def page(content: bytes) -> None:
    """A page, as `extract` reads it."""
    for address in (URL, None):
        with suppress(TrialPagesError):
            read(Page(content, address))


def clean(content: bytes) -> None:
    """A page, as `clean` reads it, and its links."""
    with suppress(TrialPagesError):
        clean_page(Page(content, URL))
    with suppress(TrialPagesError):
        links(Page(content, URL))


def document(content: bytes) -> None:
    """A file of any kind, with any encoding named: its first line."""
    charset, _, rest = content.partition(b"\n")
    with suppress(TrialPagesError):
        parse(Page(rest, URL, charset=charset.decode("latin-1")))


def robots(content: bytes) -> None:
    rules = Rules.of(content)
    assert 0 <= rules.interval < float("inf")
    path = content.rpartition(b"\n")[2].decode("utf-8", "surrogateescape")
    for url in (URL, f"https://ctv.veeva.com/{path}"):
        rules.refusal(url)


def sitemap(content: bytes) -> None:
    for packed in (content, gzip.compress(content, 1)):
        with suppress(BadSitemap):
            for entry in entries(packed):
                entry.url.encode()


def warc_file(content: bytes) -> None:
    """A file of records, plain and each as a gzip member."""
    parts = content.split(b"\r\n\r\nWARC/")
    members = (gzip.compress(part if part is parts[0] else b"WARC/" + part, 1) for part in parts)
    for packed in (content, b"".join(members)):
        with tempfile.NamedTemporaryFile(suffix=".warc") as file:
            path = Path(file.name)
            path.write_bytes(packed)
            with suppress(Unreadable):
                index = CdxIndex(None)
                for entry in answers(path):
                    if isinstance(entry, ResponseRecord):
                        index.add(path.name, len(packed), [entry])
                        with suppress(Unreadable):
                            warc.read(path, entry.offset, 1_000_000)
                index.close()


def address(content: bytes) -> None:
    """An address, as a person, a page or another tool writes it."""
    text = content.decode("utf-8", "surrogateescape")
    page_address(text)
    with suppress(TrialPagesError):
        Policy(HOSTS).check(text)
    Rules("User-agent: *\nDisallow: /*a$").refusal(text)
    CdxIndex(None).newest(text)


class _Answering(httpx.AsyncBaseTransport):
    """Gives the answers that bytes tell: status and headers in lines, an empty line, body; between two a form feed."""

    def __init__(self, content: bytes) -> None:
        self._answers = content.split(b"\f")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        told = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        head, _, body = told.partition(b"\n\n")
        status, *lines = head.split(b"\n")
        headers = [line.split(b":", 1) for line in lines if line.partition(b":")[0].isalnum() or b"-" in line]
        return httpx.Response(
            int(status[:3]) if status[:3].isdigit() and len(status[:3]) == 3 else 200,
            headers=[(pair[0], pair[1].strip()) for pair in headers if len(pair) == 2 and pair[0].isascii()],
            stream=httpx.ByteStream(body),
            request=request,
        )


def answer(content: bytes) -> None:
    """What a host answers: robots.txt first, then the page."""
    clock = QuickClock()

    async def fetch() -> None:
        settings = Settings(archive=False, pace=0, attempts=2)
        transport = _Answering(content)
        client = Fetcher(
            settings,
            HOSTS,
            Environment(transport=transport, clock=clock, random=Random(1), pace=Pace(clock), tls=TRUST),
        )
        async with client as fetcher:
            with suppress(TrialPagesError):
                await fetcher.fetch(URL)

    asyncio.run(fetch())
    retry_after(content.decode("latin-1"), datetime(2026, 1, 1, tzinfo=UTC))


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], Iterator[bytes]]]] = {
    # what is called, and what it is given first
    "address": (address, lambda: iter(seeds.ADDRESSES)),
    "answer": (answer, lambda: iter(seeds.ANSWERS)),
    "clean": (clean, lambda: seeds.pages("page.html", "capture.txt")),
    "document": (document, seeds.files),
    "json": (page, lambda: seeds.pages("page.json")),
    "page": (page, lambda: seeds.pages("page.html", "capture.txt")),
    "robots": (robots, lambda: iter(seeds.ROBOTS)),
    "sitemap": (sitemap, lambda: iter(seeds.SITEMAPS)),
    "warc": (warc_file, lambda: iter(seeds.RECORDS)),
}


def target_of(path: Path) -> str:
    """The target that an input is for, by its file's name."""
    return path.name.partition("-")[0]
