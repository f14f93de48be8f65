"""One archived page through today's code, compared with what counts."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, NamedTuple

from schemas.record import Record
from scraper.discovery.find import surveyed
from scraper.errors import Fatal, FetchError, TrialPagesError, Truncated, UnknownLayout
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.exchange import Damaged, decoded
from scraper.internal_errors import internal_error
from scraper.jobs.drift.profile import PageProfile
from scraper.parse.page import Page
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.store import archived
from scraper.store.anomalies import anomalies
from scraper.store.archived import ArchivedPage, ArchiveLocation, EffectiveReading
from scraper.store.changes import Change, changes
from scraper.store.database import Database
from scraper.store.runs import NewReading


class Comparison(NamedTuple):
    """What today's code makes of one page."""

    nct_id: str
    site: str
    layout: str
    url: str | None
    outcome: Literal["same", "different", "refused", "missing"]
    """It reads as what counts, or otherwise; it is not understood; the archive does not have it."""
    cause: Literal["code", "page"]
    """Why it may read otherwise: `page` where it was put aside and is another page than the one that counts."""
    changes: Sequence[Change] = ()
    """What differs from the record that counts."""
    anomalies: Sequence[str | None] = ()
    """Why each of them is improbable."""
    error: TrialPagesError | None = None
    """Why it is not understood."""


class RereadPage(NamedTuple):
    """What today's code made of a page."""

    target: ArchivedPage
    comparison: Comparison
    reading: NewReading | None = None
    """None where there is no page, or it is not understood."""
    counted: str | None = None
    """What the page that counts showed, for the drift guard; None where none does."""
    is_known: bool = False
    """To keep the reading would tell nothing that the last one does not."""


class Rereader:
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

    async def read(self, targets: Sequence[ArchivedPage]) -> AsyncIterator[RereadPage]:
        """What each page shows."""
        for start in range(0, len(targets), 200):
            chunk = targets[start : start + 200]
            exchanges, records = archived.look_up(self._database, chunk)
            for target in chunk:
                counted = None if target.current_id is None else records[target.current_id]
                yield await self._made(target, exchanges.get(target.reading_id), counted)

    async def _made(
        self, target: ArchivedPage, exchange: ArchiveLocation | None, counted: EffectiveReading | None
    ) -> RereadPage:
        """What is made of a page, whatever becomes of it."""
        try:
            return await self._compared(target, exchange, counted)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            mistake = internal_error(error, url=target.url)
            comparison = Comparison(
                target.nct_id, target.site, target.layout, target.url, "refused", "code", error=mistake
            )
            return RereadPage(target, comparison)

    async def _compared(
        self, target: ArchivedPage, exchange: ArchiveLocation | None, counted: EffectiveReading | None
    ) -> RereadPage:
        cause: Literal["code", "page"] = "code" if counted is not None and counted.sha256 == target.sha256 else "page"
        comparison = Comparison(target.nct_id, target.site, target.layout, target.url, "same", cause)
        page = None if exchange is None else self._page(target, exchange)
        if page is None:
            return RereadPage(target, comparison._replace(outcome="missing"))
        try:
            survey = await surveyed(page)
            record = survey.record
            shows = f"{record.source.site}/{record.source.layout} of {record.trial.nct_id}"
            if shows != f"{target.key} of {target.nct_id}":
                raise UnknownLayout(f"it is read as {shows}, not as {target.key} of {target.nct_id}")
            if survey.truncation is not None:
                raise Truncated(f"{target.url} breaks off: {survey.truncation}")
        except TrialPagesError as error:
            return RereadPage(target, comparison._replace(outcome="refused", error=error))
        reading = NewReading.of(record, target.url, target.seen_at, PageProfile.of(survey).to_json())
        if counted is None:
            return RereadPage(target, comparison._replace(outcome="different"), reading)
        before = record if counted.content_hash == reading.content_hash else Record.model_validate(counted.record)
        if before is not record and (found := changes(before, record)):
            why = anomalies(found, before, record, target.seen_at)
            comparison = comparison._replace(outcome="different", changes=found, anomalies=why)
            return RereadPage(target, comparison, reading, counted.seen)
        same = (counted.sha256, counted.package_version, counted.seen) == (
            target.sha256,
            package_version(),
            reading.seen,
        )
        return RereadPage(target, comparison, reading, counted.seen, is_known=same and target.is_last)

    def _page(self, target: ArchivedPage, exchange: ArchiveLocation) -> Page | None:
        """A page from the archive; None where it is not there, or not as it was."""
        captures = self._archive.captures(exchange.url)
        start = (exchange.file, exchange.start)
        capture = next((capture for capture in captures if (capture.file, capture.start) == start), None)
        if capture is None:
            return None
        try:
            answer = self._archive.read(capture)
            page = Page(decoded(answer, self._settings.body_limit), target.url, target.seen_at, answer.charset)
        except (Unreadable, Damaged, FetchError):
            return None
        return page if page.sha256 == target.sha256 else None
