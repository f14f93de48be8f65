"""Reading archived pages again with today's code, and comparing each with its effective reading."""

from collections.abc import AsyncIterator, Sequence
from typing import Final, Literal, NamedTuple

from normalizers.changes import Change, changes
from schemas.record import Record
from scraper.discovery.page_reading import read_in_thread
from scraper.errors import Fatal, FetchError, TrialPagesError, Truncated, UnknownLayout
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.exchange import DamagedBody, decoded
from scraper.internal_errors import internal_error
from scraper.jobs.drift.profile import PageProfile
from scraper.parse.page import Page
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.store import archived
from scraper.store.anomalies import anomalies
from scraper.store.archived import ArchivedPage, ArchiveLocation, EffectiveReading
from scraper.store.database import Database
from scraper.store.readings import NewReading

_AT_ONCE: Final = 200
"""Pages that are looked up in the store by one query: enough to outweigh it, few enough for memory."""


class Comparison(NamedTuple):
    """How a reread page compares with the effective reading."""

    nct_id: str
    site: str
    layout: str
    url: str | None
    outcome: Literal["same", "different", "refused", "missing"]
    """It is read the same or differently; it is not understood; the archive does not have it."""
    cause: Literal["code", "page"]
    """Why it may be read differently: `page` where it has other bytes than the page of the effective reading, else
    `code`."""
    changes: Sequence[Change] = ()
    """What differs from the effective record."""
    anomalies: Sequence[str | None] = ()
    """Why each of them is improbable."""
    error: TrialPagesError | None = None
    """Why it is not understood."""


class RereadPage(NamedTuple):
    """An archived page after today's code has read it."""

    target: ArchivedPage
    comparison: Comparison
    reading: NewReading | None = None
    """None where there is no page, or it is not understood."""
    effective_profile: str | None = None
    """The profile of the effective reading, for the drift guard; None where there is none."""
    is_known: bool = False
    """Whether the newest stored reading says the same: then nothing need be saved."""


class Rereader:
    """Reads archived pages with today's code.

    Args:
        database: the store's; it knows where in the archive a page is, and the effective readings.
        archive: holds the pages.
        settings: limit the size of a page.
    """

    def __init__(self, database: Database, archive: Archive, settings: Settings) -> None:
        self._database = database
        self._archive = archive
        self._settings = settings

    async def read(self, targets: Sequence[ArchivedPage]) -> AsyncIterator[RereadPage]:
        """Read pages, one after the other."""
        for start in range(0, len(targets), _AT_ONCE):
            chunk = targets[start : start + _AT_ONCE]
            exchanges, records = archived.look_up(self._database, chunk)
            for target in chunk:
                effective = None if target.current_id is None else records[target.current_id]
                yield await self._reread(target, exchanges.get(target.reading_id), effective)

    async def _reread(
        self, target: ArchivedPage, exchange: ArchiveLocation | None, effective: EffectiveReading | None
    ) -> RereadPage:
        """Read one page; whatever it raises is its own failure."""
        try:
            return await self._compared(target, exchange, effective)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            mistake = internal_error(error, url=target.url)
            comparison = Comparison(
                target.nct_id, target.site, target.layout, target.url, "refused", "code", error=mistake
            )
            return RereadPage(target, comparison)

    async def _compared(
        self, target: ArchivedPage, exchange: ArchiveLocation | None, effective: EffectiveReading | None
    ) -> RereadPage:
        cause: Literal["code", "page"] = (
            "code" if effective is not None and effective.sha256 == target.sha256 else "page"
        )
        comparison = Comparison(target.nct_id, target.site, target.layout, target.url, "same", cause)
        page = None if exchange is None else self._page(target, exchange)
        if page is None:
            return RereadPage(target, comparison._replace(outcome="missing"))
        try:
            read_page = await read_in_thread(page)
            record = read_page.record
            shows = f"{record.source.site}/{record.source.layout} of {record.trial.nct_id}"
            if shows != f"{target.key} of {target.nct_id}":
                raise UnknownLayout(f"it is read as {shows}, not as {target.key} of {target.nct_id}")
            if read_page.truncation is not None:
                raise Truncated(f"{target.url} breaks off: {read_page.truncation}")
        except TrialPagesError as error:
            return RereadPage(target, comparison._replace(outcome="refused", error=error))
        reading = NewReading.of(record, target.url, target.seen_at, PageProfile.of(read_page).to_json())._replace(
            file=target.file, file_offset=target.file_offset
        )
        if effective is None:
            return RereadPage(target, comparison._replace(outcome="different"), reading)
        before = record if effective.content_hash == reading.content_hash else Record.model_validate(effective.record)
        if before is not record and (found := changes(before, record)):
            why = anomalies(found, before, record, target.seen_at)
            comparison = comparison._replace(outcome="different", changes=found, anomalies=why)
            return RereadPage(target, comparison, reading, effective.profile)
        same = (effective.sha256, effective.package_version, effective.profile) == (
            target.sha256,
            package_version(),
            reading.profile,
        )
        return RereadPage(target, comparison, reading, effective.profile, is_known=same and target.is_last)

    def _page(self, target: ArchivedPage, exchange: ArchiveLocation) -> Page | None:
        """A page from the archive; None where it is missing or damaged."""
        captures = self._archive.captures(exchange.url)
        start = (exchange.file, exchange.start)
        capture = next((capture for capture in captures if (capture.file, capture.start) == start), None)
        if capture is None:
            return None
        try:
            answer = self._archive.read(capture)
            page = Page(decoded(answer, self._settings.body_limit), target.url, target.seen_at, answer.charset)
        except (Unreadable, DamagedBody, FetchError):
            return None
        return page if page.sha256 == target.sha256 else None
