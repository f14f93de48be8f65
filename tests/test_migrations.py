"""The store's tables: the migrations make them, whole or not at all, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from scraper.errors import TrialPagesError
from scraper.store.database import Database, StoreError
from scraper.store.migrations import HEAD, config, upgrade
from scraper.store.tables import METADATA
from tests.nights import with_tables


@pytest.fixture(autouse=True)
def as_ever(monkeypatch):
    """Migrations run, whatever other tests put in their place."""
    monkeypatch.setattr("scraper.store.migrations.upgrade", upgrade)


@pytest.fixture
def made(databases):
    """The URL of a database with the store's tables."""
    return databases.copy_of(with_tables)


def tables(url):
    engine = sa.create_engine(url)
    names = sa.inspect(engine).get_table_names()
    engine.dispose()
    return sorted(names)


def run(url, *statements):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def test_the_migrations_make_the_tables_of_today_and_nothing_else(database):
    with Database(database) as store, store.read_transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []


def test_unique_constraints_are_those_of_the_tables(made):
    """Alembic compares them not on every database."""
    with Database(made) as store, store.read_transaction() as connection:
        found = {
            (name, tuple(constraint["column_names"]))
            for name in METADATA.tables
            for constraint in sa.inspect(connection).get_unique_constraints(name)
        }
    assert found == {
        ("pages", ("file", "start", "nct_id", "site")),
        ("records", ("nct_id", "site", "layout", "content_hash")),
        ("visits", ("run_id", "nct_id", "site")),
    }


def test_the_newest_migration_is_the_one_that_the_program_needs():
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_a_store_that_is_there_is_opened_as_it_is(made):
    run(made, "INSERT INTO watch (at, nct_id, wanted, priority) VALUES ('2026-11-01', 'NCT04000001', true, 3)")
    with Database(made) as store, store.read_transaction() as connection:
        assert connection.execute(sa.text("SELECT nct_id, priority FROM watch")).all() == [("NCT04000001", 3)]


def test_tables_of_a_newer_program_are_left_alone(made):
    run(made, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(TrialPagesError) as caught:
        Database(made)
    assert (str(caught.value), caught.value.exit_code) == (
        f"the store is of version 0999, which a newer trialpages made; this one knows {HEAD}: upgrade it",
        1,
    )


def test_a_migration_that_fails_leaves_nothing(database, monkeypatch):
    execute = sa.Connection.execute

    def fail_at_the_end(connection, statement, *rest, **more):
        if "INSERT INTO lease" in str(statement):
            raise sa.exc.OperationalError("INSERT", {}, OSError("the disk is full"))
        return execute(connection, statement, *rest, **more)

    monkeypatch.setattr(sa.Connection, "execute", fail_at_the_end)
    with pytest.raises(StoreError, match="the disk is full"):
        Database(database)
    monkeypatch.undo()
    if database.startswith("sqlite"):
        assert list(Path(sa.make_url(database).database).parent.iterdir()) == []
    else:
        assert tables(database) == []
    Database(database).close()
    assert tables(database) == sorted([*METADATA.tables, "alembic_version"])


def test_who_comes_while_another_makes_the_tables_finds_them_made(made, monkeypatch):
    told = iter([None, HEAD])  # before its turn, and in its turn
    monkeypatch.setattr("scraper.store.database._version", lambda _: next(told))
    monkeypatch.setattr("scraper.store.migrations.upgrade", lambda *_: pytest.fail("they are made twice"))
    Database(made).close()
    assert [*told] == []


def test_several_who_come_first_at_once_make_one_store(database):
    comers = 16
    start = threading.Barrier(comers)

    def come(_):
        start.wait()
        Database(database).close()

    with ThreadPoolExecutor(comers) as threads:
        list(threads.map(come, range(comers)))
    with Database(database) as store, store.read_transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM lease")).scalar_one() == 1
