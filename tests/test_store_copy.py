"""The store from one database to another."""

import pytest
import sqlalchemy as sa

from scraper.store import watch
from scraper.store.copy import copy
from scraper.store.database import Database, StoreError
from scraper.store.lease import Lease
from scraper.store.tables import METADATA, Result
from tests.build import VEEVA
from tests.databases import Postgresql
from tests.kept import command_line
from tests.nights import DAY, Nights, Time, with_tables
from tests.versions import TRIAL, at, comes_to, night, shows


def two_versions(url):
    """Fill a store: every table has rows but the lease's."""
    with Database(url) as database:
        watch.add(database, [TRIAL], at(1))
        night(database, 1, shows(1, VEEVA))
        others = (comes_to(2, Result.FAILED, "ctgov"), comes_to(2, Result.GONE, "trialx"))
        night(database, 2, shows(2, VEEVA.replace("\nUnknown\n", "\nEnrolling\n")), *others)


@pytest.fixture
def store(databases):
    """A store in which every table has rows."""
    with Database(databases.copy_of(two_versions)) as opened:
        yield opened


def another(databases, request):
    return request.getfixturevalue("sqlite" if isinstance(databases, Postgresql) else "postgresql")


@pytest.fixture
def other(databases, request):
    """The URL of an empty database of the other kind."""
    return another(databases, request).fresh()


@pytest.fixture
def target(databases, request):
    """Another store without rows, of the other kind."""
    with Database(another(databases, request).copy_of(with_tables)) as opened:
        yield opened


def everything(database):
    with database.read_transaction() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in METADATA.sorted_tables
            if table.name != "lease"
        }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everything_is_copied_between_all_kinds(store, kind, request):
    steps = []
    with Database(request.getfixturevalue(kind).copy_of(with_tables)) as target:
        copied = copy(store, target, steps.append)
        assert everything(target) == everything(store)
    assert all(copied.values())
    assert (copied["watch"], copied["runs"], copied["readings"]) == (1, 2, 2)
    assert sum(steps) == sum(copied.values())


def test_nights_go_on_in_the_copy(databases, other, tmp_path):
    nights = Nights(databases.copy_of(with_tables), tmp_path, [1])
    nights.night()
    with Database(other) as target:
        copy(nights.database, target)
    nights.close()
    there = Nights(other, tmp_path, [1])
    there.time.at += DAY
    report = there.night(everything=True)
    there.close()
    assert (report.run, report.trials.visited, report.trials.unchanged) == (2, 1, 1)


def test_a_target_that_is_not_empty_is_refused(store, target):
    copy(store, target)
    before = everything(target)
    with pytest.raises(StoreError, match=r"is not empty: it has .*2 runs"):
        copy(store, target)
    assert everything(target) == before


def test_a_store_is_not_copied_to_itself(store):
    with pytest.raises(StoreError, match="is the store in force: it cannot be copied to itself"):
        copy(store, store)


def test_a_copy_that_breaks_off_leaves_nothing(store, target):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(store, target, stop)
    assert not any(everything(target).values())


def test_rows_that_do_not_arrive_are_told(store, target):
    with target.write_transaction() as connection:
        if target.is_sqlite:
            connection.exec_driver_sql("CREATE TRIGGER lose BEFORE INSERT ON failures BEGIN SELECT RAISE(IGNORE); END")
        else:
            connection.exec_driver_sql("CREATE RULE lose AS ON INSERT TO failures DO INSTEAD NOTHING")
    with pytest.raises(StoreError, match=r"the copy has .*, 0 failures.*: nothing was copied"):
        copy(store, target)
    assert not any(everything(target).values())


@pytest.fixture
def url(databases):
    """The address of a store in which every table has rows."""
    return databases.copy_of(two_versions)


@pytest.fixture
def cli(monkeypatch, capsys, url, tmp_path):
    return command_line(monkeypatch, capsys, url, tmp_path)


def test_the_command_prints_how_many_rows_it_copied(cli, other):
    code, out, err = cli("store", "copy", "--to", other)
    assert code == 0
    rows = dict(line.split() for line in out.splitlines())
    assert (rows["table"], rows["runs"], rows["reports"], rows["watch"]) == ("rows", "2", "2", "1")
    with Database(other) as target:
        assert err.endswith(f" rows copied to {target.name}\n")


def test_the_command_refuses_a_store_in_use(cli, url, tmp_path):
    with Database(url) as database, Lease(database, Time(), 60).held():
        code, out, err = cli("store", "copy", "--to", f"sqlite:///{tmp_path}/other.sqlite3")
    assert (code, out) == (1, "")
    assert err.startswith("error: another run is under way")


def test_the_command_refuses_what_is_no_address(cli):
    code, _, err = cli("store", "copy", "--to", "elsewhere")
    assert code == 2
    assert err.startswith("error: --to is no address of a database")
