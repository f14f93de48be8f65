"""The trials of the store: of each one consensus of what its pages show now."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from normalizers.consensus import consensus
from schemas.consensus import Consensus, Observation
from schemas.record import Record
from scraper.sites import REGISTRY, SITES
from scraper.store import current
from scraper.store.database import Database

NEARNESS = (REGISTRY, *(site for site in SITES if site != REGISTRY))


def trials(
    database: Database, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> Iterator[Consensus]:
    """Each trial once, by number; memory does not grow with their number.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: whose pages are looked at; None means all.

    Raises:
        StoreError: the database cannot be read.
    """

    def number(record: Record) -> str:
        return record.trial.nct_id

    for _, records in groupby(current.records(database, nct_ids, sites), key=number):
        yield joined(Observation(record=one, seen_at=one.source.fetched_at) for one in records)


def joined(observations: Iterable[Observation]) -> Consensus:
    """One trial from what its pages show, by how near to the registry their sites are.

    Args:
        observations: of one trial, at most one of each site and layout.
    """
    return consensus(observations, NEARNESS)
