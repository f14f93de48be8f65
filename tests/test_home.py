"""The home: readable by its owner alone, readable where it cannot be written, and never begun anew over a loss."""

import os
import shutil
import sqlite3
import stat
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from platformdirs import user_data_path

from scraper import sqlite
from scraper.discovery.index import PageIndex
from scraper.errors import TrialPagesError
from scraper.settings import Settings
from scraper.store import watch
from scraper.store.database import Database, StoreError
from scraper.store.tables import METADATA
from tests.archives import NOON, archive, exchange, tree
from tests.commands import own_home, set_home
from tests.nights import number, one_night

TRIAL = number(1)
own_home = pytest.fixture(autouse=True)(own_home)


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o277])
def test_all_that_is_made_is_for_its_owner_alone_whatever_the_umask(mask, tmp_path):
    home = tmp_path / "made" / "home"
    (tmp_path / "made").mkdir()
    with (
        umask(mask),
        Database(f"sqlite:///{home / 'store.sqlite3'}") as store,
        PageIndex(home / "index.sqlite3") as index,
        archive(home / "archive") as kept,
    ):
        watch.add(store, [TRIAL], NOON)
        index.retain("veeva", [])
        kept.append(exchange())
        found = rights(home)
        assert {name for name in found if name.endswith(("-wal", "-shm"))} >= {"store.sqlite3-wal", "store.sqlite3-shm"}
    found.update(rights(home))
    assert "catalogue.sqlite3.sha256" in found
    assert {name: oct(mode) for name, mode in found.items()} == {
        name: oct(0o700 if name in {"home", "archive"} else 0o600) for name in found
    }


def test_what_an_older_version_left_open_to_others_is_narrowed(tmp_path):
    home = tmp_path / "home"

    def use():
        with (
            Database(f"sqlite:///{home / 'store.sqlite3'}"),
            PageIndex(home / "index.sqlite3"),
            archive(home / "archive") as kept,
        ):
            kept.append(exchange())

    use()
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    use()
    assert {mode & 0o077 for mode in rights(home).values()} == {0}


def test_a_folder_that_others_use_as_well_keeps_its_rights(tmp_path):
    home = tmp_path / "shared"
    home.mkdir()
    (home / "somebody's").touch()
    for path in (home, home / "somebody's"):
        path.chmod(0o755)
    Database(f"sqlite:///{home / 'store.sqlite3'}").close()
    assert rights(home) == {"shared": 0o755, "somebody's": 0o755, "store.sqlite3": 0o600}


def test_a_folder_that_stands_where_a_file_should_keeps_its_rights(tmp_path):
    for kind, opened in (("store", lambda path: Database(f"sqlite:///{path}")), ("index", PageIndex)):
        folder = tmp_path / kind
        folder.mkdir()
        folder.chmod(0o755)
        with pytest.raises((TrialPagesError, OSError, sqlite3.Error)):
            opened(folder)
        assert rights(folder) == {kind: 0o755}


def test_an_archive_in_a_folder_that_others_use_leaves_its_rights(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "somebody's").touch()
    folder.chmod(0o755)
    with archive(folder) as kept:
        kept.append(exchange())
    assert rights(folder)["shared"] == 0o755


@pytest.fixture(scope="module")
def after_a_night(tmp_path_factory):
    """A home with a store and an archive."""
    home = tmp_path_factory.mktemp("night") / "home"
    one_night(f"sqlite:///{home / 'store.sqlite3'}")
    with archive(home / "archive") as kept:
        kept.append(exchange())
    return home


@pytest.fixture
def unwritable(after_a_night, tmp_path, monkeypatch):
    """A home with a store and an archive, which cannot be written."""
    home = Path(shutil.copytree(after_a_night, tmp_path / "home"))
    forbid_writing(monkeypatch)
    return home


def forbid_writing(monkeypatch):
    """Tests may run as root, whom no rights bind: so the system says no, and the home is compared afterwards."""
    really = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **more: mode != os.W_OK and really(path, mode, **more))


READING = [
    ("show",),
    ("show", TRIAL, "--format", "table"),
    ("history", TRIAL),
    ("changes",),
    ("explain", TRIAL, "status"),
    ("runs",),
    ("runs", "show", "1"),
    ("health",),
    ("watch", "list"),
    ("archive", "list"),
    ("archive", "show", "https://ctv.veeva.com/study/a"),
    ("archive", "check"),
    ("reextract", "--dry-run"),
    ("store", "prune", "--before", "2026-01-01", "--dry-run"),
    ("store", "forget", TRIAL, "--dry-run"),
    ("config",),
]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_home_that_cannot_be_written_can_be_read(command, unwritable, monkeypatch, cli):
    seen = tree(unwritable)
    answer = cli(*command)
    assert tree(unwritable) == seen
    monkeypatch.undo()
    monkeypatch.setenv("TRIALPAGES_HOME", str(unwritable))
    assert answer == cli(*command)
    assert answer[0] in {0, 1}
    assert "cannot be used" not in answer[2]


@pytest.mark.parametrize("journals", [("-wal", "-shm"), ("-wal",)])
def test_what_a_killed_run_wrote_last_is_read_where_nothing_can_be_written(journals, tmp_path, monkeypatch):
    living, path = tmp_path / "living.sqlite3", tmp_path / "home" / "store.sqlite3"
    path.parent.mkdir()
    with Database(f"sqlite:///{living}") as store:
        watch.add(store, [TRIAL], NOON)
        shutil.copy(living, path)
        for suffix in journals:
            shutil.copy(f"{living}{suffix}", f"{path}{suffix}")
    forbid_writing(monkeypatch)
    seen = tree(path.parent)
    with Database(f"sqlite:///{path}", read_only=True) as store, store.read_transaction() as connection:
        assert connection.execute(sa.text("SELECT nct_id FROM watch")).scalars().all() == [TRIAL]
    if journals == ("-wal",):
        assert tree(path.parent) == seen


def test_an_old_store_that_cannot_be_written_is_read_through_a_copy_with_todays_tables(tmp_path, monkeypatch):
    path = tmp_path / "store.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA journal_mode = WAL")
        old.execute("CREATE TABLE alembic_version (version_num TEXT)")
    forbid_writing(monkeypatch)
    seen = tree(tmp_path)
    with Database(f"sqlite:///{path}", read_only=True) as store, store.read_transaction() as connection:
        assert {*METADATA.tables} <= {*sa.inspect(connection).get_table_names()}
    assert tree(tmp_path) == seen


def test_who_reads_where_nothing_was_kept_makes_nothing(cli, tmp_path):
    code, out, err = cli("changes")
    assert (code, out, err) == (0, "", "")
    assert cli("show")[0] == 0
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "command", [("show",), ("changes",), ("watch", "add", TRIAL), ("scrape", "--all")], ids=" ".join
)
def test_a_store_of_no_bytes_is_told_and_stays_as_it_is(command, cli, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    for name in ("store.sqlite3", "store.sqlite3-wal"):
        (home / name).touch()
    (home / "store.sqlite3-wal").write_bytes(b"what was written last")
    code, out, err = cli(*command)
    assert (code, out) == (1, "")
    assert err == (
        f"error: the store {home / 'store.sqlite3'} is empty: its content was lost;"
        " put a backup in its place, or delete what is left to begin anew\n"
    )
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == {
        "store.sqlite3": b"",
        "store.sqlite3-wal": b"what was written last",
    }


@pytest.mark.parametrize("name", ["50%20?", "a?timeout=1", "#&=;'", os.fsdecode(b"no \xff UTF-8"), "file::memory:"])
def test_a_home_may_have_any_name(name, cli, tmp_path, monkeypatch):
    home = tmp_path / name
    set_home(monkeypatch, home)
    assert cli("watch", "add", TRIAL) == (0, "", "1 added, 1 on the list\n")
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    monkeypatch.setattr("scraper.store.database.can_write", lambda _: False)
    _, out, _ = cli("watch", "list", "--format", "jsonl")
    assert TRIAL in out


@pytest.mark.parametrize("address", ["/dev/null", "/dev/null/home"])
def test_a_home_that_can_be_none_is_one_line(address, cli, monkeypatch):
    set_home(monkeypatch, address)
    code, _, err = cli("watch", "add", TRIAL)
    assert (code, err.splitlines()[1:]) == (1, [])
    assert err.startswith(f"error: the store {address}/store.sqlite3 cannot be made: ")


def test_a_home_that_is_set_to_nothing_is_not_set(monkeypatch):
    monkeypatch.setenv("TRIALPAGES_HOME", "")
    assert Settings().home == user_data_path("trialpages")


def test_a_home_in_a_file_may_be_below_a_users(monkeypatch, tmp_path, cli):
    monkeypatch.delenv("TRIALPAGES_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "trialpages.toml").write_text('home = "~/kept"')
    assert Settings().home == tmp_path / "kept"
    (tmp_path / "trialpages.toml").write_text('home = "~nobody-of-this-name/kept"')
    code, _, err = cli("watch", "list")
    assert code == 2
    assert "the setting home: ~nobody-of-this-name/kept is below the home of nobody" in err


def test_a_store_that_is_gone_while_its_journal_is_there_is_told(tmp_path):
    path = tmp_path / "store.sqlite3"
    Path(f"{path}-wal").write_bytes(b"what was written last")
    with pytest.raises(StoreError, match=r"is gone, but .*store\.sqlite3-wal is there, with what was written last"):
        Database(f"sqlite:///{path}")
    assert Path(f"{path}-wal").read_bytes() == b"what was written last"


def test_an_index_of_no_bytes_is_told(tmp_path):
    (tmp_path / "index.sqlite3").touch()
    with pytest.raises(TrialPagesError, match=r"index\.sqlite3 is empty: .*'trialpages index'"):
        PageIndex(tmp_path / "index.sqlite3")
    assert (tmp_path / "index.sqlite3").read_bytes() == b""


def test_nothing_is_left_of_a_store_that_could_not_be_made(tmp_path, monkeypatch):
    def full(*_):
        raise sa.exc.OperationalError("CREATE", {}, OSError("database or disk is full"))

    monkeypatch.setattr("scraper.store.database._upgrade", full)
    with pytest.raises(StoreError, match="disk is full"):
        Database(f"sqlite:///{tmp_path / 'home' / 'store.sqlite3'}")
    assert [*(tmp_path / "home").iterdir()] == []


def test_a_file_that_a_full_disk_left_in_its_journal_does_not_appear(tmp_path):
    with ExitStack() as held:

        def fill(path):
            table = held.enter_context(closing(sqlite3.connect(path)))
            sqlite.use_wal(table)
            table.execute("CREATE TABLE pages (url TEXT)")  # and it stays open: so nothing is moved to the file

        with pytest.raises(OSError, match=r"No space left on device: '.*/index\.sqlite3'"):
            sqlite.make(tmp_path / "index.sqlite3", fill)
        assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_of_ours_keeps_its_rights_whatever_address_leads_there(tmp_path):
    public, plain = tmp_path / "public", tmp_path / "plain"
    for folder, mode in ((public, 0o1777), (plain, 0o755)):
        folder.mkdir()
        folder.chmod(mode)
        with pytest.raises(StoreError, match="unable to open database file"):
            Database(f"sqlite:///{folder}")
        assert stat.S_IMODE(folder.stat().st_mode) == mode
    Database(f"sqlite:///{public / 'store.sqlite3'}").close()
    Database(f"sqlite:///{public / 'store.sqlite3'}").close()
    assert rights(public) == {"public": 0o1777, "store.sqlite3": 0o600}


def test_what_is_refused_in_the_archives_folder_keeps_its_rights(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "trialpages-folder.warc.gz").mkdir()
    os.mkfifo(folder / "trialpages-pipe.warc.gz")
    (folder / "trialpages-other.warc.gz").write_bytes(b"somebody's")
    for path in folder.iterdir():
        path.chmod(0o755)
    with archive(folder) as kept:
        kept.append(exchange())
    assert {mode for name, mode in rights(folder).items() if name.startswith("trialpages-") and "Z-" not in name} == {
        0o755
    }
