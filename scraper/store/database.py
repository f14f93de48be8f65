"""The store's database: SQLite in the home folder, or PostgreSQL by its URL; its tables are brought up to date."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, StatementError

from scraper import permissions
from scraper.errors import Fatal, TrialPagesError
from scraper.masking import masked_address, without_passwords_of
from scraper.sqlite import can_write, copied, make, narrow, open_to_read, use_wal, why_lost
from scraper.store.json import dumps
from scraper.store.migrations import HEAD

_WRITES: Final = "trialpages_writes"
"""The execution option of connections that write."""

_MIGRATING: Final = 7215001
"""The PostgreSQL advisory lock under which tables are made: an arbitrary number, the same in every version."""

_MAKING: Final = threading.Lock()

_PATIENCE: Final = 60
"""Seconds to wait while another process holds SQLite's lock: a copy of a large store takes that long."""


_OF_VALUES: Final = frozenset({"22", "23", "54"})
"""The classes of PostgreSQL's error codes that blame a value: data, constraints, program limits (such as the size of an
index's row)."""


class StoreError(Fatal, TrialPagesError):
    """The store cannot be opened, read or written."""


class BadValue(TrialPagesError):
    """The store works, and refuses a value."""


class WrongAddress(StoreError):
    """The setting is no address of a database."""

    exit_code = 2


class Database:
    """Connections to the store's database; any number of processes may use it at once.

    Args:
        url: a SQLAlchemy URL, of SQLite or of PostgreSQL with psycopg.
        told_as: where the URL was given, for error messages; the URL itself may hold a password.
        read_only: whether nothing is to be changed: then a missing file is not made, and a file without write
            permission can be read.

    Raises:
        StoreError: there is no such database, it is damaged, or its tables are of a newer version of the program.
    """

    def __init__(self, url: str, *, told_as: str = "the setting store", read_only: bool = False) -> None:
        try:
            self._url = sa.make_url(url)
            if self._url.get_backend_name() not in {"sqlite", "postgresql"}:
                raise WrongAddress(f"the store is SQLite or PostgreSQL, not {self._url.get_backend_name()}")
            if "@" in (self._url.host or ""):  # what follows the first @ would appear in messages as the host's name
                raise WrongAddress(f"{told_as} is no address of a database: write an @ in its password as %40")
            if self.is_sqlite and (self._url.database or ":memory:") == ":memory:":
                raise WrongAddress(f"{told_as} names no file: in memory alone nothing would be kept")
            with self._telling():
                self._engine = _opened(self._url, read_only=read_only)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
            raise _wrong_address(told_as, url, error) from None
        self._writer = self._engine.execution_options(**{_WRITES: True})
        # Who waits for a lock of SQLite sleeps and looks again; threads of one process had better queue.
        self._turn: AbstractContextManager[object] = threading.Lock() if self.is_sqlite else nullcontext()
        try:
            with self._telling():
                self._migrate()
        except (ValueError, TypeError) as error:  # what it asks for beyond the name shows when it is connected to
            self.close()
            raise _wrong_address(told_as, url, error) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The database's address without its passwords."""
        return masked_address(self._url.render_as_string(hide_password=True))

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self._url.get_backend_name() == "sqlite"

    def is_in(self, path: Path) -> bool:
        """Whether it is the file at a path."""
        try:
            return self.is_sqlite and path.samefile(self._url.database or "")
        except OSError:  # one of them is not there
            return False

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def read_transaction(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database, and changes nothing.

        Raises:
            StoreError: the database cannot be read.
        """
        with self._telling(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write_transaction(self) -> Iterator[sa.Connection]:
        """A connection whose changes are all made when the block ends, or none of them.

        Raises:
            StoreError: the database cannot be written.
            BadValue: it does not take a value.
        """
        with self._telling(), self._turn, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn every error of the database into one line that names the database."""
        try:
            yield
        except DBAPIError as error:
            cause = error.orig or error
            if _blames_a_value(error):
                raise BadValue(f"the store {self.name} does not take a value: {_first_line(cause)}") from error
            remedy = ""
            if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
                remedy = "; put a backup in its place, or delete it to begin anew"
            said = _first_line(cause)
            why = without_passwords_of(self._url.render_as_string(hide_password=False), said)
            # Where the message held a password, the traceback holds it, too, and is left out.
            told = StoreError(f"the store {self.name} cannot be used: {why}{remedy}")
            raise told from (error if why == said else None)
        except StatementError as error:  # before the database saw it
            words = _first_line(error.orig or error)
            raise BadValue(f"the store {self.name} does not take a value: {words}") from error

    def _migrate(self) -> None:
        """Make the tables, or bring them up to date."""
        with self._engine.connect() as connection:
            if _version(connection) == HEAD:
                return
        with self.write_transaction() as connection:
            if not self.is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
            version = _version(connection)  # another process may have been faster
            if version != HEAD:
                _upgrade(connection, version)


def _upgrade(connection: sa.Connection, version: str | None) -> None:
    from scraper.store.migrations import upgrade  # noqa: PLC0415 - Alembic is slow to load, and seldom needed

    upgrade(connection, version)


def _wrong_address(told_as: str, url: str, error: Exception) -> WrongAddress:
    return WrongAddress(
        f"{told_as} is no address of a database; it reads sqlite:////folder/store.sqlite3"
        f" or postgresql+psycopg://user@host/name ({without_passwords_of(url, _first_line(error))})"
    )


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        # A crash of the server may lose the last moments, never the order: they are fetched, or read from the
        # archive, once more. To wait for the disk at every page would buy nothing else.
        options = "-c synchronous_commit=off -c timezone=UTC"
        if "options" in url.query:  # as of a search_path; it is the last word that counts
            options = " ".join([options, *url.normalized_query["options"]])
        return sa.create_engine(
            url,
            json_serializer=dumps,
            hide_parameters=True,  # what is written may be personal, and has no end
            pool_pre_ping=True,
            use_native_hstore=False,  # there is none in our tables, and each first connection would look for it
            connect_args={"connect_timeout": 10, "options": options},
        )
    engine = sa.create_engine(url, json_serializer=dumps, hide_parameters=True, connect_args={"timeout": _PATIENCE})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # `begin` below says what is to happen, the driver does not guess
        use_wal(connection)
        # A power cut may lose the last moments, never the order; see above.
        connection.execute("PRAGMA synchronous = NORMAL").close()
        connection.execute("PRAGMA foreign_keys = ON").close()

    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    # Who reads first and writes later in one transaction is refused if another wrote in between.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _opened(url: sa.URL, *, read_only: bool) -> sa.Engine:
    """An engine; SQLite's file is made with its tables, or read as it is.

    Raises:
        StoreError: the file was cut off, or its folder cannot be made.
    """
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not path.name or "uri" in url.query:
        return _engine(url)
    why = why_lost(path)
    if why is not None:
        raise StoreError(f"the store {path} {why}; put a backup in its place, or delete what is left to begin anew")
    if read_only and not path.exists():
        return _read_only_engine(None)
    if read_only and not can_write(path):
        return _read_only_engine(path)
    try:
        permissions.make_home(path.parent)
        if not path.exists():
            make(path, lambda new: _fill(url.set(database=str(new))))
        narrow(path)
    except OSError as error:
        raise StoreError(f"the store {path} cannot be made: {error.strerror or error}") from error
    return _engine(url)


def _fill(url: sa.URL) -> None:
    """Make the tables of a new file."""
    engine = _engine(url)
    try:
        # Alembic knows one migration at a time; another process makes a file of its own, and the first one's counts.
        with _MAKING, engine.execution_options(**{_WRITES: True}).begin() as connection:
            _upgrade(connection, None)
    finally:
        engine.dispose()


def _read_only_engine(path: Path | None) -> sa.Engine:
    """An engine over a file that cannot be written; over a copy where its tables are old; over nothing for None."""

    def over(connect: Callable[[], sqlite3.Connection], pool: type[sa.Pool]) -> sa.Engine:
        engine = sa.create_engine(
            "sqlite://", json_serializer=dumps, hide_parameters=True, creator=connect, poolclass=pool
        )

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None

        sa.event.listen(engine, "begin", _begin)
        return engine

    if path is None:
        return over(lambda: sqlite3.connect("", check_same_thread=False), sa.StaticPool)
    engine = over(lambda: open_to_read(path), sa.QueuePool)
    with engine.connect() as connection:
        if _version(connection) == HEAD:
            return engine
    engine.dispose()
    with closing(open_to_read(path)) as source:
        copy = copied(source)
    return over(lambda: copy, sa.StaticPool)


def _version(connection: sa.Connection) -> str | None:
    """The version of the tables, or None where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _blames_a_value(error: DBAPIError) -> bool:
    """Whether what was to be written is at fault, and not the database."""
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return code[:2] in _OF_VALUES
    return isinstance(error, DataError | IntegrityError)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
