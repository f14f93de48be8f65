"""What tests of any file may ask for.

The program is imported where it is asked for: the process that hands the tests out to others needs nothing of it, and
they wait for it.
"""

import gc
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

# Whether a test passes depends neither on how fast the computer is nor on chance: the examples are the same each time.
# `pytest --hypothesis-profile=search` looks for others, ten times as many.
settings.register_profile("same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", settings.get_profile("same"), derandomize=False, max_examples=1000)
settings.load_profile("same")


@pytest.fixture
def cli(monkeypatch, capsys):
    """Run a command line in this process; gives exit code, stdout and stderr."""
    from tests.commands import commands

    return commands(monkeypatch, capsys)


@pytest.fixture
def database(databases):
    """The URL of an empty database."""
    return databases.fresh()


KINDS_OF_DATABASE = ("sqlite", "postgresql")


def pytest_addoption(parser):
    parser.addoption("--both-databases", action="store_true", help="Run what is not about SQL on both of them, too.")


def pytest_collection():
    """Collecting makes some hundred thousand objects that stay: the collector of garbage would look through them."""
    gc.disable()


NEW_OBJECTS = 20_000
"""After so many the collector looks at them, Python's own number being 700: a page or a night makes some thousands,
nearly none of them garbage that only a collector finds. It took a thirtieth of the time of nights."""


def pytest_collection_finish():
    """What is loaded by now stays to the end: the collector looks at what the tests make, and at nothing else."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    gc.enable()


def pytest_generate_tests(metafunc):
    """Let tests run on both kinds of database, or on one of them where SQL is not what they are about."""
    if "databases" in metafunc.fixturenames:
        kinds = KINDS_OF_DATABASE
        marked = metafunc.definition.get_closest_marker
        is_about_sql = marked("one_database") is None or marked("both_databases") is not None
        if not is_about_sql and not metafunc.config.getoption("both_databases"):
            kinds = (KINDS_OF_DATABASE[crc32(metafunc.definition.name.encode()) % len(KINDS_OF_DATABASE)],)
        metafunc.parametrize("databases", kinds, indirect=True)


@pytest.fixture
def databases(request):
    """Where a test gets databases: once on SQLite and once on PostgreSQL, or on one of them."""
    databases = request.getfixturevalue(request.param)
    databases.drop()  # not after the test: PostgreSQL waits a tenth of a second for a connection just closed
    return databases


@pytest.fixture
def nights(databases, tmp_path):
    """Begins a team's nights: `nights(1, 2, pace=0.5)` watches two trials that the sites show."""
    from tests.nights import Nights, with_tables

    begun = []

    def begin(*trials, **settings):
        begun.append(Nights(databases.copy_of(with_tables), tmp_path / f"home-{len(begun)}", trials, **settings))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


@pytest.fixture
def well(databases, tmp_path):
    """A team whose two nights were in order."""
    from tests.kept import kept, two_nights

    nights = kept(databases, two_nights, tmp_path)
    yield nights
    nights.close()


@pytest.fixture
def ill(databases, tmp_path):
    """A team that Veeva has changed under, in runs 3 and 4."""
    from tests.kept import kept, quarantined

    nights = kept(databases, quarantined, tmp_path)
    yield nights
    nights.close()


@pytest.fixture(scope="session", autouse=True)
def quick():
    from tests.databases import compiled_once, made_once
    from tests.read_pages import read_once

    with compiled_once(), made_once(), read_once():
        yield


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory):
    """SQLite for the whole run."""
    from tests.databases import Sqlite

    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server for the whole run, started for the first test that asks for it."""
    from tests.databases import Postgresql

    with Postgresql.started() as postgresql:
        yield postgresql
