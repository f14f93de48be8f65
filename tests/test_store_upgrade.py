"""A store that an older version made: after the upgrade the same readings count, also where a clock was wrong."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import sqlalchemy as sa
from alembic import command

from scraper.store import current
from scraper.store.current import last_confirmed
from scraper.store.database import Database
from scraper.store.due import known_pages
from scraper.store.effective import current_readings, is_effective, last_observed
from scraper.store.history import versions
from scraper.store.migrations import config
from scraper.store.tables import PAGES, READINGS
from tests.build import VEEVA, record
from tests.nights import DAY, FIRST
from tests.versions import OPEN, STUDY, TRIAL, captured, imported, night, shows

YEARS = 30 * 365 * DAY


class Step(NamedTuple):
    """One night of an older version."""

    reads: int | None
    """Which page it read anew; None where it saw the last one again."""
    ahead: timedelta = timedelta()
    """By how much its clock was ahead."""
    ruling: str | None = "good"
    is_reread: bool = False
    """Whether it read the page in the archive, as it was first seen."""


def made_by_version_2(url, *histories):
    """Make a store of that version, as its program filled it: each history is one trial's, the first is `TRIAL`'s."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        about = config()
        about.attributes["connection"] = connection
        command.upgrade(about, "0002")
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for number, steps in enumerate(histories):
            key = {"nct_id": TRIAL if number == 0 else f"NCT1{number:07}", "site": "veeva", "layout": "study"}
            _fill(connection, tables.tables, key, steps)
    engine.dispose()


def _fill(connection, tables, key, steps):
    def add(name, **values):
        columns = tables[name].c
        of_table = {
            name: moment(value, connection) if isinstance(value, datetime) else value
            for name, value in values.items()
            if name in columns
        }
        number = connection.execute(tables[name].insert().returning(columns.values()[0]), of_table)
        return number.scalar_one()

    pages = [record(page, STUDY) for page in (VEEVA, OPEN)]
    records = [
        add("records", **key, content_hash=str(number), first_at=FIRST, record=page.model_dump(mode="json"))
        for number, page in enumerate(pages)
    ]
    reading, first_seen = {}, {}
    for nights, step in enumerate(steps):
        now = FIRST + nights * DAY + step.ahead
        kind = "reextract" if step.is_reread else "scrape"
        run_id = add("runs", kind=kind, started_at=now, holder="", package_version="1", since=now, everything=False)
        if step.ruling is not None:
            add("verdicts", run_id=run_id, **key, at=now, ruling=step.ruling, reasons=[])
        if step.reads is not None:
            seen_at = first_seen.get(step.reads, now) if step.is_reread else now
            first_seen[step.reads] = seen_at
            of_page = {"sha256": pages[step.reads].source.sha256, "url": STUDY}
            read = {"package_version": "1", "record_id": records[step.reads], "seen": "{}", "seen_at": seen_at}
            reading = {**of_page, "reading_id": add("readings", run_id=run_id, **key, **of_page, **read)}
        if reading and not step.is_reread:
            add("pages", run_id=run_id, **key, at=now, status=200, **reading)


def moment(time, connection):
    """A moment as that database takes it."""
    return time.replace(tzinfo=None) if connection.dialect.name == "sqlite" else time


def the_last_counts(store):
    """Whether what is current is the newest effective reading, as it was, and no observation is before an older one."""
    newest = sa.select(sa.func.max(READINGS.c.id)).where(is_effective()).group_by(READINGS.c.nct_id)
    order = sa.select(READINGS.c.id).order_by(READINGS.c.nct_id, last_observed(), READINGS.c.id)
    as_read = sa.select(READINGS.c.id).order_by(READINGS.c.nct_id, READINGS.c.id)
    with store.read_transaction() as connection:
        assert {*connection.execute(current_readings()).scalars()} == {*connection.execute(newest).scalars()}
        assert connection.execute(order).scalars().all() == connection.execute(as_read).scalars().all()
        seen = connection.execute(sa.select(PAGES.c.observed_at, PAGES.c.reading_id)).all()
        assert all((row.observed_at is None) == (row.reading_id is None) for row in seen)
        undated = sa.select(sa.func.count()).where(READINGS.c.seen_at.is_(None))
        assert connection.execute(undated).scalar_one() == 0


NIGHTS = [
    Step(0),
    Step(None),
    Step(1, ahead=YEARS),  # a clock that was ahead
    Step(0),
    Step(None, ahead=-YEARS),  # and one that was behind
    Step(0, is_reread=True),
    Step(1, ruling="quarantined"),
    Step(0, is_reread=True),
    Step(None),
    Step(1, ruling=None),
]


def test_what_counted_counts_after_an_upgrade(database):
    made_by_version_2(database, NIGHTS)
    with Database(database) as store:
        the_last_counts(store)
        (kept,) = current.records(store)
        assert kept.trial.status == "UNKNOWN"
        # The last one, not the greatest: a clock was wrong.
        assert last_confirmed(store, TRIAL) == {("veeva", "study"): FIRST + 8 * DAY}
        assert [one.record.trial.status for one in versions(store, TRIAL)] == [
            "UNKNOWN",
            "RECRUITING",
            "UNKNOWN",
            "RECRUITING",  # quarantined
            "RECRUITING",  # not judged
        ]
        (page,) = known_pages(store, "veeva", [TRIAL])[TRIAL]
        assert not page.is_current


def test_life_goes_on_after_an_upgrade(database):
    made_by_version_2(database, NIGHTS[:2])
    with Database(database) as store:
        imported(store, 3, captured(1, OPEN))  # before the second night saw the page as it had been
        assert [one.trial.status for one in current.records(store)] == ["UNKNOWN"]
        night(store, 4, shows(4, OPEN))
        statuses = [one.record.trial.status for one in versions(store, TRIAL)]
        assert statuses == ["UNKNOWN", "RECRUITING", "UNKNOWN", "RECRUITING"]
        with store.read_transaction() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM current_records")).scalar_one() == 1


def test_whatever_happened_before_the_upgrade_the_last_effective_reading_counts(database):
    chance = Random(11)
    histories = [
        [
            Step(
                chance.choice([0, 1, None]),
                chance.choice([timedelta(), timedelta(), DAY, -DAY, YEARS, -YEARS]),
                chance.choice(["good", "good", "quarantined", "accepted", None]),
                is_reread=chance.random() < 0.3,
            )
            for _ in range(8)
        ]
        for _ in range(20)
    ]
    made_by_version_2(database, *histories)
    with Database(database) as store:
        the_last_counts(store)
        assert len([*current.records(store)]) > 10
