"""Files that a command writes where a person wants them: whole or as before, and what is no file is not replaced."""

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from scraper.atomic_write import atomic_path, atomic_write, staging

SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "veeva" / "NCT05160831-seed"


def save(path, text="new\n"):
    with atomic_write(path) as file:
        file.write(text)


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    arrived = []
    reader = threading.Thread(target=lambda: arrived.append(pipe.read_text()))
    reader.start()
    save(pipe)
    reader.join()
    assert arrived == ["new\n"]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


@pytest.mark.parametrize("name", ["/dev/null", "link"])
def test_a_device_is_written_to_and_never_replaced(name, tmp_path):
    (tmp_path / "link").symlink_to("/dev/null")
    save(tmp_path / name)  # an absolute name stands for itself
    assert stat.S_ISCHR((tmp_path / name).stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize("is_there", [True, False])
def test_what_a_link_leads_to_is_replaced_and_the_link_stays(is_there, tmp_path):
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    link.symlink_to(target)
    if is_there:
        target.write_text("old\n")
    save(link)
    assert link.is_symlink()
    assert target.read_text() == "new\n"


def test_a_link_that_leads_to_itself_is_an_error(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match="symbolic links"):
        save(link)
    assert link.is_symlink()


def test_a_name_may_be_as_long_as_names_can_be(tmp_path):
    path = tmp_path / ("n" * 255)
    save(path)
    assert path.read_text() == "new\n"


def test_a_new_file_has_the_rights_that_the_umask_leaves_and_an_old_one_keeps_its_own(tmp_path):
    (tmp_path / "old").touch(0o600)
    before = os.umask(0o027)
    try:
        save(tmp_path / "new")
    finally:
        os.umask(before)
    save(tmp_path / "old")
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "old")] == [0o640, 0o600]


def test_what_is_not_written_to_its_end_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_text("old\n")

    def fail():
        with atomic_write(path) as file:
            file.write("half of it")
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fail()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("records.jsonl", "old\n")]


def test_a_file_that_standard_output_goes_to_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "out.txt"
    with path.open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(OSError, match="standard output goes there"):
            save(path)
        out.write("a table")
    assert path.read_text() == "a table"


def test_a_library_gets_a_path_of_the_same_name_in_a_folder_of_its_own(tmp_path):
    path = tmp_path / "below" / "t.duckdb"
    with atomic_path(path) as made:
        assert made.name == path.name
        assert list(made.parent.iterdir()) == []
        assert not path.exists()
        made.with_suffix(".wal").write_text("beside it")
        made.write_text("new")
    assert [(file.name, file.read_text()) for file in path.parent.iterdir()] == [("t.duckdb", "new")]


@pytest.mark.parametrize("name", ["/dev/null", "folder"])
def test_what_is_no_file_is_never_replaced_by_one(name, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="it is there, and no file"), atomic_path(tmp_path / name):
        pytest.fail("it was given")


def test_what_a_killed_command_left_goes_with_the_next_one_and_what_others_make_stays(tmp_path):
    left = tmp_path / f".trialpages-{'0' * 16}"
    left.mkdir()
    (left / "half.csv").touch()
    mine = tmp_path / ".trialpages-backup"
    mine.mkdir()
    with atomic_path(tmp_path / "one") as one:
        one.write_text("1")
        save(tmp_path / "two")
        assert one.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".trialpages-backup", "one", "two"]


def test_a_folder_for_files_in_the_making_is_gone_afterwards_and_so_is_what_a_killed_command_left(tmp_path):
    left = tmp_path / "out" / f".trialpages-{0:016x}"
    left.mkdir(parents=True)
    with staging(tmp_path / "out") as made, staging(tmp_path / "out") as other:
        assert made.parent == other.parent == tmp_path / "out"
        assert made.exists()
        assert not left.exists()
        (made / "a").write_text("whole")
        (made / "a").replace(tmp_path / "out" / "a")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a"]
