"""Trials and records as exports get them, made without a store."""

from datetime import UTC, datetime

from normalizers.consensus import consensus
from schemas.consensus import Observation
from schemas.record import Record
from scraper.exports.export import Export
from scraper.sites import ORIGINS
from scraper.store.history import RecordedChange

NUMBER = "NCT05160831"
SEEN = datetime(2026, 11, 1, 3, tzinfo=UTC)


def record(number=NUMBER, site="veeva", layout="study", **trial):
    """A record of a page that shows these values."""
    return Record.model_validate(
        {
            "trial": {"nct_id": number, **trial},
            "source": {
                "site": site,
                "layout": layout,
                "url": f"https://example.org/{number}",
                "fetched_at": SEEN,
                "sha256": "0" * 64,
                "package_version": "0.1.0",
            },
            "issues": [],
            "evidence": {},
        }
    )


def trial(*records):
    """The consensus of records of one trial."""
    return consensus([Observation(record=one, seen_at=SEEN) for one in records], ORIGINS)


def change(field, old, new, number=NUMBER):
    """A change as the store's history tells it."""
    return RecordedChange(number, field, old, new, SEEN, "veeva", "study", "page", None)


def export(*entries, **options):
    """What a writer is given; what it tells is in `told`."""
    told = []
    work = Export(iter(entries), tell=told.append, **options)
    work.told = told
    return work
