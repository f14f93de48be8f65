"""Moments as a user names them: a day, a time, or how long ago."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import click

from scraper.fetch.clock import SystemClock


def moment_of(_: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """Check an option that is a moment; a day that is named `until` means its end.

    Raises:
        click.BadParameter: it is none.
    """
    if text is None:
        return None
    try:
        return moment(text.strip(), SystemClock().now(), end=option.name == "until")
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(
            f"{text!r} is no moment: write 2026-11-01, 2026-11-01T03:00Z, or 7d, 12h, 2w for so long ago"
        ) from error


def moment(text: str, now: datetime, *, end: bool = False) -> datetime:
    """The moment in UTC that a user names.

    Args:
        text: a day, a time (UTC unless it says otherwise), or how long ago in hours, days or weeks.
        now: the moment.
        end: whether a day means its end, not its beginning.

    Raises:
        ValueError: it is none of these.
        OverflowError: it is before or after all dates.
    """
    if text[-1:] in _HOURS and text[:-1].isdecimal():
        return now - timedelta(hours=int(text[:-1]) * _HOURS[text[-1]])
    try:
        day = date.fromisoformat(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=int(end))


_HOURS: Final = {"d": 24, "h": 1, "w": 168}
"""Hours of each unit of a time ago."""
