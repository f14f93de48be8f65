"""Runs for tests of what is kept: night after night, a few visits each, and what the drift guard said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scraper.fetch.context import ExchangeSummary, Validators
from scraper.store import runs
from scraper.store.database import Database
from scraper.store.dead_letters import Failure
from scraper.store.due import known_pages
from scraper.store.imports import IMPORT, SavedImport, save_imported
from scraper.store.readings import NewReading
from scraper.store.runs import Miss, Verdict, Visit
from scraper.store.tables import Result, Ruling
from tests.build import VEEVA, record

STUDY = "https://ctv.veeva.com/study/stem-cells-for-knee-pain"
"""Where Veeva shows `tests.build.VEEVA`."""
TRIAL = "NCT05160831"
"""What it shows."""
OPEN = VEEVA.replace("\nUnknown\n", "\nEnrolling\n")
"""The page with another status."""
BIGGER = VEEVA.replace("50 estimated", "5,000 estimated").replace("50 participants", "5,000 participants")
"""The page with another enrollment, which is improbable."""


def at(day: int, hour: int = 3) -> datetime:
    """A time in November 2026."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def shows(day: int, page: str, url: str = STUDY, *, archived: bool = True) -> Visit:
    """A visit that finds a page."""
    read = record(page, url)
    place = (f"{read.source.site}.warc.gz", 1000 * day) if archived else (None, None)
    exchange = ExchangeSummary(url, at(day), 200, Validators(None, None), *place)
    reading = NewReading.of(read, url, at(day), "{}")
    site = read.source.site
    return Visit(read.trial.nct_id, site, at(day), Result.UNCHANGED, 0, at(day + 1), None, [exchange], {url: reading})


def unchanged(database: Database, day: int, site: str = "veeva", nct_id: str = TRIAL, url: str = STUDY) -> Visit:
    """A visit to whose question whether the page is another the site answers 304."""
    (page,) = known_pages(database, site, [nct_id])[nct_id]
    exchange = ExchangeSummary(url, at(day), 304, Validators(None, None), f"{site}.warc.gz", 1000 * day)
    misses = [Miss(page.layout, 0, is_gone=False)] * (page.misses > 0)
    pages = {url: page}
    return Visit(nct_id, site, at(day), Result.UNCHANGED, 0, at(day + 1), None, [exchange], pages, misses=misses)


def captured(day: int | None, page: str, *, file: str | None = "saved.html", offset: int | None = None) -> NewReading:
    """A page that was captured that day, or nobody knows when, as a file holds it."""
    read = record(page, STUDY)
    source = read.source.model_copy(update={"file": file, "offset": offset})
    return NewReading.of(read.model_copy(update={"source": source}), STUDY, None if day is None else at(day), "{}")


def imported(database: Database, day: int, *pages: NewReading) -> SavedImport:
    """An import on that day."""
    run = runs.begin(database, at(day, 12), "0.1.0", kind=IMPORT)
    saved = save_imported(database, run, pages)
    with database.write_transaction() as connection:
        runs.save_report(connection, run, at(day, 13), 0, {})
    return saved


def comes_to(day: int, result: Result, site: str = "veeva", nct_id: str = TRIAL) -> Visit:
    """A visit that finds no page."""
    letters = [Failure(None, None, "FetchError", "no answer", "wait", refused=False)] * (result is Result.FAILED)
    layout = "listing" if site == "trialx" else "study"
    misses = [Miss(layout, day, is_gone=True)] * (result is Result.GONE)
    return Visit(nct_id, site, at(day), result, 0, at(day + 1), None, dead_letters=letters, misses=misses)


def night(database: Database, day: int, *visits: Visit, ruling: Ruling | None = Ruling.GOOD) -> None:
    """A run at three o'clock; without a ruling it was cut off."""
    run = runs.begin(database, at(day), "0.1.0")
    for visit in visits:
        runs.save_visit(database, run, visit)
    if ruling is None:
        return
    judged = at(day) + timedelta(hours=1)
    verdicts = [Verdict(site, layout, ruling, [], "{}") for site, layout in _layouts(visits)]
    with database.write_transaction() as connection:
        runs.save_verdicts(connection, run, judged, verdicts)
        runs.save_report(connection, run, judged, 0, {})


def _layouts(visits: Sequence[Visit]) -> list[tuple[str, str]]:
    found = {}
    for visit in visits:
        for page in visit.pages.values():
            layout = page.record.source.layout if isinstance(page, NewReading) else page.layout
            found[visit.site, layout] = None
    return list(found)
