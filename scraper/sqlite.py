"""What all our files of SQLite have in common: any number of processes may use one at once, from its first moment."""

import sqlite3

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random


def use_wal(connection: sqlite3.Connection) -> None:
    """Turn a file of SQLite to WAL: readers and one writer at once, and a kill loses nothing.

    Where another process writes to a new file, or turns it, in the same moment, both hold the lock that the other waits
    for. SQLite sees that and refuses one of them at once, however long it was told to wait: it tries again.

    Raises:
        sqlite3.Error: the file is damaged, or another process keeps it to itself for a minute.
    """
    for attempt in Retrying(
        retry=retry_if_exception(lambda error: getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY),
        wait=wait_random(0.01, 0.1),
        stop=stop_after_delay(60),
        reraise=True,
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode = WAL").close()
