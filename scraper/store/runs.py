"""Runs: begin one, save each visit, save the verdicts, save the report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from scraper.fetch.clock import CLOCKS_DIFFER
from scraper.fetch.context import ExchangeSummary
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure, save_dead_letters
from scraper.store.due import KnownPage
from scraper.store.json import Json
from scraper.store.lease import holder
from scraper.store.readings import NewReading, observation_time, save_reading
from scraper.store.tables import (
    MISSES,
    PAGES,
    REPORTS,
    RUNS,
    VERDICTS,
    VISITS,
    Result,
    Ruling,
)

_RESUMABLE = timedelta(hours=12)
"""How old a visit, or an archived page, may be for a resuming run to reuse it: what is older is last night's, and
tonight's run fetches everything that is due."""

# What is executed at every visit is built once: building takes longer than the database.
_ADD_PAGES = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(PAGES).on_conflict_do_nothing(
        index_elements=["file", "start", "nct_id", "site"]
    )
    for dialect in (postgresql, sqlite)
}
_ADD_VISIT = VISITS.insert()


@dataclass(frozen=True, slots=True)
class Run:
    """A run that began."""

    id: int
    started_at: datetime
    since: datetime
    """Pages that were archived since then are reused: when the first of the resumed runs began."""
    run_ids: tuple[int, ...]
    """This run and the interrupted runs that it resumes, the newest first."""
    everything: bool
    """Whether what is not due is visited, too."""

    @property
    def is_resuming(self) -> bool:
        """Whether it resumes another run."""
        return len(self.run_ids) > 1


class Miss(NamedTuple):
    """A known page that a visit did not find, or found again."""

    layout: str
    times: int
    """Visits in a row that missed it, this one included; 0 where it is there again."""
    is_gone: bool
    """Whether it was missed so often that it is gone (`gone_after`)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One trial at one site, visited."""

    nct_id: str
    site: str
    at: datetime
    result: Result
    """`unchanged` becomes `kept` as it is saved, where a reading is a new version."""
    failures: int
    due_at: datetime
    search_due_at: datetime | None
    """When the site is next searched for more than the known pages; None: at the next visit."""
    exchanges: Sequence[ExchangeSummary] = ()
    pages: Mapping[str, NewReading | KnownPage] = field(default_factory=dict)
    """The pages that show the trial, by the URL of their exchange."""
    dead_letters: Sequence[Failure] = ()
    misses: Sequence[Miss] = ()


class SavedVisit(NamedTuple):
    """What a saved visit changed in the store."""

    result: Result
    versions: int
    """Records that were not there before."""
    changes: int


class Verdict(NamedTuple):
    """The drift guard's verdict on one layout in one run."""

    site: str
    layout: str
    ruling: Ruling
    reasons: Sequence[str]
    """Why it is quarantined."""
    stats: str
    """What the run's pages showed."""


def begin(database: Database, at: datetime, version: str, *, kind: str = "scrape", everything: bool = False) -> Run:
    """Begin a run; a scrape resumes the last one where that was interrupted, and nothing else does."""
    with database.write_transaction() as connection:
        last = connection.execute(
            sa.select(RUNS, REPORTS.c.run_id.label("ended"))
            .outerjoin(REPORTS, REPORTS.c.run_id == RUNS.c.id)
            .where(RUNS.c.kind == kind)
            .order_by(RUNS.c.id.desc())
            .limit(1)
        ).one_or_none()
        cut_off = last if kind == "scrape" and last is not None and last.ended is None else None
        since = at
        if cut_off is not None and cut_off.since <= at + CLOCKS_DIFFER:  # else what it saw is dated in the future
            since = max(cut_off.since, at - _RESUMABLE)
        everything = everything or (cut_off is not None and cut_off.everything)
        run_id = connection.execute(
            RUNS.insert()
            .values(
                kind=kind,
                started_at=at,
                holder=holder(),
                package_version=version,
                resumes=cut_off.id if cut_off is not None else None,
                since=since,
                everything=everything,
            )
            .returning(RUNS.c.id)
        ).scalar_one()
        return Run(run_id, at, since, tuple(_run_ids(connection, run_id)), everything)


def save_visit(database: Database, run: Run, visit: Visit) -> SavedVisit:
    """Save all that a visit brought, or nothing of it.

    Raises:
        StoreError: the database cannot be written.
    """
    versions = changed = 0
    kept = False
    with database.write_transaction() as connection:
        read_as: dict[str, _ReadAs] = {}
        for url, page in visit.pages.items():
            if isinstance(page, KnownPage):
                read_as[url] = _ReadAs(page.sha256, page.reading_id, page.observed_at)
                continue
            observed_at = observation_time(connection, page, visit.at)
            saved = save_reading(connection, run.id, run.run_ids, page, observed_at)
            read_as[url] = _ReadAs(page.sha256, saved.id, observed_at)
            versions += saved.is_new
            changed += saved.changes
            kept |= saved.differs
        _save_exchanges(connection, run, visit, read_as)
        save_dead_letters(
            connection,
            run.id,
            visit.at,
            [DeadLetter(visit.nct_id, visit.site, failure) for failure in visit.dead_letters],
        )
        result = Result.KEPT if kept and visit.result is Result.UNCHANGED else visit.result
        connection.execute(
            _ADD_VISIT,
            {
                "run_id": run.id,
                "nct_id": visit.nct_id,
                "site": visit.site,
                "at": visit.at,
                "result": result,
                "failures": visit.failures,
                "due_at": visit.due_at,
                "look_at": visit.search_due_at,
            },
        )
        if visit.misses:
            of_visit = {"run_id": run.id, "nct_id": visit.nct_id, "site": visit.site, "at": visit.at}
            rows = [
                {**of_visit, "layout": miss.layout, "times": miss.times, "gone": miss.is_gone} for miss in visit.misses
            ]
            connection.execute(MISSES.insert(), rows)
    return SavedVisit(result, versions, changed)


def save_reread(database: Database, run: Run, readings: Iterable[tuple[NewReading, datetime]]) -> int:
    """Save what was read from archived pages, without a visit.

    Args:
        database: the store's.
        run: nothing is effective before its verdicts; changes are dated by its beginning.
        readings: of the pages, each with when its page was last seen, in the order of observations.

    Returns:
        How many records were not there before.
    """
    with database.write_transaction() as connection:
        return sum(
            save_reading(connection, run.id, run.run_ids, reading, observed_at, noticed_at=run.started_at).is_new
            for reading, observed_at in readings
        )


def save_verdicts(connection: sa.Connection, run: Run, at: datetime, verdicts: Iterable[Verdict]) -> None:
    """Save the verdicts on a run, and on those that it resumes."""
    rows = [
        {
            "run_id": run_id,
            "at": at,
            **verdict._asdict(),
            # The statistics of all of them are stored once, or they would be counted several times.
            "stats": verdict.stats if run_id == run.id else None,
        }
        for verdict in verdicts
        for run_id in run.run_ids
    ]
    if rows:
        connection.execute(VERDICTS.insert(), rows)


def save_report(connection: sa.Connection, run: Run, at: datetime, exit_code: int, report: Json) -> None:
    """Save a run's report: with it the run has ended, and so have those that it resumed.

    Args:
        connection: to the store's database.
        run: the run.
        at: the moment.
        exit_code: of the run.
        report: as JSON; None where the program failed to make one.
    """
    connection.execute(REPORTS.insert(), {"run_id": run.id, "ended_at": at, "exit_code": exit_code, "report": report})


def _run_ids(connection: sa.Connection, run_id: int) -> list[int]:
    run_ids = [run_id]
    while True:
        before = connection.execute(sa.select(RUNS.c.resumes).where(RUNS.c.id == run_ids[-1])).scalar_one()
        if before is None:
            return run_ids
        run_ids.append(before)


class _ReadAs(NamedTuple):
    """What a page was read as, now or earlier, and when it was last seen before, in the order of observations."""

    sha256: str
    reading_id: int
    observed_at: datetime


def _save_exchanges(connection: sa.Connection, run: Run, visit: Visit, read_as: Mapping[str, _ReadAs]) -> None:
    """Save each exchange once: an answer from the archive may have been saved when it came from the site.

    That may have been in this visit, where two addresses lead to the same page.
    """
    rows = []
    for exchange in visit.exchanges:
        shows = read_as.get(exchange.url) if exchange.status in {200, 203, 304} else None
        at = exchange.at or visit.at
        rows.append(
            {
                "run_id": run.id,
                "nct_id": visit.nct_id,
                "site": visit.site,
                "url": exchange.url,
                "at": at,
                "status": exchange.status,
                "etag": exchange.validators.etag,
                "last_modified": exchange.validators.last_modified,
                "sha256": shows.sha256 if shows else None,
                "file": exchange.file,
                "start": exchange.start,
                "reading_id": shows.reading_id if shows else None,
                "observed_at": max(at, shows.observed_at) if shows else None,
            }
        )
    if rows:
        connection.execute(_ADD_PAGES[connection.dialect.name], rows)
