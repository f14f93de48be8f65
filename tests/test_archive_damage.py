"""Archives that were killed, damaged or robbed: nothing that can be read is lost, and nothing is destroyed."""

import errno
import os
import shutil
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.errors import ArchiveError
from scraper.fetch.archive import seal, warc
from scraper.fetch.archive.cdx_index import CdxIndex
from scraper.fetch.archive.members import BrokenSpan, Member, pack, scan
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.archive.writer import Repair
from tests.archives import URL, archive, exchange, files, tree, urls, without_index
from tests.replica import PAGE

OTHERS = [f"{URL}{number}" for number in range(4)]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[str, bytes, list[int]]:
    """A file with four exchanges: its name, its bytes, and the offsets at which they begin."""
    folder = tmp_path_factory.mktemp("whole")
    with archive(folder) as kept:
        starts = [kept.append(exchange(PAGE * (n + 1), url=url)).start for n, url in enumerate(OTHERS)]
    (path,) = files(folder)
    return path.name, path.read_bytes(), starts


@pytest.fixture
def name(made):
    return made[0]


@pytest.fixture
def content(made):
    return made[1]


@pytest.fixture
def starts(made):
    return made[2]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_wherever_a_write_is_cut_the_archive_loses_what_was_cut_alone(made, tmp_path_factory, data):
    name, content, starts = made
    cut = data.draw(st.integers(1, len(content)))
    folder = tmp_path_factory.mktemp("cut")
    (folder / name).write_bytes(content[:cut])
    whole = {url for url, end in zip(OTHERS, [*starts[1:], len(content)], strict=True) if end <= cut}
    begun = {url for url, start in zip(OTHERS, starts, strict=True) if start < cut}
    assert whole <= urls(folder) <= begun
    with archive(folder) as kept:
        kept.append(exchange(url=f"{URL}after"))
    assert whole | {f"{URL}after"} <= urls(folder) <= begun | {f"{URL}after"}
    beside = b"".join(path.read_bytes() for path in folder.glob("*.unfinished"))
    assert b"".join([(folder / name).read_bytes()[: cut - len(beside)], beside]) == content[:cut]
    if cut > starts[0]:
        assert [*archive(folder).check()] == []


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_wherever_bytes_are_damaged_every_exchange_beside_them_is_read_and_no_byte_is_changed(
    made, tmp_path_factory, data
):
    name, content, starts = made
    start = data.draw(st.integers(0, len(content) - 1))
    end = data.draw(st.integers(start + 1, min(len(content), start + 400)))
    folder = tmp_path_factory.mktemp("damaged")
    damaged = content[:start] + bytes(byte ^ 0x55 for byte in content[start:end]) + content[end:]
    (folder / name).write_bytes(damaged)
    spans = zip(OTHERS, starts, [*starts[1:], len(content)], strict=True)
    sound = {url for url, first, last in spans if last <= start or first >= end}
    assert sound <= urls(folder)
    assert name in {damage.file for damage in archive(folder).check()}
    with archive(folder) as kept:
        kept.append(exchange(url=f"{URL}after"))
    assert sound | {f"{URL}after"} <= urls(folder)
    assert (folder / name).read_bytes()[: len(damaged)] == damaged or [*folder.glob("*.unfinished")]
    assert name in {damage.file for damage in archive(folder).check()} or [*folder.glob("*.unfinished")]


def test_a_repair_says_what_was_moved_where_and_what_was_entered(name, content, starts, tmp_path):
    (tmp_path / name).write_bytes(content[: starts[3] + 10])
    beside = f"{name}.{starts[3]}.unfinished"
    with archive(tmp_path) as kept:
        kept.append(exchange())
        assert kept.repairs == [Repair(name, 10, beside, 3)]
    assert str(kept.repairs[0]) == (
        f"{name}: moved 10 bytes of an unfinished exchange to {beside}, entered 3 whole exchanges in the CDX index"
    )
    assert (tmp_path / beside).read_bytes() == content[starts[3] : starts[3] + 10]


def test_a_disk_that_is_too_full_for_a_copy_leaves_an_unfinished_end_where_it_is(
    name, content, starts, tmp_path, monkeypatch
):
    torn = content[: starts[3] + 100]
    (tmp_path / name).write_bytes(torn)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("scraper.fetch.archive.writer._copy_rest", full)
    with archive(tmp_path) as kept:
        kept.append(exchange())
        assert len(kept.captures()) == 4
    assert (tmp_path / name).read_bytes() == torn
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("kind", ["renamed", "hard link"])
def test_a_file_with_another_name_may_be_a_backup_and_is_read_alone(kind, name, content, starts, tmp_path):
    torn = content[: starts[3] + 100]
    path = tmp_path / "trialpages-x.warc.gz" if kind == "renamed" else tmp_path / name
    path.write_bytes(torn)
    if kind == "hard link":
        os.link(path, tmp_path / "backup")
    with archive(tmp_path) as kept:
        kept.append(exchange())
        assert {capture.url for capture in kept.captures()} == {*OTHERS[:3], URL}
    assert path.read_bytes() == torn


def test_a_file_that_another_process_writes_is_not_repaired(tmp_path):
    with archive(tmp_path) as one:
        one.append(exchange())
        with files(tmp_path)[0].open("ab") as file:
            file.write(b"\x1f\x8b half a rec")
        with archive(tmp_path) as other:
            assert other.problems == []
            other.append(exchange(minute=1))
            assert other.repairs == []
        assert len(files(tmp_path)) == 2


def test_a_file_that_was_torn_since_the_archive_was_opened_is_repaired_before_it_is_gone_on_with(
    name, content, starts, tmp_path
):
    with archive(tmp_path) as kept:
        (tmp_path / name).write_bytes(content[: starts[2] + 50])
        kept.append(exchange(url=f"{URL}after"))
        assert [repair.removed for repair in kept.repairs] == [50]
        assert len(kept.captures()) == 3
    assert [*archive(tmp_path).check()] == []


def test_a_file_that_shrank_is_told_and_read_as_far_as_it_goes(name, content, starts, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with archive(tmp_path) as kept:
        kept.append(exchange())
    path.write_bytes(content[: starts[2]])
    with archive(tmp_path) as kept:
        assert [(problem.file, problem.start) for problem in kept.problems] == [(name, starts[2])]
        assert kept.problems[0].what.endswith(" bytes that were there are gone")
    assert urls(tmp_path) == set(OTHERS[:2])


def test_a_file_that_was_deleted_is_told_once_and_forgotten(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    with archive(tmp_path, file_size=1) as kept:
        kept.append(exchange())
    (tmp_path / name).unlink()
    with archive(tmp_path) as kept:
        assert [problem.file for problem in kept.problems] == [name]
        with pytest.raises(Unreadable, match="No such file"):
            kept.read(kept.captures(OTHERS[0])[0])
        kept.append(exchange(minute=1))
        assert {capture.url for capture in kept.captures()} == {URL}
    assert archive(tmp_path).problems == []


def other_cdx_index(path: Path) -> None:
    with archive(path.parent / "other") as kept:
        kept.append(exchange(url=f"{URL}other"))
    shutil.copy(path.parent / "other" / INDEX_FILE, path)
    shutil.rmtree(path.parent / "other")


def stale(path: Path) -> None:
    with closing(sqlite3.connect(path)) as table, table:
        table.execute("DELETE FROM copies WHERE start > 1000")
        table.execute("UPDATE files SET size = 1")  # where no member begins


INDEXES = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "another file": lambda path: path.write_bytes(b"no database at all" * 1000),
    "a flipped bit": lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\1"),
    "of another archive": other_cdx_index,
    "stale": stale,
}


@pytest.mark.parametrize("what", INDEXES)
@pytest.mark.parametrize("sealed", [True, False])
def test_a_cdx_index_is_made_anew_without_loss_whatever_became_of_it(what, sealed, tmp_path):
    with archive(tmp_path) as kept, archive(tmp_path) as other:
        kept.append(exchange(ETag='"1"'))
        other.append(exchange(b"", minute=1, status=304))
        kept.append(exchange(b"new", minute=2))
        other.append(exchange(b"new", minute=3))
        before = kept.captures()
    INDEXES[what](tmp_path / INDEX_FILE)
    if not sealed:
        (tmp_path / seal.SEAL).unlink()
    seen = tree(tmp_path)
    with archive(tmp_path) as kept:
        assert kept.captures() == before
        assert [kept.read(capture).body for capture in kept.captures()] == [b"new", b"new", PAGE, PAGE]
    assert tree(tmp_path) == seen
    with archive(tmp_path) as kept:
        kept.append(exchange(minute=4, url=f"{URL}after"))
        assert kept.captures()[1:] == before
    assert [*archive(tmp_path).check()] == []


def test_a_seal_that_is_a_pipe_is_not_waited_for(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
        before = kept.captures()
    (tmp_path / seal.SEAL).unlink()
    os.mkfifo(tmp_path / seal.SEAL)
    assert [problem.file for problem in archive(tmp_path).problems] == [INDEX_FILE]
    with archive(tmp_path) as kept:
        kept.append(exchange(minute=1, url=f"{URL}after"))
        assert kept.captures()[1:] == before
    assert [*archive(tmp_path).check()] == []


def test_a_stale_journal_is_not_taken_for_a_new_index(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
        for suffix in ("-wal", "-shm"):
            shutil.copy(tmp_path / f"{INDEX_FILE}{suffix}", tmp_path / f"kept{suffix}")
    without_index(tmp_path)
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"kept{suffix}").rename(tmp_path / f"{INDEX_FILE}{suffix}")
    with archive(tmp_path) as kept:
        kept.append(exchange(minute=1))
        assert len(kept.captures()) == 2
    assert [*tmp_path.glob("damaged-*-wal")] != []


def test_a_cdx_index_that_is_damaged_while_another_process_uses_it_is_left_to_it(tmp_path):
    with archive(tmp_path) as one:
        one.append(exchange())
        (tmp_path / INDEX_FILE).unlink()
        with archive(tmp_path) as other, pytest.raises(ArchiveError, match="another process is using it"):
            other.append(exchange(minute=1))
        one.append(exchange(b"new", minute=2))
    assert urls(tmp_path) == {URL}


def test_a_page_that_looks_like_an_exchange_is_not_taken_for_one_behind_damage(tmp_path):
    forged = warc.members(exchange(b"forged", url=f"{URL}forged"), warc.digest_of(b"forged"), None)
    with archive(tmp_path) as kept:
        # Bytes that do not compress lie in the file as they came.
        first = kept.append(exchange(os.urandom(300) + forged * 3 + os.urandom(300), Content_Encoding="gzip"))
        kept.append(exchange(url=f"{URL}after", minute=1))
    (path,) = files(tmp_path)
    content = bytearray(path.read_bytes())
    content[first.start + 60] ^= 1
    path.write_bytes(content)
    without_index(tmp_path)
    assert urls(tmp_path) == {f"{URL}after"}


def test_reading_members_costs_as_much_as_there_is_to_read_however_often_one_seems_to_begin(tmp_path):
    seeming = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff" + b"\x00\xff\xff\x00\x00" + b"WARC/"
    read = []
    for times in (2_000, 4_000):
        path = tmp_path / "members"
        path.write_bytes(b"?" + seeming * times)
        with path.open("rb", buffering=0) as file:
            reader = Counted(file)
            parts = [*scan(reader, 0, path.stat().st_size)]
        assert [type(part) for part in parts] == [BrokenSpan]
        read.append(reader.bytes)
    assert read[1] < 3 * read[0]


class Counted:
    """A file that counts what is read of it."""

    def __init__(self, file):
        self._file = file
        self.bytes = 0

    def read(self, size):
        content = self._file.read(size)
        self.bytes += len(content)
        return content

    def __getattr__(self, name):
        return getattr(self._file, name)


def test_a_member_that_expands_without_end_is_passed_over_in_little_memory(tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(pack(bytes(50_000_000), 9) + pack(b"WARC/1.1", 4))
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            found = [*scan(file, 0, path.stat().st_size)]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [type(part) for part in found] == [Member, Member]
    assert most < 2_000_000


def test_two_tables_at_once_in_a_new_folder_are_one(tmp_path):
    path = tmp_path / "copies.sqlite3"
    with closing(CdxIndex(path)) as one, closing(CdxIndex(path)) as other:
        one.set_sizes({"a": 1})
        assert other.sizes() == {"a": 1}
    assert [*tmp_path.iterdir()] == [path]


def test_an_exchange_that_a_full_disk_kept_out_of_the_cdx_index_is_entered_with_the_next(tmp_path, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    with archive(tmp_path) as kept:
        kept.append(exchange())
        monkeypatch.setattr(CdxIndex, "_enter", full)
        with pytest.raises(sqlite3.OperationalError):
            kept.append(exchange(b"kept out", minute=1))
        monkeypatch.undo()
        kept.append(exchange(b"next", minute=2))
        assert [kept.read(capture).body for capture in kept.captures()] == [b"next", b"kept out", PAGE]
    assert [*archive(tmp_path).check()] == []
