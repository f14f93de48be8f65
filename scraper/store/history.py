"""The history of a trial: its versions at each site, what changed between them, and when a site did not show it."""

from collections.abc import Iterator, Mapping, Sequence
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
from scraper.store.current import was_quarantined
from scraper.store.database import Database
from scraper.store.effective import is_effective, is_gone
from scraper.store.json import Json
from scraper.store.observations import Location, Observation, PageHistory, Reading, Stretch
from scraper.store.period import in_period
from scraper.store.tables import CHANGES, MISSES, PAGES, READINGS, RECORDS, RUNS, VISITS, Result


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
    at: datetime | None
    """When it was fetched or captured; None where nothing says when."""
    sha256: str
    """Of its bytes."""
    file: str | None
    """The archive's file, or the file that it was imported from; None where there was no archive."""
    start: int | None
    """Where in the file; None also where an imported file holds one page."""
    is_imported: bool = False
    """Whether it was imported, so that the file is none of the archive's."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a site showed of a trial from one moment on."""

    site: str
    layout: str
    standing: Standing
    record: Record
    since: datetime | None
    """When that page was fetched or captured; where `reextract` read this in an archived page, when that run began.

    None where nothing says when."""
    page: Sighting
    """The first page that showed it."""
    words: Sighting
    """The page whose words the record quotes: an earlier one where an old version came back."""
    confirmed_at: datetime | None
    """When it was last seen, before another version was; None where nothing says when."""
    cause: str | None
    """`page`: the page says something else; `code`: the program reads the same bytes differently; None for the first
    version."""
    changes: tuple[tuple[Change, str | None], ...]
    """What differs from the effective version before, each change with its anomaly."""
    observed_at: datetime
    """When that page was seen, in the order of observations."""
    run_id: int
    """The run that saw it first."""
    is_imported: bool
    """Whether that run was an import."""
    reading_id: int
    """What its page was read as."""
    read_in: int
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
    seen_at: datetime | None
    """When the page was fetched or captured; None where nothing says when."""
    site: str
    layout: str
    cause: str
    """`page`: the page says something else; `code`: the program reads the same bytes differently."""
    anomaly: str | None
    """Why it is improbable."""


def versions(database: Database, nct_id: str, sites: Sequence[str] | None = None) -> list[Version]:
    """All versions of a trial, by site, then in the order in which they were seen, in whatever order they came here.

    A version that comes back is a version of its own, also where an imported page shows that it had been away.
    Versions that are not effective are among them where they differ from the effective one of that time.

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
    is_reread = (RUNS.c.kind == "reextract").label("is_reread")
    columns = (READINGS.c[name] for name in Reading._fields[:-4])
    query = sa.select(*columns, RUNS.c.started_at, is_reread, is_effective(), standing)
    query = query.join(RUNS, RUNS.c.id == READINGS.c.run_id).where(*where)
    pages = sa.select(
        PAGES.c.reading_id, PAGES.c.observed_at, PAGES.c.at, PAGES.c.run_id, PAGES.c.status, PAGES.c.file, PAGES.c.start
    )
    pages = pages.join(READINGS, READINGS.c.id == PAGES.c.reading_id).where(*where)
    locations: dict[int, Location] = {}
    with database.read_transaction() as connection:
        readings = {row.id: Reading._make(row) for row in connection.execute(query.order_by(READINGS.c.id))}
        seen = [
            Observation(reading.observed_at, reading, reading.seen_at, reading.run_id, is_first=True)
            for reading in readings.values()
        ]
        for page in connection.execute(pages.order_by(PAGES.c.id)):
            seen.append(Observation(page.observed_at, readings[page.reading_id], page.at, page.run_id, is_first=False))
            if page.file is not None and page.status != 304:  # which says "as before" and holds no page
                locations.setdefault(page.reading_id, Location(page.file, page.start))
        kept = sa.select(RECORDS.c.id, RECORDS.c.record).where(RECORDS.c.nct_id == nct_id)
        records = {row.id: Record.model_validate(row.record) for row in connection.execute(kept)}
    layouts: dict[tuple[str, str], list[Observation]] = {}
    for one in sorted(seen, key=lambda one: (one.observed_at, one.reading.id)):
        layouts.setdefault((one.reading.site, one.reading.layout), []).append(one)
    found = [
        (stretch, _version(stretch, page, records))
        for page in (PageHistory.of(observations, locations) for observations in layouts.values())
        for stretch in page.stretches
    ]
    # A site's layouts are told in turn.
    found.sort(key=lambda pair: (pair[1].site, pair[0].first.observed_at, pair[0].first.reading.id))
    return [version for _, version in found]


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
        query = query.where(*in_period(connection, CHANGES, "seen_at", since=since, until=until, now=now))
        for row in connection.execute(query):
            yield RecordedChange(*row)


def _version(stretch: Stretch, page: PageHistory, records: Mapping[int, Record]) -> Version:
    first, reading = stretch.first, stretch.first.reading
    record = records[reading.record_id]
    # Other bytes can say the same, and the record is that of those that came here first.
    quoted = [
        one
        for one in page.observations
        if one.is_first and one.reading.record_id == reading.record_id and one.reading.sha256 == record.source.sha256
    ]
    by_then = [one for one in quoted if one.observed_at <= stretch.last.observed_at]
    words = by_then[-1] if by_then else quoted[0]
    cause: str | None = None
    found: list[Change] = []
    why: list[str | None] = []
    if stretch.before is not None:
        before = stretch.before.last.reading
        old = records[before.record_id]
        cause = "code" if before.sha256 == reading.sha256 else "page"
        found = changes(old, record)
        why = anomalies(found, old, record, reading.seen_at)
    return Version(
        site=reading.site,
        layout=reading.layout,
        standing=Standing(reading.standing),
        record=record,
        since=reading.noticed_at if first.is_first else first.at,
        page=_sighting(first, page),
        words=_sighting(words, page),
        confirmed_at=stretch.last.at,
        cause=cause,
        changes=tuple(zip(found, why, strict=True)),
        observed_at=first.observed_at,
        run_id=first.run_id,
        is_imported=first.is_first and reading.file is not None,
        reading_id=reading.id,
        read_in=reading.run_id,
    )


def _sighting(one: Observation, page: PageHistory) -> Sighting:
    reading = one.reading
    at = reading.seen_at if one.is_first else one.at
    return Sighting(reading.url, at, reading.sha256, *page.locations[reading.id])
