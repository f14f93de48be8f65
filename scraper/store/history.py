"""The history of a trial: its versions at each site, what changed between them, and when a site did not show it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

import sqlalchemy as sa

from normalizers.changes import Change, changes
from schemas.record import Record
from scraper.store.anomalies import anomalies
from scraper.store.clocks import misdated, seen_before
from scraper.store.current import was_quarantined
from scraper.store.database import Database
from scraper.store.effective import has_ruling, is_effective, is_gone
from scraper.store.json import Json
from scraper.store.tables import CHANGES, MISSES, PAGES, READINGS, RECORDS, RUNS, VISITS, Result, Ruling


class Standing(StrEnum):
    """Whether a version is effective."""

    EFFECTIVE = "effective"
    QUARANTINED = "quarantined"
    """By the drift guard."""
    NOT_JUDGED = "not judged"
    """The run that saw it was interrupted, or is still under way."""


class Sighting(NamedTuple):
    """A page that showed a version."""

    url: str | None
    """None where it is not known, as of some bundled cases."""
    at: datetime
    """When it was fetched."""
    sha256: str
    """Of its bytes."""
    file: str | None
    """The archive's file; None where there was no archive."""
    start: int | None
    """Where in the file."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a site showed of a trial from one moment on."""

    site: str
    layout: str
    standing: Standing
    record: Record
    since: datetime
    """When that page was fetched; where `reextract` read this in an archived page, when that run began."""
    page: Sighting
    """The first page that showed it."""
    words: Sighting
    """The page whose words the record quotes: an earlier one where an old version came back."""
    confirmed_at: datetime
    """When it was last seen."""
    cause: str | None
    """`page`: the page says something else; `code`: the program reads the same bytes differently; None for the first
    version."""
    changes: tuple[tuple[Change, str | None], ...]
    """What differs from the effective version before, each change with its anomaly."""
    reading_id: int
    """The first reading of it."""
    run_id: int
    """The run that made that reading."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of visits in which a site did not show a trial, or not a page of it that it had shown."""

    site: str
    layout: str | None
    """Of the page that is gone; None where the site never had any."""
    result: Result
    """Absent or gone."""
    since: datetime
    until: datetime
    """The last of the visits."""
    visits: int


class RecordedChange(NamedTuple):
    """One value that changed."""

    nct_id: str
    field: str
    """A path as in `normalizers.changes.Change`."""
    old: Json
    new: Json
    seen_at: datetime
    site: str
    layout: str
    cause: str
    """`page`: the page says something else; `code`: the program reads the same bytes differently."""
    anomaly: str | None
    """Why it is improbable."""


def versions(database: Database, nct_id: str, sites: Sequence[str] | None = None) -> list[Version]:
    """All versions of a trial, by site, then in the order in which they were seen.

    A version that comes back is a version of its own. Versions that are not effective are among them where they differ
    from the effective one of that time.

    Args:
        database: the store's.
        nct_id: the trial.
        sites: their keys; None means all.

    Raises:
        StoreError: the database cannot be read.
    """
    where = [READINGS.c.nct_id == nct_id]
    if sites:
        where.append(READINGS.c.site.in_(sites))
    standing = sa.case(
        (is_effective(), Standing.EFFECTIVE.value),
        (was_quarantined(), Standing.QUARANTINED.value),
        else_=Standing.NOT_JUDGED.value,
    ).label("standing")
    noticed_at = sa.case((RUNS.c.kind == "reextract", RUNS.c.started_at), else_=READINGS.c.seen_at)
    columns = (READINGS.c[name] for name in _ReadingRow._fields[:-2])
    query = sa.select(*columns, noticed_at, standing).join(RUNS, RUNS.c.id == READINGS.c.run_id).where(*where)
    pages = sa.select(PAGES.c.reading_id, PAGES.c.at, PAGES.c.status, PAGES.c.file, PAGES.c.start)
    pages = pages.join(READINGS, READINGS.c.id == PAGES.c.reading_id).where(*where)
    layouts: dict[tuple[str, str], list[_ReadingRow]] = {}
    locations: dict[int, tuple[str, int]] = {}
    latest: dict[int, datetime] = {}
    with database.read_transaction() as connection:
        for row in connection.execute(query.order_by(READINGS.c.id)):
            reading = _ReadingRow._make(row)
            layouts.setdefault((reading.site, reading.layout), []).append(reading)
        for page in connection.execute(pages.order_by(PAGES.c.id)):
            latest[page.reading_id] = page.at  # the last one, not the greatest: a clock may have been wrong
            if page.file is not None and page.status != 304:  # which says "as before" and holds no page
                locations.setdefault(page.reading_id, (page.file, page.start))
        kept = sa.select(RECORDS.c.id, RECORDS.c.record).where(RECORDS.c.nct_id == nct_id)
        records = {row.id: Record.model_validate(row.record) for row in connection.execute(kept)}
    found: list[tuple[str, int, Version]] = []
    for (site, _), readings in layouts.items():
        before: dict[str, int] = {}
        for reading in readings:
            # Bytes that were read again, from the archive or after a 304, are where they were before.
            earlier = before.get(reading.sha256)
            if earlier in locations:
                locations.setdefault(reading.id, locations[earlier])
            if earlier in latest:
                latest.setdefault(reading.id, latest[earlier])
            before[reading.sha256] = reading.id
        for stretch in _stretches(readings):
            first = stretch.readings[0]
            found.append((site, first.id, _version(stretch, readings, records, locations, latest)))
    return [version for _, _, version in sorted(found, key=itemgetter(0, 1))]


def absences(database: Database, nct_id: str, sites: Sequence[str] | None = None) -> list[Absence]:
    """When sites did not show a trial, by site, then by time.

    Args:
        database: the store's.
        nct_id: the trial.
        sites: their keys; None means all.
    """
    # A failed visit does not say whether the trial is there.
    visits = sa.select(
        VISITS.c.site, sa.null().label("layout"), (VISITS.c.result == Result.ABSENT).label("away"), VISITS.c.at
    ).where(VISITS.c.nct_id == nct_id, VISITS.c.result != Result.FAILED)
    misses = sa.select(MISSES.c.site, MISSES.c.layout, is_gone().label("away"), MISSES.c.at).where(
        MISSES.c.nct_id == nct_id
    )
    if sites:
        visits, misses = visits.where(VISITS.c.site.in_(sites)), misses.where(MISSES.c.site.in_(sites))
    with database.read_transaction() as connection:
        told = {
            Result.ABSENT: connection.execute(visits.order_by(VISITS.c.site, VISITS.c.id)).all(),
            Result.GONE: connection.execute(misses.order_by(MISSES.c.site, MISSES.c.layout, MISSES.c.id)).all(),
        }
    found: list[Absence] = []
    for result, rows in told.items():
        for (site, layout, is_away), stretch in groupby(rows, key=itemgetter(0, 1, 2)):
            if is_away:
                moments = [row.at for row in stretch]
                found.append(Absence(site, layout, result, moments[0], moments[-1], len(moments)))
    return sorted(found, key=attrgetter("site", "since"))


def recorded_changes(
    database: Database,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    nct_ids: Sequence[str] | None = None,
    sites: Sequence[str] | None = None,
    anomalies_only: bool = False,
    now: datetime | None = None,
) -> Iterator[RecordedChange]:
    """The changes by effective readings in the order in which they were noticed; memory does not grow with them.

    Args:
        database: the store's.
        since: seen then or later, or effective only since then: the run ended later, or a person accepted it later.
        until: seen before.
        nct_ids: the trials; None means all.
        sites: their keys; None means all.
        anomalies_only: leave out ordinary changes.
        now: the moment: runs that are dated later were misdated, and so is what they saw.

    Raises:
        StoreError: the database cannot be read.
    """
    query = (
        sa.select(*(CHANGES.c[name] for name in (*RecordedChange._fields[:-1], "doubt")))
        .join(READINGS, READINGS.c.id == CHANGES.c.reading_id)
        .where(is_effective())
        .order_by(CHANGES.c.id)
        .execution_options(yield_per=1_000)
    )
    if nct_ids:
        query = query.where(CHANGES.c.nct_id.in_(nct_ids))
    if sites:
        query = query.where(CHANGES.c.site.in_(sites))
    if anomalies_only:
        query = query.where(CHANGES.c.doubt.is_not(None))
    with database.read_transaction() as connection:
        wrong = misdated(connection, now) if since is not None or until is not None else {}
        if since is not None:
            # The date of a misdated run's verdict is worthless; that of a person's acceptance is not.
            dated = sa.or_(CHANGES.c.run_id.not_in([*wrong]), has_ruling(READINGS.c.run_id, Ruling.ACCEPTED))
            late = sa.and_(~is_effective(before=since), dated)
            query = query.where(sa.or_(~seen_before(CHANGES, "seen_at", since, wrong), late))
        if until is not None:
            query = query.where(seen_before(CHANGES, "seen_at", until, wrong))
        for row in connection.execute(query):
            yield RecordedChange(*row)


class _ReadingRow(NamedTuple):
    """A row of the readings, and its standing."""

    id: int
    site: str
    layout: str
    url: str | None
    seen_at: datetime
    sha256: str
    record_id: int
    run_id: int
    noticed_at: datetime
    standing: str


class _Stretch(NamedTuple):
    """Readings of one layout, one after the other, that share a record and a standing."""

    readings: list[_ReadingRow]
    before: "_Stretch | None"
    """The effective one before."""


def _stretches(readings: Iterable[_ReadingRow]) -> list[_Stretch]:
    stretches: list[_Stretch] = []
    current: _Stretch | None = None
    for reading in readings:
        if current is not None and current.readings[0].record_id == reading.record_id:
            if reading.standing == Standing.EFFECTIVE:
                current.readings.append(reading)
            continue  # a reading that is not effective and does not differ is no version
        if reading.standing != Standing.EFFECTIVE and stretches:
            last = stretches[-1].readings
            if (last[0].record_id, last[0].standing) == (reading.record_id, reading.standing):
                last.append(reading)
                continue
        stretch = _Stretch([reading], current)
        stretches.append(stretch)
        if reading.standing == Standing.EFFECTIVE:
            current = stretch
    return stretches


def _version(
    stretch: _Stretch,
    readings: Sequence[_ReadingRow],
    records: Mapping[int, Record],
    locations: Mapping[int, tuple[str, int]],
    latest: Mapping[int, datetime],
) -> Version:
    first, last = stretch.readings[0], stretch.readings[-1]
    record = records[first.record_id]
    # Other bytes can say the same, and the record is that of those that said it first.
    quoted = [
        reading
        for reading in readings
        if reading.record_id == first.record_id and reading.sha256 == record.source.sha256 and reading.id <= last.id
    ]
    cause: str | None = None
    found: list[Change] = []
    why: list[str | None] = []
    if stretch.before is not None:
        before = stretch.before.readings[-1]
        old = records[before.record_id]
        cause = "code" if before.sha256 == first.sha256 else "page"
        found = changes(old, record)
        why = anomalies(found, old, record, first.seen_at)
    return Version(
        site=first.site,
        layout=first.layout,
        standing=Standing(first.standing),
        record=record,
        since=first.noticed_at,
        page=_sighting(first, locations),
        words=_sighting(quoted[-1], locations),
        confirmed_at=latest.get(last.id, last.seen_at),
        cause=cause,
        changes=tuple(zip(found, why, strict=True)),
        reading_id=first.id,
        run_id=first.run_id,
    )


def _sighting(reading: _ReadingRow, locations: Mapping[int, tuple[str, int]]) -> Sighting:
    return Sighting(reading.url, reading.seen_at, reading.sha256, *locations.get(reading.id, (None, None)))
