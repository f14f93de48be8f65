"""The views of the store: they show what the program itself goes by."""

import doctest
import re
import shutil
from hashlib import sha256

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from scraper.store import current
from scraper.store.copy import copy
from scraper.store.database import Database
from scraper.store.history import recorded_changes, versions
from scraper.store.migrations import HEAD
from scraper.store.tables import Ruling, Utc
from scraper.store.views import VIEWS, statement
from tests.build import SUMMARY, VEEVA
from tests.documents import ROOT
from tests.histories import REWORDED, prepared, store
from tests.nights import with_tables
from tests.versions import OPEN, TRIAL, at, captured, imported, night, shows, unchanged

store = pytest.fixture(store)
prepared = pytest.fixture(prepared)


def mixed(url):
    """Prepare a store: two sites, a change, a quarantine, and imported pages before, between and after."""
    with Database(url) as database:
        night(database, 2, shows(2, VEEVA), shows(2, SUMMARY))
        night(database, 6, unchanged(database, 6))
        imported(database, 8, captured(1, OPEN), captured(None, REWORDED), captured(4, OPEN, file="a.warc", offset=7))
        night(database, 9, shows(9, OPEN))
        changed = SUMMARY.replace("Not yet recruiting", "Recruiting")
        assert changed != SUMMARY
        night(database, 10, shows(10, changed), ruling=Ruling.QUARANTINED)


def ask(database, query, *moments):
    """The rows of a query; the named columns are moments."""
    types = dict.fromkeys(moments, Utc)
    with database.read_transaction() as connection:
        return [row._asdict() for row in connection.execute(sa.text(query).columns(**types))]


def test_current_records_are_those_of_the_program(prepared):
    store = prepared(mixed)
    rows = ask(store, "SELECT * FROM current_records ORDER BY nct_id, site, layout", "captured_at", "confirmed_at")
    seen = [*current.observations(store)]
    assert len(rows) == 2
    assert [(row["nct_id"], row["site"], row["layout"], row["confirmed_at"]) for row in rows] == [
        (one.record.trial.nct_id, one.record.source.site, one.record.source.layout, one.seen_at) for one in seen
    ]
    readings = ask(store, "SELECT * FROM current_readings ORDER BY nct_id, site, layout", "captured_at")
    assert [row["status"] for row in readings] == [one.record.trial.status for one in seen]


def test_an_imported_page_is_shown_with_its_file(store):
    imported(store, 8, captured(4, OPEN, file="a.warc", offset=7))
    (row,) = ask(store, "SELECT * FROM current_records", "captured_at", "confirmed_at")
    assert (row["file"], row["file_offset"], row["captured_at"], row["confirmed_at"]) == ("a.warc", 7, at(4), at(4))


def test_each_version_of_a_page_is_there_once_with_its_first_and_its_last_observation(prepared):
    store = prepared(mixed)
    rows = ask(
        store,
        f"SELECT * FROM page_versions WHERE nct_id = '{TRIAL}' ORDER BY record_id",  # noqa: S608 - our own number
        "first_observed_at",
        "last_observed_at",
    )
    assert [(row["first_observed_at"], row["last_observed_at"], row["is_current"]) for row in rows] == [
        (None, at(6), 0),
        (at(1), at(9), 1),
    ]
    told = {version.record.trial.status for version in versions(store, TRIAL)}
    assert len(rows) == len(told)


def test_changes_are_those_that_count(prepared):
    store = prepared(mixed)
    rows = ask(store, "SELECT nct_id, field, seen_at, anomaly FROM effective_changes", "seen_at")
    assert [tuple(row.values()) for row in rows] == [
        (one.nct_id, one.field, one.seen_at, one.anomaly) for one in recorded_changes(store)
    ]
    assert len(rows) == 1


def test_a_store_that_is_copied_has_its_views(prepared, databases):
    source = prepared(mixed)
    with Database(databases.copy_of(with_tables)) as target:
        copy(source, target)
        for view in VIEWS:
            query = f"SELECT count(*) FROM {view.name}"  # noqa: S608 - our own name
            assert ask(target, query) == ask(source, query)


def test_views_are_made_anew_by_an_upgrade(database):
    Database(database).close()
    with Database(database) as store, store.write_transaction() as connection:
        connection.exec_driver_sql("DROP VIEW current_records")
        connection.exec_driver_sql("CREATE VIEW current_records AS SELECT nct_id AS old FROM readings")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
        connection.exec_driver_sql("DROP INDEX ix_readings_sha256")
        for view in VIEWS:
            connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")
        connection.exec_driver_sql("DROP INDEX ix_pages_reading_id_observed_at")
        connection.exec_driver_sql("CREATE INDEX ix_pages_reading_id ON pages (reading_id)")
        for table, column in (("readings", "observed_at"), ("readings", "file"), ("readings", "file_offset")):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.exec_driver_sql("ALTER TABLE pages DROP COLUMN observed_at")
        connection.exec_driver_sql("CREATE VIEW current_records AS SELECT nct_id AS old FROM readings")
    with Database(database) as store:
        assert ask(store, "SELECT record FROM current_records") == []


VIEWS_OF = {"0003": "5c05f7fcedcb5a02"}
"""By version of the tables: the hash of the views' queries. They are made at an upgrade, so that a view that changes
needs a new version, or stores that are there would keep the old one."""


def test_whoever_changes_a_view_makes_a_migration():
    written = "".join(statement(view, dialect.dialect()) for view in VIEWS for dialect in (sqlite, postgresql))
    digest = sha256(re.sub(r"\s+", " ", written).encode()).hexdigest()[:16]
    assert {HEAD: digest} == VIEWS_OF


GUIDE = (ROOT / "docs" / "store.md").read_text(encoding="utf-8")


def examples(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_guide_can_be_asked(prepared):
    store = prepared(mixed)
    other = "-- postgresql alone" if store.is_sqlite else "-- sqlite alone"
    asked = [example for example in examples("sql") if not example.startswith(other)]
    assert len(asked) >= 5
    for example in asked:
        assert ask(store, example), example


def test_the_programs_of_the_guide_print_what_it_says(sqlite, tmp_path, monkeypatch, capsys):
    sqlite.drop()
    shutil.copy(str(sa.make_url(sqlite.copy_of(mixed)).database), tmp_path / "store.sqlite3")
    monkeypatch.chdir(tmp_path)
    found = doctest.DocTestParser().get_doctest("".join(examples("pycon")), {}, "docs/store.md", None, 0)
    assert len(found.examples) >= 3
    assert doctest.DocTestRunner().run(found).failed == 0, capsys.readouterr().out
