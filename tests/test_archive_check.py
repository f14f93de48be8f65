"""The check of an archive finds every single flipped bit, and reading changes nothing."""

import gzip
import io
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from scraper.fetch.archive import seal, warc
from scraper.fetch.archive.check import check
from scraper.fetch.archive.members import Member, scan
from scraper.fetch.archive.seal import INDEX_FILE
from tests.archives import archive, exchange, files, flipped, tree
from tests.commands import own_home, set_home
from tests.replica import PAGE

own_home = pytest.fixture(autouse=True)(own_home)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """An archive with a page, a confirmation of it, and a body that does not compress."""
    folder = tmp_path_factory.mktemp("small")
    with archive(folder) as kept:
        kept.append(exchange(b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ETag='"1"'))
        kept.append(exchange(b"", minute=1, status=304))
    assert [*check(folder)] == []
    return folder


def test_every_flipped_bit_of_a_file_of_the_archive_is_found(small):
    (path,) = files(small)
    content = path.read_bytes()
    whole = [*scan(io.BytesIO(content), 0, len(content))]
    assert [type(part) for part in whole] == [Member] * 5
    missed = [
        (place, bit) for place, bit, other in flipped(content) if [*scan(io.BytesIO(other), 0, len(other))] == whole
    ]
    assert missed == []


def test_a_flipped_bit_of_the_cdx_index_and_its_seal_is_found(small, tmp_path):
    folder = tmp_path / "archive"
    shutil.copytree(small, folder)
    for name in (INDEX_FILE, seal.SEAL):
        content = (folder / name).read_bytes()
        with (folder / name).open("r+b", buffering=0) as file:
            for place in range(0, len(content), 7):  # the seal is a digest of every byte
                byte = content[place]
                os.pwrite(file.fileno(), bytes([byte ^ 1 << place % 8]), place)
                assert seal.is_broken(folder), (name, place)
                os.pwrite(file.fileno(), bytes([byte]), place)
    assert [*check(folder)] == []


@pytest.mark.parametrize("part", range(12))
def test_the_check_tells_of_a_flipped_bit_wherever_it_is(part, small, tmp_path):
    folder = tmp_path / "archive"
    shutil.copytree(small, folder)
    for path in (files(folder)[0], folder / INDEX_FILE, folder / seal.SEAL):
        content = bytearray(path.read_bytes())
        place = len(content) * part // 12
        content[place] ^= 1 << part % 8
        path.write_bytes(content)
        told = [str(damage) for damage in check(folder)]
        assert told != [], (path.name, place)
        assert all("\n" not in line for line in told)
        content[place] ^= 1 << part % 8
        path.write_bytes(content)


def test_an_entry_that_is_not_what_the_file_says_is_found_without_a_seal(small, tmp_path):
    for number, change in enumerate(
        (
            "UPDATE copies SET url = url || 'x' WHERE status = 200",
            "UPDATE copies SET status = 404 WHERE status = 200",
            "UPDATE copies SET etag = 'other'",
            "UPDATE copies SET body_start = 7 WHERE status = 304",
            "UPDATE copies SET start = start + 1 WHERE status = 304",
            "DELETE FROM copies WHERE status = 304",
            "INSERT INTO copies (url, at, status, content_type, digest, file, start) VALUES ('', '', 1, '', '', '', 1)",
        )
    ):
        folder = tmp_path / str(number)
        shutil.copytree(small, folder)
        (folder / seal.SEAL).unlink()
        table = sqlite3.connect(folder / INDEX_FILE)
        with table:
            table.execute(change)
        table.close()
        assert {damage.file for damage in check(folder)} == {INDEX_FILE}, change


def test_members_of_older_versions_are_read_and_their_contents_checked(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
    (path,) = files(tmp_path)
    content, old = path.read_bytes(), b""
    for part in scan(io.BytesIO(content), 0, len(content)):
        old += gzip.compress(gzip.decompress(content[part.start : part.end]), 4, mtime=0)
    path.write_bytes(old)
    for other in tmp_path.glob(f"{INDEX_FILE}*"):
        other.unlink()
    assert [*check(tmp_path)] == []
    with archive(tmp_path) as kept:
        (capture,) = kept.captures()
        assert kept.read(capture).body == PAGE
        again = kept.append(exchange(b"new", minute=1))
        assert again.file == path.name
    damaged = bytearray(path.read_bytes())
    damaged[capture.start + 40] ^= 1
    path.write_bytes(damaged)
    assert [damage.start for damage in check(tmp_path)] == [capture.start]


def test_a_body_with_another_digest_than_was_written_is_damage(tmp_path):
    with archive(tmp_path) as kept:
        capture = kept.append(exchange())
    (path,) = files(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: capture.start] + warc.members(exchange(PAGE[::-1]), capture.digest, None))
    for other in tmp_path.glob(f"{INDEX_FILE}*"):
        other.unlink()
    assert [damage.what for damage in check(tmp_path)] == [f"payload digest failed {capture.digest}"]


def test_an_unfinished_end_is_told(small, tmp_path):
    folder = tmp_path / "archive"
    shutil.copytree(small, folder)
    (path,) = files(folder)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(path.read_bytes()[:10])
    assert [str(damage) for damage in check(folder)] == [
        f"{path.name}:{size}: the last 10 bytes are of an exchange that was never written to its end"
    ]


@pytest.mark.parametrize("state", ["sealed", "killed", "damaged", "without a CDX index"])
def test_opening_listing_checking_and_reading_write_nothing(state, small, tmp_path, monkeypatch):
    folder = tmp_path / "archive"
    if state == "killed":
        with archive(tmp_path / "living") as kept:
            kept.append(exchange())
            shutil.copytree(tmp_path / "living", folder)  # with the journals, as a kill leaves them
    else:
        shutil.copytree(small, folder)
    (path,) = files(folder)
    if state == "damaged":
        path.write_bytes(path.read_bytes()[:-3] + b"???")
    if state == "without a CDX index":
        (folder / INDEX_FILE).unlink()
    opened = []
    really = os.open

    def watched(name, flags, *rest, **more):
        opened.append(flags)
        return really(name, flags, *rest, **more)

    before = tree(folder)
    monkeypatch.setattr(os, "open", watched)
    with archive(folder) as kept:
        for capture in kept.captures():
            assert kept.newest(capture.url) is not None
            kept.read(capture)
        told = [*kept.check()]
    assert bool(told) == (state == "damaged")
    assert tree(folder) == before
    assert {flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) for flags in opened} == {0}


def test_a_folder_that_is_not_there_is_an_empty_archive_and_is_not_made(tmp_path):
    with archive(tmp_path / "none") as kept:
        assert (kept.captures(), kept.problems, [*kept.check()]) == ([], [], [])
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("leads", ["/nowhere/at/all", "archive", "/dev/null", None])
@pytest.mark.parametrize("command", [["check"], ["list"], ["show", "https://x.org/"]])
def test_an_archive_that_cannot_be_reached_is_no_archive_in_which_all_is_well(
    leads, command, cli, tmp_path, monkeypatch
):
    set_home(monkeypatch, tmp_path)
    (tmp_path / "archive").write_text("no folder") if leads is None else (tmp_path / "archive").symlink_to(leads)
    code, out, err = cli("archive", *command)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert str(tmp_path / "archive") in err


def test_who_reads_while_another_writes_sees_what_was_written(tmp_path):
    with archive(tmp_path) as before, archive(tmp_path) as writer:
        writer.append(exchange())
        with archive(tmp_path) as during:
            assert (before.captures(), len(during.captures())) == ([], 1)
            writer.append(exchange(b"new", minute=1))
            assert len(during.captures()) == 2
            assert [*during.check()] == []
            writer.close()
            assert len(during.captures()) == 2
    assert [*check(tmp_path)] == []
    assert (tmp_path / seal.SEAL).exists()


def test_who_reads_a_cdx_index_that_is_written_meanwhile_asks_it_again(small, tmp_path):
    folder = Path(shutil.copytree(small, tmp_path / "archive"))
    with archive(folder) as reader:
        assert len(reader.captures()) == 2
        for number in range(3):
            with archive(folder) as writer:
                writer.append(exchange(b"new", minute=number + 2, url=f"https://ctv.veeva.com/study/{number}"))
            assert len(reader.captures()) == 3 + number
        assert reader.newest("https://ctv.veeva.com/study/2") is not None
