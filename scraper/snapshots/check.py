"""Compare what a case's page gives now with what it must give."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from scraper.cases import LARGEST, Case, Json
from scraper.snapshots.comparing import Row, compared, listed
from scraper.snapshots.outcome import outcome


class Checked(NamedTuple):
    """What became of one form of a case's page."""

    form: str
    """The name of the file."""
    rows: tuple[Row, ...]
    """What differs; empty where all is as expected."""
    now: Json
    """What it gives."""


NOTHING_EXPECTED: Final = Row("case", "nothing: nobody has said yet what the page must give", "", "")


def check(case: Case) -> list[Checked]:
    """Compare each form of a case's page with the case's expectation.

    Raises:
        ValueError: the expectation cannot be read; the message is one line.
        OSError: a file cannot be read.
    """
    expected = case.expected()
    found = []
    for place in case.inputs:
        now = outcome(case, place)
        rows = [NOTHING_EXPECTED] if expected is None else compared(expected, now, is_first=place == case.inputs[0])
        found.append(Checked(place.name, tuple(rows), now))
    if (size := size_of(case)) > LARGEST:
        row = Row("size of the case", f"at most {LARGEST:,} bytes", f"{size:,} bytes", "")
        found[0] = found[0]._replace(rows=(*found[0].rows, row))
    return found


def size_of(case: Case) -> int:
    """Bytes of all files of a case."""
    return sum(path.stat().st_size for path in case.folder.iterdir() if path.is_file())


def everything(found: Iterable[Checked]) -> list[Row]:
    """All that a case's page gives, field by field; of several forms the one that stands for the case."""
    return next(([*one.rows, *listed(one.now)] if one.rows else listed(one.now) for one in found), [])
