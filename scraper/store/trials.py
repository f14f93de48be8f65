"""The trials of the store: of each one consensus of what its pages show now."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

import sqlalchemy as sa

from normalizers.consensus import consensus
from schemas.consensus import Consensus, Observation
from scraper.sites import ORIGINS
from scraper.store import current
from scraper.store.database import Database
from scraper.store.effective import current_readings
from scraper.store.tables import READINGS


def trials(
    database: Database,
    nct_ids: Sequence[str] | None = None,
    sites: Sequence[str] | None = None,
    failed: Callable[[str, Exception], None] | None = None,
) -> Iterator[Consensus]:
    """Each trial once, by number; memory does not grow with their number.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: whose pages are looked at; None means all.
        failed: is told of a trial of which no consensus could be made, and why, and the others follow; None means that
            the error ends all.

    Raises:
        StoreError: the database cannot be read.
    """

    def number(observation: Observation) -> str:
        return observation.record.trial.nct_id

    for nct_id, observations in groupby(current.observations(database, nct_ids, sites), key=number):
        several = list(observations)
        try:
            trial = joined(several)
        except Exception as error:
            if failed is None:
                raise
            failed(nct_id, error)
        else:
            yield trial


def joined(observations: Iterable[Observation]) -> Consensus:
    """One trial from what its pages show, by how near to the registry their sites are.

    Args:
        observations: of one trial, at most one of each site and layout.
    """
    return consensus(observations, ORIGINS)


def number_of(database: Database, level: Literal["trial", "page"]) -> int:
    """How many trials, or pages of them, have a current record.

    Args:
        database: the store's.
        level: what is counted.

    Raises:
        StoreError: the database cannot be read.
    """
    counted = sa.func.count(READINGS.c.nct_id.distinct() if level == "trial" else READINGS.c.id)
    with database.read_transaction() as connection:
        return connection.execute(sa.select(counted).where(READINGS.c.id.in_(current_readings()))).scalar_one()
