"""The trials of the store through time: each as all its pages together showed it, and what changed in that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

import sqlalchemy as sa

from normalizers.changes import Change, trial_changes
from schemas.consensus import Consensus, Observation
from scraper.field_rules import decided_field
from scraper.store.anomalies import anomalies
from scraper.store.database import Database
from scraper.store.effective import is_effective
from scraper.store.history import RecordedChange, Standing, Version, versions
from scraper.store.period import in_period
from scraper.store.tables import CHANGES, READINGS, RUNS
from scraper.store.trials import joined


class TrialChange(NamedTuple):
    """One value of a trial that changed, and the page that changed it."""

    change: Change
    version: Version
    """What the page showed that brought the new value, or showed the old one no more."""
    anomaly: str | None
    """Why it is improbable."""


@dataclass(frozen=True, slots=True)
class TrialVersion:
    """A trial as its pages showed it from one moment on."""

    trial: Consensus
    since: datetime | None
    """When the last of the pages that brought it was seen; None where nothing says when."""
    versions: tuple[Version, ...]
    """What pages showed anew. Those that one run saw are one moment."""
    changes: tuple[TrialChange, ...]
    """What differs from the version before; none for the first."""
    is_first: bool


def timeline(database: Database, nct_id: str, sites: Sequence[str] | None = None) -> list[TrialVersion]:
    """All versions of a trial, the oldest first. A page that says what the trial said already makes none.

    Args:
        database: the store's.
        nct_id: the trial.
        sites: whose pages are looked at; None means all.

    Raises:
        StoreError: the database cannot be read.
    """
    moments = map(_told, _moments(versions(database, nct_id, sites), _chains(database)))
    return [one for one in moments if one.is_first or one.changes]


def changed_trials(
    database: Database,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    nct_ids: Sequence[str] | None = None,
    anomalies_only: bool = False,
    now: datetime | None = None,
) -> Iterator[RecordedChange]:
    """What changed in trials, run by run, within a run by trial; memory does not grow with the changes.

    A change is what differs in the consensus of a trial's pages: that another page says the same some days later is
    none. Its cause is `page` or `code` as with a page's own changes, or `new page` where a page was not known before.

    Args:
        database: the store's.
        since: seen then or later, or effective only since then: the run ended later, or a person accepted it later.
        until: seen before.
        nct_ids: the trials; None means all.
        anomalies_only: leave out ordinary changes.
        now: the moment: runs that are dated later were misdated, and so is what they saw.

    Raises:
        StoreError: the database cannot be read.
    """
    chains = _chains(database)
    for (run_id, nct_id), rows in groupby(_new_readings(database, since, until, nct_ids, now), key=itemgetter(0, 1)):
        readings = {reading_id for _, _, reading_id in rows}
        earlier: Sequence[Version] = ()
        for moment in _moments(versions(database, nct_id), chains):
            # What a run and those that it resumes saw is told once, with the last of them; that an import brought what
            # was before makes a change of what was known.
            known = {version.reading_id: version.read_in for version in (*earlier, *moment.new)}
            earlier = moment.new
            if any(reading in readings for reading, run in known.items() if run == max(known.values()) == run_id):
                for change, version, anomaly in _told(moment).changes:
                    if anomaly is not None or not anomalies_only:
                        cause = version.cause or NEW_PAGE
                        yield RecordedChange(
                            nct_id, *change, version.since, version.site, version.layout, cause, anomaly
                        )


_Key = tuple[str, str]
"""A page of a trial: site and layout."""

NEW_PAGE: Final = "new page"
"""The cause of a change by a page that was not known before."""


class _Moment(NamedTuple):
    """A moment at which pages showed something new."""

    new: tuple[Version, ...]
    before: Mapping[_Key, Version]
    """What each page showed before."""
    after: Mapping[_Key, Version]


def _moments(kept: Iterable[Version], chains: Mapping[int, int]) -> Iterator[_Moment]:
    """The moments at which pages showed something new, in order.

    Args:
        kept: the versions of all pages.
        chains: of each run the first one of those that it resumes.
    """
    shown: dict[_Key, Version] = {}
    for new in _groups(_in_order(kept), chains):
        before, shown = shown, {**shown, **dict(zip(_keys(new), new, strict=True))}
        yield _Moment(new, before, shown)


def _told(moment: _Moment) -> TrialVersion:
    """What the trial was from a moment on, and what that changed in it."""
    new, before = moment.new, moment.before
    at = max((version.since for version in new if version.since is not None), default=None)
    trial = joined(_as_of(version, at) for version in moment.after.values())
    if not before:
        return TrialVersion(trial, at, new, (), is_first=True)
    # The other pages were seen again since the replaced ones were: that alone is to change nothing.
    then = _last_seen(before[key] for key in _keys(new) if key in before) or at
    old = joined(_as_of(version, then) for version in before.values())
    found = trial_changes(old.trial, trial.trial)
    why = anomalies(found, old, trial, at)
    changes = tuple(
        TrialChange(change, _bringer(change, new, trial), anomaly) for change, anomaly in zip(found, why, strict=True)
    )
    return TrialVersion(trial, at, new, changes, is_first=False)


def _in_order(kept: Iterable[Version]) -> Iterator[Version]:
    """The effective versions of all pages by the time at which they were noticed; those of one page in their order."""
    pages: dict[_Key, list[Version]] = {}
    for version in kept:
        if version.standing is Standing.EFFECTIVE:
            pages.setdefault((version.site, version.layout), []).append(version)
    # What was read anew in the archive was seen long before.
    return merge(*pages.values(), key=lambda version: max(version.observed_at, version.since or version.observed_at))


def _groups(ordered: Iterable[Version], chains: Mapping[int, int]) -> Iterator[tuple[Version, ...]]:
    """Versions that belong to one moment: what one run saw, or what one import brought of one day's captures."""
    group: list[Version] = []
    for version in ordered:
        if group and not _is_together(group, version, chains):
            yield tuple(group)
            group = []
        group.append(version)
    if group:
        yield tuple(group)


def _is_together(group: Sequence[Version], version: Version, chains: Mapping[int, int]) -> bool:
    last = group[-1]
    if not version.is_imported:
        return not last.is_imported and chains.get(version.run_id) == chains.get(last.run_id)
    is_another_page = (version.site, version.layout) not in _keys(group)
    is_same_day = version.observed_at.date() == last.observed_at.date()
    return last.run_id == version.run_id and is_same_day and is_another_page


def _keys(versions_: Sequence[Version]) -> list[_Key]:
    """Which page each version is of."""
    return [(version.site, version.layout) for version in versions_]


def _last_seen(versions_: Iterable[Version]) -> datetime | None:
    return max((version.confirmed_at for version in versions_ if version.confirmed_at is not None), default=None)


def _as_of(version: Version, at: datetime | None) -> Observation:
    """A version as it was known at a moment."""
    seen = version.confirmed_at
    return Observation(record=version.record, seen_at=min(seen, at) if seen is not None and at is not None else seen)


def _bringer(change: Change, new: Sequence[Version], after: Consensus) -> Version:
    """The page among the new ones whose value it is; where it is another's, the first."""
    decision = after.decisions.get(decided_field(change.field))
    return next((one for one in new if decision is not None and f"{one.site}/{one.layout}" == decision.page), new[0])


def _chains(database: Database) -> dict[int, int]:
    """Of each run the first one of those that it resumes; what they saw became effective at once."""
    query = sa.select(RUNS.c.id, RUNS.c.resumes).order_by(RUNS.c.id)
    chains: dict[int, int] = {}
    with database.read_transaction() as connection:
        for row in connection.execute(query):
            chains[row.id] = chains.get(row.resumes, row.id)
    return chains


def _new_readings(
    database: Database,
    since: datetime | None,
    until: datetime | None,
    nct_ids: Sequence[str] | None,
    now: datetime | None,
) -> Iterator[tuple[int, str, int]]:
    """The effective readings that may have changed a trial: run, trial and reading, by run and trial."""
    changed = sa.exists().where(CHANGES.c.reading_id == READINGS.c.id)
    earlier = READINGS.alias()
    before = (
        sa.select(earlier.c.record_id)
        .where(
            earlier.c.nct_id == READINGS.c.nct_id,
            earlier.c.site == READINGS.c.site,
            earlier.c.layout == READINGS.c.layout,
            earlier.c.id < READINGS.c.id,
        )
        .order_by(earlier.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    other = READINGS.alias()
    is_imported = READINGS.c.file.is_not(None)  # it may stand anywhere among what was seen before
    can_be_compared = sa.exists().where(
        other.c.nct_id == READINGS.c.nct_id,
        other.c.id != READINGS.c.id,
        sa.or_(other.c.run_id < READINGS.c.run_id, is_imported),
    )
    query = (
        sa.select(READINGS.c.run_id, READINGS.c.nct_id, READINGS.c.id)
        .where(
            is_effective(),
            sa.or_(changed, before.is_(None), before != READINGS.c.record_id, is_imported),
            can_be_compared,
        )
        .order_by(READINGS.c.run_id, READINGS.c.nct_id, READINGS.c.id)
        .execution_options(yield_per=1_000)
    )
    if nct_ids:
        query = query.where(READINGS.c.nct_id.in_(nct_ids))
    with database.read_transaction() as connection:
        query = query.where(*in_period(connection, READINGS, "observed_at", since=since, until=until, now=now))
        for row in connection.execute(query):
            yield row.run_id, row.nct_id, row.id
