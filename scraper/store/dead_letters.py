"""Dead letters: what failed, with the page, an advice, and the traceback of internal errors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from scraper.errors import InternalError, PageError, TrialPagesError
from scraper.internal_errors import shortened, storable
from scraper.masking import masked
from scraper.store.tables import FAILURES

_LONGEST: Final = 4_000
"""Characters of each part of a dead letter: some servers' addresses and words have no end."""


class Failure(NamedTuple):
    """What failed at a page, and what a person can do about it."""

    url: str | None
    layout: str | None
    error: str
    message: str
    advice: str
    refused: bool
    """The page arrived and was not understood."""
    traceback: str | None = None
    """Of an internal error."""

    @classmethod
    def of(cls, error: TrialPagesError, url: str | None, layout: str | None, advice: str) -> "Failure":
        """The failure that an error stands for."""
        kind, traceback = type(error).__name__, None
        if isinstance(error, InternalError):
            kind, traceback = error.kind, error.traceback
        refused = isinstance(error, PageError)
        url = None if url is None else masked(url)
        return cls(url, layout, kind, str(error), advice, refused=refused, traceback=traceback)


class DeadLetter(NamedTuple):
    """A failure, and the trial and site that it concerns."""

    nct_id: str | None
    """None where it concerns no single trial."""
    site: str | None
    """None where it concerns all sites."""
    failure: Failure


def save_dead_letters(connection: sa.Connection, run_id: int, at: datetime, letters: Sequence[DeadLetter]) -> None:
    """Save the dead letters of a run."""
    if letters:
        connection.execute(
            FAILURES.insert(),
            [
                {"run_id": run_id, "nct_id": nct_id, "site": site, "at": at, **_storable(failure)}
                for nct_id, site, failure in letters
            ],
        )


def _storable(failure: Failure) -> dict[str, object]:
    """A failure as every database takes it: what it quotes comes from pages, servers and exceptions."""
    return {
        name: storable(shortened(value, _LONGEST)) if isinstance(value, str) and name != "traceback" else value
        for name, value in failure._asdict().items()
    }
