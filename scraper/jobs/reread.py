"""One archived page through today's code, compared with what counts."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, NamedTuple

from schemas.record import Record
from scraper.discovery.page_reading import read_in_thread
from scraper.errors import Fatal, FetchError, TrialPagesError, Truncated, UnknownLayout
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.exchange import DamagedBody, decoded
from scraper.internal_errors import internal_error
from scraper.jobs import drift
from scraper.parse.page import Page
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.store import archived
from scraper.store.anomalies import doubts
from scraper.store.archived import Counted, Held, Place
from scraper.store.changes import Change, changes
from scraper.store.database import Database
from scraper.store.runs import Reading


class Reread(NamedTuple):
    """What today's code makes of one page."""

    nct_id: str
    site: str
    layout: str
    url: str | None
    came_of: Literal["alike", "otherwise", "refused", "missing"]
    """It reads as what counts, or otherwise; it is not understood; the archive does not have it."""
    cause: Literal["code", "page"]
    """Why it may read otherwise: `page` where it was put aside and is another page than the one that counts."""
    changes: Sequence[Change] = ()
    """What differs from the record that counts."""
    doubts: Sequence[str | None] = ()
    """Why each of them is improbable."""
    error: TrialPagesError | None = None
    """Why it is not understood."""


class Made(NamedTuple):
    """What today's code made of a page."""

    place: Place
    reread: Reread
    reading: Reading | None = None
    """None where there is no page, or it is not understood."""
    counted: str | None = None
    """What the page that counts showed, for the drift guard; None where none does."""
    is_known: bool = False
    """To keep the reading would tell nothing that the last one does not."""


class Again:
    """Reads archived pages by today's code.

    Args:
        database: the store's; it knows where in the archive a page is, and what counts.
        archive: where the pages are.
        settings: how large a page may be.
    """

    def __init__(self, database: Database, archive: Archive, settings: Settings) -> None:
        self._database = database
        self._archive = archive
        self._settings = settings

    async def read(self, places: Sequence[Place]) -> AsyncIterator[Made]:
        """What each page shows."""
        for start in range(0, len(places), 200):
            chunk = places[start : start + 200]
            exchanges, records = archived.held(self._database, chunk)
            for place in chunk:
                counted = None if place.current_id is None else records[place.current_id]
                yield await self._made(place, exchanges.get(place.reading_id), counted)

    async def _made(self, place: Place, exchange: Held | None, counted: Counted | None) -> Made:
        """What is made of a page, whatever becomes of it."""
        try:
            return await self._compared(place, exchange, counted)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            mistake = internal_error(error, url=place.url)
            told = Reread(place.nct_id, place.site, place.layout, place.url, "refused", "code", error=mistake)
            return Made(place, told)

    async def _compared(self, place: Place, exchange: Held | None, counted: Counted | None) -> Made:
        cause: Literal["code", "page"] = "code" if counted is not None and counted.sha256 == place.sha256 else "page"
        told = Reread(place.nct_id, place.site, place.layout, place.url, "alike", cause)
        page = None if exchange is None else self._page(place, exchange)
        if page is None:
            return Made(place, told._replace(came_of="missing"))
        try:
            survey = await read_in_thread(page)
            record = survey.record
            shows = f"{record.source.site}/{record.source.layout} of {record.trial.nct_id}"
            if shows != f"{place.key} of {place.nct_id}":
                raise UnknownLayout(f"it is read as {shows}, not as {place.key} of {place.nct_id}")
            if survey.truncation is not None:
                raise Truncated(f"{place.url} breaks off: {survey.truncation}")
        except TrialPagesError as error:
            return Made(place, told._replace(came_of="refused", error=error))
        reading = Reading.of(record, place.url, place.seen_at, drift.dump(drift.seen(survey)))
        if counted is None:
            return Made(place, told._replace(came_of="otherwise"), reading)
        before = record if counted.content_hash == reading.content_hash else Record.model_validate(counted.record)
        if before is not record and (found := changes(before, record)):
            why = doubts(found, before, record, place.seen_at)
            told = told._replace(came_of="otherwise", changes=found, doubts=why)
            return Made(place, told, reading, counted.seen)
        same = (counted.sha256, counted.package_version, counted.seen) == (
            place.sha256,
            package_version(),
            reading.seen,
        )
        return Made(place, told, reading, counted.seen, is_known=same and place.is_last)

    def _page(self, place: Place, exchange: Held) -> Page | None:
        """A page from the archive; None where it is not there, or not as it was."""
        captures = self._archive.captures(exchange.url)
        start = (exchange.file, exchange.start)
        capture = next((capture for capture in captures if (capture.file, capture.start) == start), None)
        if capture is None:
            return None
        try:
            answer = self._archive.read(capture)
            page = Page(decoded(answer, self._settings.body_limit), place.url, place.seen_at, answer.charset)
        except (Unreadable, DamagedBody, FetchError):
            return None
        return page if page.sha256 == place.sha256 else None
