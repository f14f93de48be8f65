"""Saving what was read from a page: its reading, its record where that is a new version, and what it changed."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from normalizers.changes import Change, changes, content_hash
from schemas.record import Record
from scraper.store.anomalies import anomalies
from scraper.store.effective import is_effective, is_live, last_observed, latest_first
from scraper.store.tables import CHANGES, READINGS, RECORDS, UNDATED


class NewReading(NamedTuple):
    """What was read from a page whose bytes, or reader, are new."""

    record: Record
    content_hash: str
    url: str | None
    seen_at: datetime | None
    """When the page was fetched or captured; None where nothing says when."""
    sha256: str
    profile: str
    """For the drift guard: `scraper.jobs.drift.profile`."""
    file: str | None = None
    """The file that it was imported from; None where the site itself showed it."""
    file_offset: int | None = None
    """Where in that file; None where it holds one page."""

    @classmethod
    def of(cls, record: Record, url: str | None, seen_at: datetime | None, profile: str) -> "NewReading":
        """A reading with its content hash, which is computed before the database is locked."""
        return cls(record, content_hash(record), url, seen_at, record.source.sha256, profile)

    @property
    def page_key(self) -> dict[str, str]:
        """Which page it is of: the trial, the site and the layout, as every table names them."""
        source = self.record.source
        return {"nct_id": self.record.trial.nct_id, "site": source.site, "layout": source.layout}

    def row(self, run_id: int, record_id: int, observed_at: datetime) -> dict[str, object]:
        """The row of the readings.

        Args:
            run_id: the run that read it.
            record_id: its record.
            observed_at: when the page was seen, in the order of observations.
        """
        return {
            **self.page_key,
            "run_id": run_id,
            "url": self.url,
            "seen_at": self.seen_at,
            "observed_at": observed_at,
            "sha256": self.sha256,
            "package_version": self.record.source.package_version,
            "record_id": record_id,
            "status": self.record.trial.status,
            "seen": self.profile,
            "file": self.file,
            "file_offset": self.file_offset,
        }


class SavedReading(NamedTuple):
    """What a saved reading changed in the store."""

    id: int
    is_new: bool
    """Whether its record was not there before."""
    changes: int
    """To the record that was current before."""
    differs: bool
    """Whether it shows something new: there was no current record, or another one."""


# What is executed at every page is built once: building takes longer than the database.
_NCT_ID, _SITE, _LAYOUT = (sa.bindparam(name, type_=sa.Text) for name in ("nct_id", "site", "layout"))
_OF_THE_PAGE = (READINGS.c.nct_id == _NCT_ID, READINGS.c.site == _SITE, READINGS.c.layout == _LAYOUT)
# What the run itself has read is compared with, too: a repeated visit must not report the same change twice.
_CURRENT = (
    sa.select(READINGS.c.record_id, READINGS.c.sha256, last_observed().label("observed_at"))
    .where(*_OF_THE_PAGE, sa.or_(is_effective(), READINGS.c.run_id.in_(sa.bindparam("run_ids", expanding=True))))
    .order_by(*latest_first())
    .limit(1)
)
_OBSERVED_BEFORE = sa.select(sa.func.max(last_observed())).where(
    *_OF_THE_PAGE, sa.or_(is_live(), READINGS.c.observed_at > sa.bindparam("at", type_=READINGS.c.observed_at.type))
)
_SAME_RECORD = sa.select(RECORDS.c.id).where(
    RECORDS.c.nct_id == _NCT_ID,
    RECORDS.c.site == _SITE,
    RECORDS.c.layout == _LAYOUT,
    RECORDS.c.content_hash == sa.bindparam("content_hash"),
)
_ADD_RECORD = RECORDS.insert().returning(RECORDS.c.id)
_ADD_READING = READINGS.insert().returning(READINGS.c.id)


def observation_time(connection: sa.Connection, reading: NewReading, at: datetime) -> datetime:
    """When a live visit saw a page, in the order of observations.

    Args:
        connection: to the store's database.
        reading: of the page; it may come from an archive that is replayed, and be older than the visit.
        at: when the visit was made. What is dated later, and here already, is misdated.
    """
    before = connection.execute(_OBSERVED_BEFORE, {**reading.page_key, "at": at}).scalar()
    return max(reading.seen_at or at, before or UNDATED)


def save_reading(
    connection: sa.Connection,
    run_id: int,
    run_ids: tuple[int, ...],
    reading: NewReading,
    observed_at: datetime,
    *,
    noticed_at: datetime | None = None,
) -> SavedReading:
    """Save a reading, and what it changes where it becomes the current one.

    Args:
        connection: to the store's database.
        run_id: the run that read it.
        run_ids: that run and those that it resumes.
        reading: what was read.
        observed_at: when the page was seen, in the order of observations.
        noticed_at: the date of the changes, where that is not the page's.
    """
    record, page_key = reading.record, reading.page_key
    current = connection.execute(_CURRENT, {**page_key, "run_ids": run_ids}).one_or_none()
    record_id = connection.execute(_SAME_RECORD, {**page_key, "content_hash": reading.content_hash}).scalar()
    before, found = None, list[Change]()
    if current is not None and current.record_id != record_id:
        before = Record.model_validate(
            connection.execute(sa.select(RECORDS.c.record).where(RECORDS.c.id == current.record_id)).scalar_one()
        )
        found = changes(before, record)
        if not found:  # an older version of the program hashed the same content differently
            record_id = current.record_id
    is_new = record_id is None
    if record_id is None:
        record_id = connection.execute(_ADD_RECORD, record_row(reading, noticed_at or observed_at)).scalar_one()
    row = reading.row(run_id, record_id, observed_at)
    reading_id = connection.execute(_ADD_READING, row).scalar_one()
    if current is None:
        return SavedReading(reading_id, is_new, 0, differs=True)
    if before is None or not found:
        return SavedReading(reading_id, is_new, 0, differs=False)
    if observed_at < current.observed_at:  # it is part of the history, and changes nothing of today
        return SavedReading(reading_id, is_new, 0, differs=is_new)
    at = noticed_at or reading.seen_at or observed_at
    rows = change_rows(run_id, reading_id, reading, found, before, is_same_page=current.sha256 == reading.sha256, at=at)
    connection.execute(CHANGES.insert(), rows)
    return SavedReading(reading_id, is_new, len(found), differs=True)


def record_row(reading: NewReading, at: datetime) -> dict[str, object]:
    """The row of the records of a new version.

    Args:
        reading: the first that shows it.
        at: when it was first seen, where nothing says when the page was captured.
    """
    return {
        **reading.page_key,
        "content_hash": reading.content_hash,
        "first_at": reading.seen_at or at,
        "record": reading.record.model_dump(mode="json"),
    }


def change_rows(
    run_id: int,
    reading_id: int,
    reading: NewReading,
    found: list[Change],
    before: Record,
    *,
    is_same_page: bool,
    at: datetime,
) -> list[dict[str, object]]:
    """The rows of the changes.

    Args:
        run_id: the run that noticed them.
        reading_id: the reading's.
        reading: the reading that brought them.
        found: the changes.
        before: the record that was current before.
        is_same_page: whether that was read from the same bytes: then another version of the program reads them.
        at: their date.
    """
    of_all = {
        "run_id": run_id,
        "reading_id": reading_id,
        **reading.page_key,
        "seen_at": at,
        "cause": "code" if is_same_page else "page",
    }
    why = anomalies(found, before, reading.record, reading.seen_at)
    return [{**of_all, **change._asdict(), "doubt": anomaly} for change, anomaly in zip(found, why, strict=True)]
