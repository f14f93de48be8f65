"""The pages that trials were read from, and where the archive holds them: what `reextract` reads again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from scraper.store.database import Database
from scraper.store.effective import PAGE_KEY, current_readings, is_effective, is_live, last_observed
from scraper.store.json import Json
from scraper.store.tables import PAGES, READINGS, RECORDS


class ArchivedPage(NamedTuple):
    """A page that a trial was read from."""

    reading_id: int
    nct_id: str
    site: str
    layout: str
    url: str | None
    seen_at: datetime | None
    """When it was fetched or captured; None where nothing says when."""
    observed_at: datetime
    """When it was last seen, in the order of observations."""
    sha256: str
    file: str | None
    """The file that it was imported from; None where the site itself showed it."""
    file_offset: int | None
    current_id: int | None
    """The current reading of the trial, on this site and in this layout; None where there is none."""
    is_last: bool
    """Whether it is the newest reading of the trial there, quarantined ones included."""

    @property
    def is_effective(self) -> bool:
        """Whether the reading of this page is the effective one."""
        return self.reading_id == self.current_id

    @property
    def key(self) -> str:
        """Site and layout, as in `veeva/study`."""
        return f"{self.site}/{self.layout}"


def archived_pages(database: Database) -> list[ArchivedPage]:
    """The page of the current reading of each trial, site and layout, and the newest where that is not effective."""
    columns = (
        READINGS.c.id.label("reading_id"),
        READINGS.c.nct_id,
        READINGS.c.site,
        READINGS.c.layout,
        READINGS.c.url,
        READINGS.c.seen_at,
        last_observed().label("observed_at"),
        READINGS.c.sha256,
        READINGS.c.file,
        READINGS.c.file_offset,
    )
    last = sa.select(sa.func.max(READINGS.c.id)).where(is_live()).group_by(*PAGE_KEY)
    order = (READINGS.c.site, READINGS.c.layout, READINGS.c.nct_id)
    with database.read_transaction() as connection:
        current = connection.execute(
            sa.select(*columns).where(READINGS.c.id.in_(current_readings())).order_by(*order)
        ).all()
        newer = {
            row[1:4]: row
            for row in connection.execute(
                sa.select(*columns).where(READINGS.c.id.in_(last), ~is_effective()).order_by(*order)
            )
        }
    found = []
    for row in current:
        later = newer.pop(row[1:4], None)
        found.append(ArchivedPage(**row._asdict(), current_id=row.reading_id, is_last=later is None))
        if later is not None and later.sha256 != row.sha256:
            found.append(ArchivedPage(**later._asdict(), current_id=row.reading_id, is_last=True))
    found.extend(ArchivedPage(**row._asdict(), current_id=None, is_last=True) for row in newer.values())
    return found


class ArchiveLocation(NamedTuple):
    """Where a page is in the archive."""

    url: str
    file: str
    start: int


class EffectiveReading(NamedTuple):
    """An effective reading, and its record."""

    sha256: str
    package_version: str
    profile: str
    content_hash: str
    record: Json


def look_up(
    database: Database, wanted: Sequence[ArchivedPage]
) -> tuple[dict[int, ArchiveLocation], dict[int, EffectiveReading]]:
    """By reading id: where the archive holds the page, and the effective reading.

    Args:
        database: the store's.
        wanted: the pages. Of each, the newest exchange that brought the same bytes is located.
    """
    ids = {page.reading_id for page in wanted}
    same = PAGES.alias()
    newest_page = (
        sa.select(sa.func.max(same.c.id))
        .where(
            same.c.nct_id == READINGS.c.nct_id,
            same.c.site == READINGS.c.site,
            same.c.sha256 == READINGS.c.sha256,
            same.c.file.is_not(None),
        )
        .scalar_subquery()
    )
    exchanges = (
        sa.select(READINGS.c.id, PAGES.c.url, PAGES.c.file, PAGES.c.start)
        .select_from(READINGS)
        .join(PAGES, PAGES.c.id == newest_page)
        .where(READINGS.c.id.in_(ids))
    )
    records = (
        sa.select(
            READINGS.c.id,
            READINGS.c.sha256,
            READINGS.c.package_version,
            READINGS.c.seen,
            RECORDS.c.content_hash,
            RECORDS.c.record,
        )
        .join(RECORDS, RECORDS.c.id == READINGS.c.record_id)
        .where(READINGS.c.id.in_({page.current_id for page in wanted if page.current_id is not None}))
    )
    with database.read_transaction() as connection:
        return (
            {row.id: ArchiveLocation(*row[1:]) for row in connection.execute(exchanges)},
            {row.id: EffectiveReading(*row[1:]) for row in connection.execute(records)},
        )
