"""When a visit is due again: by the trial's status, by how often it failed, by how long its page has been missing."""

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


def next_visit_at(
    started_at: datetime, result: Result, status: str | None, failures: int, settings: Settings
) -> datetime:
    """When a trial is to be visited again at a site.

    Args:
        started_at: when the run began: what is counted from a visit's own time would come later every day.
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
    """When a visit that failed is to be made again: later with each failure in a row.

    Args:
        started_at: when the run began.
        failures: failed visits in a row, this one included.
        settings: the intervals.
    """
    # The exponent is bounded, or a page that fails for years would overflow.
    hours = settings.retry_hours * 2.0 ** min(failures - 1, 32)
    return started_at + timedelta(hours=min(hours, settings.retry_hours_most))
