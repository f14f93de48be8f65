"""Runs night after night over a small web that tests change in between: no sockets, no waiting, time as it is told."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import sqlalchemy as sa

from scraper.fetch.client import Fetcher
from scraper.fetch.clock import SystemClock
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.jobs.report import Report
from scraper.jobs.run import scrape
from scraper.settings import Settings
from scraper.sites import HOSTS
from scraper.store import watch
from scraper.store.database import Database
from tests.build import SUMMARY, VEEVA
from tests.replica import NoJitter
from tests.replica_sites import REGISTRY, SEARCH, case, study

FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
"""When the first night's run begins."""

DAY = timedelta(days=1)
"""From one night to the next."""


class Time(SystemClock):
    """Stands still until it is told otherwise; waits pass at once."""

    def __init__(self, now: datetime = FIRST) -> None:
        self.at = now
        self.slept = 0.0
        """Seconds for which this computer stood still."""

    def monotonic(self) -> float:
        return super().monotonic() + self.slept

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


HTML = {"Content-Type": "text/html"}

NO_RESULTS = b"<html><body><p>No study matches.</p></body></html>"

Answer = bytes | int | str
"""A page's bytes, the status that stands in its place, or the address that it has moved to."""


class Web(httpx.AsyncBaseTransport):
    """Pages by URL, each with its ETag; what is asked for is noted."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, int]] = []
        """URLs and the statuses they answered with, without robots.txt and searches."""
        self.before_answering: Callable[[str], object] = lambda _: None
        """Called with each URL; it may raise."""
        self.cut: dict[str, int] = {}
        """Pages that break off after so many bytes; their ETags are those of the whole pages."""
        self.slow: dict[str, asyncio.Event] = {}
        """Hosts that answer once they may."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        if request.url.host in self.slow:
            await self.slow[request.url.host].wait()
        self.before_answering(url)
        if request.url.path == "/robots.txt":
            return httpx.Response(404, stream=httpx.ByteStream(b""))
        if url.startswith(SEARCH):
            return httpx.Response(200, headers=HTML, stream=httpx.ByteStream(NO_RESULTS))
        answer = self.pages.get(url, 404)
        headers = {}
        match answer:
            case bytes():
                etag = f'"{hashlib.sha256(answer).hexdigest()[:16]}"'
                known = request.headers.get("if-none-match") == etag
                headers = {"ETag": etag, "Content-Type": "application/json" if answer[:1] == b"{" else "text/plain"}
                status, body = (304, b"") if known else (200, answer[: self.cut.get(url)])
            case int():
                status, body = answer, b"as told"
            case str():
                status, body, headers = 301, b"", {"Location": answer}
        self.asked.append((url, status))
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def number(place: int) -> str:
    """The NCT id of a trial."""
    return f"NCT04{place:06}"


def registry(place: int) -> str:
    """A trial's address at the registry."""
    return f"{REGISTRY}/{number(place)}"


def veeva(place: int) -> str:
    """A trial's address at Veeva."""
    return f"https://ctv.veeva.com/study/knee-trial-{place}"


def aggregator(place: int, condition: str = "knee-pain") -> str:
    """A trial's address at the aggregator."""
    return f"https://inclinicaltrials.com/{condition}/{number(place)}"


def veeva_page(place: int, **words: str) -> bytes:
    """A page of Veeva, some of its words exchanged: `Unknown="Completed"`."""
    page = VEEVA.replace("NCT05160831", number(place)).replace("Stem Cells for Knee Pain", f"Knee trial {place}")
    for old, new in words.items():
        assert old in page, old
        page = page.replace(old, new)
    return page.encode()


def trial_pages(place: int) -> dict[str, Answer]:
    """What the sites show of a trial: the registry, Veeva, and one page of the aggregator."""
    return {
        registry(place): study(number(place), f"Knee trial {place}", "Knee Pain")[0],
        veeva(place): veeva_page(place),
        aggregator(place): SUMMARY.replace("NCT04953572", number(place)).encode(),
    }


def with_tables(url: str) -> None:
    """Make the store's tables."""
    Database(url).close()


def one_night(url: str) -> None:
    """Prepare a store: a night in which all sites but TrialX showed two trials. It has no archive."""
    nights = Nights(url, Path("nowhere"), (1, 2), archive=False)
    nights.night()
    nights.close()


def after_one_night(url: str) -> "Nights":
    """A team whose store is a copy of that one, before its second night."""
    nights = Nights(url, Path("nowhere"), archive=False)
    for place in (1, 2):
        nights.web.pages |= trial_pages(place)
    nights.time.at += DAY
    return nights


def details_page(place: int) -> bytes:
    """The aggregator's other page of a trial."""
    return case("inclinicaltrials/NCT05664230-criteria-joined-by-hyphens")[0].replace(
        b"NCT05664230", number(place).encode()
    )


class PowerCut(BaseException):
    """Nothing catches this, and asyncio leaves nothing of it about, as it does of a KeyboardInterrupt in a task."""


class Nights:
    """A team's home: its store, its web, its time."""

    def __init__(self, url: str, home: Path, trials: Iterable[int] = (), **settings: object) -> None:
        self.database = Database(url)
        self.web = Web()
        self.time = Time()
        merged = {"home": home, "store": url, "pace": 0.0, **settings}
        self.settings = Settings.model_validate(merged)
        for place in trials:
            self.web.pages |= trial_pages(place)
        watch.add(self.database, [number(place) for place in trials], FIRST)

    def close(self) -> None:
        self.database.close()

    async def run(self, **options: object) -> Report:
        """One run, now."""
        fetcher = Fetcher(
            self.settings,
            HOSTS,
            Environment(transport=self.web, clock=self.time, random=NoJitter(), pace=Pace(self.time)),
        )
        async with fetcher:
            return await scrape(self.database, fetcher, self.settings, self.time, **options)

    def night(self, **options: object) -> Report:
        """One run, now, and then a day passes."""
        self.web.asked.clear()
        begun = self.time.at
        try:
            return asyncio.run(self.run(**options))
        finally:
            self.time.at = begun + DAY

    def cut_off_at(self, url: str) -> None:
        """A run over everything that is cut off as it asks for the URL; the night is not over."""

        def cut(asked: str) -> None:
            if asked == url:
                raise PowerCut

        self.web.before_answering = cut
        cut_off = False
        try:
            self.night(everything=True)
        except PowerCut:
            cut_off = True
        assert cut_off, f"{url} was not asked for"
        self.web.before_answering = lambda _: None
        self.time.at -= DAY

    def ask(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """What a statement of SQL gives."""
        with self.database.read_transaction() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def one(self, statement: str, **values: object) -> object:
        """The one value that a statement gives."""
        [(value,)] = self.ask(statement, **values)
        return value

    def rows(self) -> Mapping[str, int]:
        """How many rows the tables of versions have."""
        return {
            name: int(str(self.one(f"SELECT count(*) FROM {name}")))  # noqa: S608 - our own names
            for name in ("records", "readings", "changes", "pages")
        }
