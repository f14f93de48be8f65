"""Dates as the sites write them: `August 1, 2021`, `January 2010`, `21 July 2025`."""

import re

from normalizers.text import fold
from schemas.values import PartialDate

_MONTHS = {
    name: f"{number:02}"
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_ISO = re.compile(r"(?:19|2[01])\d\d(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_WORDS = re.compile(
    r"(?:(?P<day>\d{1,2}) )?(?P<month>[a-z]{3,9})\.?(?: (?P<day_after>\d{1,2}))?,? (?P<year>(?:19|2[01])\d\d)",
    re.ASCII,
)


def partial_date(text: str) -> PartialDate | None:
    """The date, as precise as it is written: a month without a day keeps its precision.

    None where the words are no date, where no such day exists, where the year is before 1900 or after 2199 (a
    typing error, on a trial), and for `03/04/2021`, which is one day in America and another in Europe.
    """
    words = fold(text)
    if _ISO.fullmatch(words) is not None:
        return _existing(words)
    match = _WORDS.fullmatch(words)
    if match is None:
        return None
    day, name, day_after, year = match.groups()
    month = _MONTHS.get(name)
    if month is None or (day is not None and day_after is not None):
        return None
    day = day or day_after
    return _existing(f"{year}-{month}" if day is None else f"{year}-{month}-{day:0>2}")


def _existing(iso: str) -> PartialDate | None:
    try:
        return PartialDate(iso)
    except ValueError:
        return None
