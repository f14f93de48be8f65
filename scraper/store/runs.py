"""Runs: begin one, save each visit, save the verdicts, save the report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from normalizers.changes import changes, content_hash
from schemas.record import Record
from scraper.fetch.clock import CLOCKS_DIFFER
from scraper.fetch.context import ExchangeSummary
from scraper.store.anomalies import anomalies
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure, save_dead_letters
from scraper.store.due import KnownPage
from scraper.store.effective import newest_effective
from scraper.store.json import Json
from scraper.store.lease import holder
from scraper.store.tables import (
    CHANGES,
    MISSES,
    PAGES,
    READINGS,
    RECORDS,
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

# What is executed at every page is built once: building takes longer than the database.
_NCT_ID, _SITE, _LAYOUT = (sa.bindparam(name, type_=sa.Text) for name in ("nct_id", "site", "layout"))
# What the run itself has read is compared with, too: a repeated visit must not report the same change twice.
_CURRENT = sa.select(READINGS.c.record_id, READINGS.c.sha256).where(
    READINGS.c.id
    == newest_effective(
        READINGS.c.nct_id == _NCT_ID,
        READINGS.c.site == _SITE,
        READINGS.c.layout == _LAYOUT,
        or_as_well=READINGS.c.run_id.in_(sa.bindparam("run_ids", expanding=True)),
    ).scalar_subquery()
)
_SAME_RECORD = sa.select(RECORDS.c.id).where(
    RECORDS.c.nct_id == _NCT_ID,
    RECORDS.c.site == _SITE,
    RECORDS.c.layout == _LAYOUT,
    RECORDS.c.content_hash == sa.bindparam("content_hash"),
)
_ADD_RECORD = RECORDS.insert().returning(RECORDS.c.id)
_ADD_READING = READINGS.insert().returning(READINGS.c.id)
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


class NewReading(NamedTuple):
    """What was read from a page whose bytes, or reader, are new."""

    record: Record
    content_hash: str
    url: str | None
    seen_at: datetime
    sha256: str
    profile: str
    """For the drift guard: `scraper.jobs.drift.profile`."""

    @classmethod
    def of(cls, record: Record, url: str | None, seen_at: datetime, profile: str) -> "NewReading":
        """A reading with its content hash, which is computed before the database is locked."""
        return cls(record, content_hash(record), url, seen_at, record.source.sha256, profile)


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
    """Begin a run; it resumes the last one of its kind where that was interrupted."""
    with database.write_transaction() as connection:
        last = connection.execute(
            sa.select(RUNS, REPORTS.c.run_id.label("ended"))
            .outerjoin(REPORTS, REPORTS.c.run_id == RUNS.c.id)
            .where(RUNS.c.kind == kind)
            .order_by(RUNS.c.id.desc())
            .limit(1)
        ).one_or_none()
        cut_off = last if last is not None and last.ended is None else None
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
        read_as: dict[str, tuple[str, int]] = {}
        for url, page in visit.pages.items():
            if isinstance(page, KnownPage):
                read_as[url] = (page.sha256, page.reading_id)
                continue
            reading_id, is_new, fields, differs = _save_reading(connection, run, page)
            read_as[url] = (page.sha256, reading_id)
            versions += is_new
            changed += fields
            kept |= differs
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


def save_reread(database: Database, run: Run, readings: Iterable[NewReading]) -> int:
    """Save what was read from archived pages, without a visit.

    Args:
        database: the store's.
        run: nothing is effective before its verdicts; changes are dated by its beginning.
        readings: of the pages.

    Returns:
        How many records were not there before.
    """
    with database.write_transaction() as connection:
        return sum(_save_reading(connection, run, reading, noticed_at=run.started_at)[1] for reading in readings)


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


def _save_reading(
    connection: sa.Connection, run: Run, reading: NewReading, noticed_at: datetime | None = None
) -> tuple[int, bool, int, bool]:
    """The reading's id, whether its record is new, how many changes it brings, and whether it differs from before."""
    record = reading.record
    nct_id, site, layout = record.trial.nct_id, record.source.site, record.source.layout
    page_key = {"nct_id": nct_id, "site": site, "layout": layout}
    current = connection.execute(_CURRENT, {**page_key, "run_ids": run.run_ids}).one_or_none()
    record_id = connection.execute(_SAME_RECORD, {**page_key, "content_hash": reading.content_hash}).scalar()
    before, found = None, []
    if current is not None and current.record_id != record_id:
        before = Record.model_validate(
            connection.execute(sa.select(RECORDS.c.record).where(RECORDS.c.id == current.record_id)).scalar_one()
        )
        found = changes(before, record)
        if not found:  # an older version of the program hashed the same content differently
            record_id = current.record_id
    is_new = record_id is None
    if record_id is None:
        record_id = connection.execute(
            _ADD_RECORD,
            {
                **page_key,
                "content_hash": reading.content_hash,
                "first_at": reading.seen_at,
                "record": record.model_dump(mode="json"),
            },
        ).scalar_one()
    reading_id = connection.execute(
        _ADD_READING,
        {
            **page_key,
            "run_id": run.id,
            "url": reading.url,
            "seen_at": reading.seen_at,
            "sha256": reading.sha256,
            "package_version": record.source.package_version,
            "record_id": record_id,
            "status": record.trial.status,
            "seen": reading.profile,
        },
    ).scalar_one()
    if current is None or before is None or not found:
        return reading_id, is_new, 0, current is None
    connection.execute(
        CHANGES.insert(),
        [
            {
                "run_id": run.id,
                "reading_id": reading_id,
                **page_key,
                "seen_at": noticed_at or reading.seen_at,
                **change._asdict(),
                # The same bytes with another meaning are read by another version of the program.
                "cause": "code" if current.sha256 == reading.sha256 else "page",
                "doubt": anomaly,
            }
            for change, anomaly in zip(found, anomalies(found, before, record, reading.seen_at), strict=True)
        ],
    )
    return reading_id, is_new, len(found), True


def _save_exchanges(connection: sa.Connection, run: Run, visit: Visit, read_as: Mapping[str, tuple[str, int]]) -> None:
    """Save each exchange once: an answer from the archive may have been saved when it came from the site.

    That may have been in this visit, where two addresses lead to the same page.
    """
    rows = []
    for exchange in visit.exchanges:
        shows = read_as.get(exchange.url) if exchange.status in {200, 203, 304} else None
        rows.append(
            {
                "run_id": run.id,
                "nct_id": visit.nct_id,
                "site": visit.site,
                "url": exchange.url,
                "at": exchange.at or visit.at,
                "status": exchange.status,
                "etag": exchange.validators.etag,
                "last_modified": exchange.validators.last_modified,
                "sha256": shows[0] if shows else None,
                "file": exchange.file,
                "start": exchange.start,
                "reading_id": shows[1] if shows else None,
            }
        )
    if rows:
        connection.execute(_ADD_PAGES[connection.dialect.name], rows)
