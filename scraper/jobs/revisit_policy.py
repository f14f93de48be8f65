"""The revisit policy: when a trial is next visited at a site, by its status and by the result of the last visit."""

from datetime import datetime, timedelta
from typing import Final

from schemas.vocabulary import Status
from scraper.settings import Settings
from scraper.store.tables import Result

_RECRUITING: Final = frozenset(
    {
        Status.AVAILABLE,
        Status.ENROLLING_BY_INVITATION,
        Status.NOT_YET_RECRUITING,
        Status.RECRUITING,
        Status.TEMPORARILY_NOT_AVAILABLE,
    }
)
_ENDED: Final = frozenset(
    {
        Status.APPROVED_FOR_MARKETING,
        Status.COMPLETED,
        Status.NO_LONGER_AVAILABLE,
        Status.TERMINATED,
        Status.WITHDRAWN,
    }
)


_MOST_DOUBLINGS: Final = 32
"""Doublings of the wait at most, far beyond any setting: else a page that fails for years would overflow a float."""


def next_visit_at(
    started_at: datetime, result: Result, status: str | None, failures: int, settings: Settings
) -> datetime:
    """When a trial is next visited at a site.

    Args:
        started_at: when the run began: counted from the visit itself, the next one would come later every day.
        result: of the visit.
        status: of the trial, as the site shows it.
        failures: failed visits in a row, this one included.
        settings: the intervals.
    """
    match result:
        case Result.FAILED:
            return retry_at(started_at, failures, settings)
        case Result.ABSENT:
            return started_at + timedelta(days=settings.every_absent)
        case Result.GONE:
            return started_at + timedelta(days=settings.every_gone)
        case _ if status in _RECRUITING:
            return started_at + timedelta(days=settings.every_recruiting)
        case _ if status in _ENDED:
            return started_at + timedelta(days=settings.every_ended)
        case _:
            return started_at + timedelta(days=settings.every_active)


def retry_at(started_at: datetime, failures: int, settings: Settings) -> datetime:
    """When a failed visit is repeated: later with each failure in a row, up to `retry_hours_most`.

    Args:
        started_at: when the run began.
        failures: failed visits in a row, this one included.
        settings: the intervals.
    """
    hours = settings.retry_hours * 2.0 ** min(failures - 1, _MOST_DOUBLINGS)
    return started_at + timedelta(hours=min(hours, settings.retry_hours_most))
