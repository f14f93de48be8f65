"""The store for Python programs: trials, records, versions, changes and conflicts, read and never changed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self

from schemas.consensus import Consensus, Decision
from schemas.record import Record
from scraper.settings import Settings, sqlite_url
from scraper.store import current, history
from scraper.store.database import Database, StoreError
from scraper.store.history import RecordedChange, Version
from scraper.store.timeline import TrialVersion, changed_trials, timeline
from scraper.store.trials import trials


class Conflict(NamedTuple):
    """A field of a trial on which pages differ, and nothing explains it."""

    nct_id: str
    decision: Decision
    """What was chosen, by which rule, and what each page says: `decision.conflicting` are those that differ."""


class Store:
    """What is known of trials, to read.

        with Store() as store:
            for trial in store.trials():
                print(trial.trial.nct_id, trial.trial.status)

    Whatever is iterated comes from the database as it is asked for: memory does not grow with it. Iterate within the
    `with` block.

    Args:
        location: a path of an SQLite file, or a URL such as `postgresql+psycopg://user@host/name`; None means the store
            that the settings name, as the command line uses it.

    Raises:
        StoreError: there is no such store, it cannot be opened, or a newer version of the program made it.
    """

    def __init__(self, location: str | Path | None = None) -> None:
        if location is None:
            self._database = Database(Settings().store_url, read_only=True)
            return
        url = location if isinstance(location, str) and "://" in location else None
        if url is None:
            path = Path(location)
            if not path.is_file():
                raise StoreError(f"there is no store {path}")
            url = sqlite_url(path)
        self._database = Database(url, told_as="the location", read_only=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    def trials(self, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None) -> Iterator[Consensus]:
        """Each trial once, by number, as all its pages together show it.

        Args:
            nct_ids: the trials; None means all.
            sites: whose pages are looked at, as in `["ctgov", "veeva"]`; None means all.

        Raises:
            StoreError: the database cannot be read.
        """
        return trials(self._database, nct_ids, sites)

    def trial(self, nct_id: str) -> Consensus:
        """One trial, as all its pages together show it.

        Raises:
            NotFound: there is no record of it that counts; the message says why, and what to do.
            StoreError: the database cannot be read.
        """
        for trial in trials(self._database, [nct_id]):
            return trial
        raise current.why_no_record(self._database, nct_id)

    def records(self, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None) -> Iterator[Record]:
        """The current record of each page, by trial, site and layout.

        Args:
            nct_ids: the trials; None means all.
            sites: their keys; None means all.

        Raises:
            StoreError: the database cannot be read.
        """
        return current.records(self._database, nct_ids, sites)

    def versions(self, nct_id: str, sites: Sequence[str] | None = None) -> list[Version]:
        """What each page showed of a trial, version by version, by site, then in the order in which they were seen.

        Args:
            nct_id: the trial.
            sites: their keys; None means all.

        Raises:
            StoreError: the database cannot be read.
        """
        return history.versions(self._database, nct_id, sites)

    def history(self, nct_id: str, sites: Sequence[str] | None = None) -> list[TrialVersion]:
        """What all pages together showed of a trial, version by version, the oldest first.

        Args:
            nct_id: the trial.
            sites: whose pages are looked at; None means all.

        Raises:
            StoreError: the database cannot be read.
        """
        return timeline(self._database, nct_id, sites)

    def changes(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        nct_ids: Sequence[str] | None = None,
        sites: Sequence[str] | None = None,
    ) -> Iterator[RecordedChange]:
        """What changed in the trials, field by field, in the order in which it was noticed; or on some sites' pages.

        That another page says the same some days later is no change of a trial.

        Args:
            since: seen then or later, or effective only since then.
            until: seen before.
            nct_ids: the trials; None means all.
            sites: whose own changes are asked for; None means those of the trials.

        Raises:
            StoreError: the database cannot be read.
        """
        if sites is None:
            return changed_trials(self._database, since=since, until=until, nct_ids=nct_ids)
        return history.recorded_changes(self._database, since=since, until=until, nct_ids=nct_ids, sites=sites)

    def conflicts(
        self, nct_ids: Sequence[str] | None = None, fields: Sequence[str] | None = None
    ) -> Iterator[Conflict]:
        """The fields on which the pages of a trial differ, trial by trial.

        Args:
            nct_ids: the trials; None means all.
            fields: canonical paths, as in `["status", "enrollment"]`; None means all.

        Raises:
            StoreError: the database cannot be read.
        """
        for trial in trials(self._database, nct_ids):
            for decision in trial.conflicts:
                if fields is None or decision.field in fields:
                    yield Conflict(trial.trial.nct_id, decision)
