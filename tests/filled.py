"""A store filled night by night: a trial whose status changes at one site, and which another site takes away."""

from scraper.store import watch
from scraper.store.database import Database
from scraper.store.tables import Result, Ruling
from tests.build import TRIALX, VEEVA, record
from tests.versions import BIGGER, OPEN, TRIAL, at, comes_to, night, shows

LISTING = "https://www.trialx.com/clinical-trials/listings/1/knee-cells-in-adults/"
LISTED = record(TRIALX.replace("NCT06570291", TRIAL)).source.sha256
SHA256 = record(VEEVA).source.sha256
PLACE = {"file": "veeva.warc.gz", "start": 3000}


def filled(url):
    """A trial on two sites: one shows another status for a night, the other takes it away."""
    with Database(url) as database:
        watch.add(database, [TRIAL, "NCT00000001"], at(1))
        night(database, 1, shows(1, VEEVA), shows(2, TRIALX.replace("NCT06570291", TRIAL), LISTING))
        night(database, 2, shows(2, OPEN.replace("50 ", "800 ")), comes_to(2, Result.GONE, "trialx"))
        night(database, 3, shows(3, VEEVA), comes_to(3, Result.GONE, "trialx"), comes_to(3, Result.ABSENT, "ctgov"))
        night(database, 4, shows(4, BIGGER), ruling=Ruling.QUARANTINED)


def store(databases, monkeypatch):
    """A store with a few nights in it."""
    monkeypatch.setenv("TRIALPAGES_STORE", databases.copy_of(filled))


def empty(database, monkeypatch):
    """A store with nothing in it."""
    monkeypatch.setenv("TRIALPAGES_STORE", database)
    return database
