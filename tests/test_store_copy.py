"""The store from one database to another."""

import pytest
import sqlalchemy as sa

from scraper.store.copy import copy
from scraper.store.database import Database, StoreError
from scraper.store.lease import Lease
from scraper.store.tables import METADATA
from tests.kept import TRIALS, command_line, failed, kept
from tests.nights import Nights


@pytest.fixture
def ill(databases, tmp_path):
    """A store in which every table has rows."""
    nights = kept(databases, failed, tmp_path)
    yield nights
    nights.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request):
    """The URL of another database, of either kind."""
    return request.getfixturevalue(request.param).fresh()


def everything(database):
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in METADATA.sorted_tables
            if table.name != "lease"
        }


def test_everything_is_copied_between_all_kinds(ill, other):
    steps = []
    with Database(other) as target:
        copied = copy(ill.database, target, steps.append)
        assert everything(target) == everything(ill.database)
    assert all(copied.values())
    assert copied["watch"] == 8
    assert sum(steps) == sum(copied.values())


def test_nights_go_on_in_the_copy(ill, other):
    with Database(other) as target:
        copy(ill.database, target)
    there = Nights(other, ill.settings.home, TRIALS)
    there.time.at = ill.time.at
    report = there.night(everything=True)
    assert (report.run, report.trials.visited) == (4, 8)
    there.close()


def test_a_target_that_is_not_empty_is_refused(ill, other):
    with Database(other) as target:
        copy(ill.database, target)
        before = everything(target)
        with pytest.raises(StoreError, match=r"is not empty: it has .*3 runs"):
            copy(ill.database, target)
        assert everything(target) == before


def test_a_store_is_not_copied_to_itself(ill):
    with pytest.raises(StoreError, match="is the store in force: it cannot be copied to itself"):
        copy(ill.database, ill.database)


def test_a_copy_that_breaks_off_leaves_nothing(ill, other):
    def stop(_):
        raise KeyboardInterrupt

    with Database(other) as target:
        with pytest.raises(KeyboardInterrupt):
            copy(ill.database, target, stop)
        assert not any(everything(target).values())


def test_rows_that_do_not_arrive_are_told(ill, other):
    with Database(other) as target:
        with target.writing() as connection:
            if target.is_sqlite:
                connection.exec_driver_sql(
                    "CREATE TRIGGER lose BEFORE INSERT ON failures BEGIN SELECT RAISE(IGNORE); END"
                )
            else:
                connection.exec_driver_sql("CREATE RULE lose AS ON INSERT TO failures DO INSTEAD NOTHING")
        with pytest.raises(StoreError, match=r"the copy has .*, 0 failures.*: nothing was copied"):
            copy(ill.database, target)
        assert not any(everything(target).values())


@pytest.fixture
def cli(monkeypatch, capsys, ill):
    return command_line(monkeypatch, capsys, ill.settings.store, ill.settings.home, ill.time)


def test_the_command_prints_how_many_rows_it_copied(cli, other):
    code, out, err = cli("store", "copy", "--to", other)
    assert code == 0
    rows = dict(line.split() for line in out.splitlines())
    assert (rows["table"], rows["runs"], rows["reports"], rows["watch"]) == ("rows", "3", "3", "8")
    with Database(other) as target:
        assert err.endswith(f" rows copied to {target.name}\n")


def test_the_command_refuses_a_store_in_use(cli, ill, other):
    with Lease(ill.database, ill.time, 60).held():
        code, out, err = cli("store", "copy", "--to", other)
    assert (code, out) == (1, "")
    assert err.startswith("error: another run is under way")


def test_the_command_refuses_what_is_no_address(cli):
    code, _, err = cli("store", "copy", "--to", "elsewhere")
    assert code == 2
    assert err.startswith("error: the setting store is no address of a database")
