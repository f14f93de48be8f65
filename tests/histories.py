"""Stores in which a trial has a history."""

from scraper.field_rules import field_path
from scraper.provenance import explain
from scraper.store.database import Database
from scraper.store.history import versions
from scraper.store.tables import Ruling
from tests.build import VEEVA
from tests.nights import with_tables
from tests.versions import BIGGER, OPEN, TRIAL, night, shows, unchanged

REWORDED = VEEVA.replace("ClinicalTrials.Veeva\n", "ClinicalTrials.Veeva!\n")
"""Other bytes that say the same."""


def back_and_forth(url):
    """The status is another for a night; then the page is as it was, and is seen once more."""
    with Database(url) as database:
        night(database, 1, shows(1, VEEVA))
        night(database, 2, shows(2, OPEN))
        night(database, 3, shows(3, VEEVA))
        night(database, 4, unchanged(database, 4))


def quarantined(url):
    """The drift guard does not believe the second night."""
    with Database(url) as database:
        night(database, 1, shows(1, VEEVA))
        night(database, 2, shows(2, BIGGER), ruling=Ruling.QUARANTINED)


def store(databases):
    with Database(databases.copy_of(with_tables)) as opened:
        yield opened


def prepared(databases):
    """Opens a copy of a prepared store."""
    opened = []

    def prepare(what):
        opened.append(Database(databases.copy_of(what)))
        return opened[-1]

    yield prepare
    for database in opened:
        database.close()


def explained(store, field, *sites):
    return explain(versions(store, TRIAL, sites), field_path(field))
