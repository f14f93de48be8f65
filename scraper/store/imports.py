"""Saving imported pages: many at once, each where its capture belongs in the order of observations."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

import sqlalchemy as sa

from normalizers.changes import Change, changes
from schemas.record import Record
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, save_dead_letters
from scraper.store.effective import PAGE_KEY, is_effective, last_observed
from scraper.store.readings import NewReading, change_rows, record_row
from scraper.store.runs import Run
from scraper.store.tables import CHANGES, PAGES, READINGS, RECORDS, UNDATED, VERDICTS, Ruling

IMPORT: Final = "import"
"""The kind of such a run."""

STANDARD_INPUT: Final = "-"
"""In place of the file, where a page came from none."""


class Imported(StrEnum):
    """What came of an imported page."""

    NEW_VERSION = "new version"
    """It says what no page of its trial at its site and in its layout has said."""
    UNCHANGED = "unchanged"
    """It says what is known, at another time."""
    KNOWN = "known already"
    """These bytes, captured at that time, are here already: nothing was added."""


class SavedImport(NamedTuple):
    """What saved pages changed in the store."""

    outcomes: list[Imported]
    """Of each page, in their order."""
    changes: int
    """To what was current; pages that are older than that change nothing."""


def save_imported(
    database: Database, run: Run, readings: Sequence[NewReading], dead_letters: Sequence[DeadLetter] = ()
) -> SavedImport:
    """Save what was read from imported pages, all of it or nothing: it is effective at once.

    A page that is here already is passed over, whatever file it comes from, unless it is read otherwise now. A hundred
    pages or more at once outweigh what a transaction costs.

    Args:
        database: the store's.
        run: of the kind `import`; it holds the lease.
        readings: of the pages, in any order. The source of each record names the file that held the page, if one did.
        dead_letters: pages that are refused.

    Raises:
        StoreError: the database cannot be written.
        BadValue: it does not take a value.
    """
    with database.write_transaction() as connection:
        batch = _Batch.of(connection, run, readings)
        outcomes = [batch.add(reading) for reading in readings]
        batch.save()
        save_dead_letters(connection, run.id, run.started_at, dead_letters)
        return SavedImport(outcomes, sum(len(one.changes) for one in batch.added))


def known_captures(
    database: Database, captures: Collection[tuple[str, datetime | None]], package_version: str
) -> set[tuple[str, datetime | None]]:
    """The captures that this version of the program has read, and that are effective: nothing new comes of them.

    Args:
        database: the store's.
        captures: some hundred at most: the hash of each page's bytes, and when it was captured.
        package_version: of the program.
    """
    values = {"hashes": [sha256 for sha256, _ in captures], "package_version": package_version}
    with database.read_transaction() as connection:
        found = {(row.sha256, row.seen_at) for row in connection.execute(_READ_BEFORE, values)}
    undated = {(sha256, None) for sha256, _ in found}  # where a date is known, a copy without one tells nothing
    return (found | undated).intersection(captures)


_Key = tuple[str, str, str]
"""Trial, site and layout."""


@dataclass(slots=True)
class _Version:
    """A record in the store, or about to be there."""

    content_hash: str
    id: int = 0
    """0 before it is saved."""
    record: Record | None = None
    """None where it was not looked up."""


class _Current(NamedTuple):
    """What is current of a page."""

    observed_at: datetime
    sha256: str
    version: _Version


class _Added(NamedTuple):
    """A reading that is to be saved."""

    reading: NewReading
    version: _Version
    observed_at: datetime
    changes: list[Change]
    """To the record that was current before."""
    before: _Current | None


@dataclass(slots=True)
class _Batch:
    """The pages of one transaction, and what the store has of their trials."""

    connection: sa.Connection
    run: Run
    versions: dict[tuple[_Key, str], _Version] = field(default_factory=dict)
    """By page and content hash."""
    current: dict[_Key, _Current] = field(default_factory=dict)
    captures: dict[tuple[_Key, str, datetime | None], _Version] = field(default_factory=dict)
    """What is here: by page, hash of the bytes, and moment."""
    dates: dict[tuple[_Key, str], datetime] = field(default_factory=dict)
    """When bytes that are here were captured last: by page and hash. A copy without a date is of then."""
    added: list[_Added] = field(default_factory=list)

    @classmethod
    def of(cls, connection: sa.Connection, run: Run, readings: Sequence[NewReading]) -> "_Batch":
        """Look up what the store has of all the trials."""
        batch = cls(connection, run)
        nct_ids = {reading.record.trial.nct_id for reading in readings}
        hashes = {reading.sha256 for reading in readings}
        versions: dict[int, _Version] = {}
        for row in connection.execute(_RECORDS, {"nct_ids": nct_ids}):
            versions[row.id] = batch.versions[(row.nct_id, row.site, row.layout), row.content_hash] = _Version(
                row.content_hash, row.id
            )
        same: dict[int, tuple[_Key, str, _Version]] = {}
        for row in connection.execute(_EFFECTIVE, {"nct_ids": nct_ids}):
            key, version = (row.nct_id, row.site, row.layout), versions[row.record_id]
            batch._note(key, row.sha256, row.seen_at, version)
            batch.current[key] = _Current(row.observed_at, row.sha256, version)
            if row.sha256 in hashes:
                same[row.id] = (key, row.sha256, version)
        moments = {reading.seen_at for reading in readings if reading.seen_at is not None}
        if same and moments:
            for reading_id, at in connection.execute(_SEEN_AGAIN, {"ids": [*same], "moments": moments}):
                key, sha256, version = same[reading_id]
                batch.captures.setdefault((key, sha256, at), version)
        batch._look_up_replaced(readings)
        return batch

    def _note(self, key: _Key, sha256: str, seen_at: datetime | None, version: _Version) -> None:
        """Note what is here, in the order of observations."""
        self.captures[key, sha256, seen_at] = version
        if seen_at is not None:
            self.dates[key, sha256] = max(seen_at, self.dates.get((key, sha256), seen_at))

    def _dated(self, reading: NewReading) -> NewReading:
        """A page with the date of its bytes, if it has none of its own and they are here with one."""
        return reading._replace(seen_at=reading.seen_at or self.dates.get((_key(reading), reading.sha256)))

    def add(self, reading: NewReading) -> Imported:
        """Add a page to those that are to be saved, unless it is here already."""
        reading = self._dated(reading)
        key = _key(reading)
        known = self.captures.get((key, reading.sha256, reading.seen_at))
        if known is not None and known.content_hash == reading.content_hash:
            return Imported.KNOWN
        version = self.versions.get((key, reading.content_hash))
        current = self.current.get(key)
        observed_at = reading.seen_at or UNDATED
        found: list[Change] = []
        is_current = current is None or observed_at >= current.observed_at
        if is_current and current is not None and current.version is not version:
            found = changes(self._record(current.version), reading.record)
            if not found:  # an older version of the program hashed the same content differently
                if known is current.version:
                    return Imported.KNOWN
                version = current.version
        outcome = Imported.UNCHANGED if version is not None else Imported.NEW_VERSION
        if version is None:
            version = _Version(reading.content_hash, record=reading.record)
            self.versions[key, reading.content_hash] = version
        self._note(key, reading.sha256, reading.seen_at, version)
        source = reading.record.source
        placed = reading._replace(file=source.file or STANDARD_INPUT, file_offset=source.offset)
        self.added.append(_Added(placed, version, observed_at, found, current))
        if is_current:
            self.current[key] = _Current(observed_at, reading.sha256, version)
        return outcome

    def save(self) -> None:
        """Save all that was added."""
        if not self.added:
            return
        first_shown = {id(one.version): one for one in reversed(self.added) if not one.version.id}
        new = [*reversed(first_shown.values())]
        if new:
            rows = [record_row(one.reading, self.run.started_at) for one in new]
            for one, number in zip(new, self.connection.execute(_ADD_RECORDS, rows).scalars(), strict=True):
                one.version.id = number
        rows = [one.reading.row(self.run.id, one.version.id, one.observed_at) for one in self.added]
        numbers = self.connection.execute(_ADD_READINGS, rows).scalars().all()
        changed = [
            row
            for one, number in zip(self.added, numbers, strict=True)
            if one.before is not None and one.changes
            for row in change_rows(
                self.run.id,
                number,
                one.reading,
                one.changes,
                self._record(one.before.version),
                is_same_page=one.before.sha256 == one.reading.sha256,
                at=one.reading.seen_at or self.run.started_at,
            )
        ]
        if changed:
            self.connection.execute(CHANGES.insert(), changed)
        self._make_effective({(site, layout) for _, site, layout in (_key(one.reading) for one in self.added)})

    def _look_up_replaced(self, readings: Iterable[NewReading]) -> None:
        """Look up the current records that a page may replace."""
        replaced = {}
        for reading in map(self._dated, readings):
            current = self.current.get(_key(reading))
            if (
                current is not None
                and current.version.content_hash != reading.content_hash
                and (reading.seen_at or UNDATED) >= current.observed_at
            ):
                replaced[current.version.id] = current.version
        if replaced:
            kept = sa.select(RECORDS.c.id, RECORDS.c.record).where(RECORDS.c.id.in_([*replaced]))
            for row in self.connection.execute(kept):
                replaced[row.id].record = Record.model_validate(row.record)

    def _record(self, version: _Version) -> Record:
        if version.record is None:  # it became current among these pages
            kept = sa.select(RECORDS.c.record).where(RECORDS.c.id == version.id)
            version.record = Record.model_validate(self.connection.execute(kept).scalar_one())
        return version.record

    def _make_effective(self, layouts: set[tuple[str, str]]) -> None:
        judged = sa.select(VERDICTS.c.site, VERDICTS.c.layout).where(VERDICTS.c.run_id == self.run.id)
        new = layouts - {(site, layout) for site, layout in self.connection.execute(judged)}
        rows = [
            {
                "run_id": self.run.id,
                "site": site,
                "layout": layout,
                "at": self.run.started_at,
                "ruling": Ruling.IMPORTED,
                "reasons": [],
            }
            for site, layout in sorted(new)
        ]
        if rows:
            self.connection.execute(VERDICTS.insert(), rows)


# What is executed for each batch is built once: building takes longer than the database.
_NCT_IDS = sa.bindparam("nct_ids", expanding=True, type_=sa.Text)
_RECORDS = sa.select(RECORDS.c.id, RECORDS.c.nct_id, RECORDS.c.site, RECORDS.c.layout, RECORDS.c.content_hash).where(
    RECORDS.c.nct_id.in_(_NCT_IDS)
)
# The last of each page is current.
_EFFECTIVE = (
    sa.select(
        READINGS.c.id,
        *PAGE_KEY,
        READINGS.c.sha256,
        READINGS.c.seen_at,
        READINGS.c.record_id,
        last_observed().label("observed_at"),
    )
    .where(READINGS.c.nct_id.in_(_NCT_IDS), is_effective())
    .order_by(last_observed(), READINGS.c.id)
)
_SEEN_AGAIN = sa.select(PAGES.c.reading_id, PAGES.c.at).where(
    PAGES.c.reading_id.in_(sa.bindparam("ids", expanding=True, type_=READINGS.c.id.type)),
    PAGES.c.at.in_(sa.bindparam("moments", expanding=True, type_=PAGES.c.at.type)),
)
_READ_BEFORE = sa.select(READINGS.c.sha256, READINGS.c.seen_at).where(
    READINGS.c.sha256.in_(sa.bindparam("hashes", expanding=True, type_=sa.Text)),
    READINGS.c.package_version == sa.bindparam("package_version"),
    is_effective(),
)
_ADD_RECORDS = RECORDS.insert().returning(RECORDS.c.id, sort_by_parameter_order=True)
_ADD_READINGS = READINGS.insert().returning(READINGS.c.id, sort_by_parameter_order=True)


def _key(reading: NewReading) -> _Key:
    source = reading.record.source
    return reading.record.trial.nct_id, source.site, source.layout
