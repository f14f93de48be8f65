"""Moments that others have noted: which of them can be one at which a page was captured."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

WEB_BEGAN: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No page was captured earlier: clocks that were never set, and archives that note no time, say 1970 or 1980."""


def _written(value: object) -> object:
    """A moment as it is written in JSON. `20240501` and numbers are refused: as seconds of Unix they are other days."""
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    if value is None or isinstance(value, datetime):
        return value
    raise ValueError("it is no text")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("in UTC it is in no year") from error


NotedMoment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
"""A moment that a file notes: as `2024-05-01T03:00:00Z`, its time zone said. It is kept in UTC."""
