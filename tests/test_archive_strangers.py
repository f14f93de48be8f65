"""What is no file of the archive, in the archive's folder: refused, told, never followed, never changed."""

import asyncio
import gzip
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scraper.fetch.archive import warc
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.replay import ReplayTransport
from tests.archives import URL, archive, exchange, files, tree, urls, without_index
from tests.replica import PAGE


def foreign(folder: Path, kind: str) -> Path:
    """Put something that is not ours where a file of ours could be; what must not be changed."""
    path, target = folder / "trialpages-20261121T120000Z-1-0.warc.gz", folder / "target"
    target.write_bytes(b"somebody's")
    match kind:
        case "link":
            path.symlink_to(target)
        case "link to nothing":
            path.symlink_to(folder / "nowhere")
        case "link to an archive":
            with archive(folder / "elsewhere") as other:
                other.append(exchange(url=f"{URL}elsewhere"))
            (file,) = files(folder / "elsewhere")
            file.write_bytes(file.read_bytes()[:-10])
            path.symlink_to(file)
            return file
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "empty":
            path.touch()
        case "no gzip":
            path.write_bytes(b"not even gzip")
        case "zeros":
            path.write_bytes(bytes(5000))
        case "another program's":
            other = warc.information("crawl-0.warc.gz", {"software": "another"}, exchange().at)
            record = gzip_of(warc.members(exchange(), warc.digest_of(PAGE), None))
            path.write_bytes(gzip_of(other) + record + b"\x1f\x8b\x08\x00half")
    return path if path.is_file() and not path.is_symlink() else target


def gzip_of(members: bytes) -> bytes:
    """Members as other programs write them."""
    return gzip.compress(gzip.decompress(members), mtime=0)


KINDS = ["link", "link to nothing", "link to an archive", "pipe", "folder", "empty", "no gzip", "zeros"]


@pytest.mark.parametrize("kind", [*KINDS, "another program's"])
def test_what_is_not_ours_is_refused_in_one_line_and_never_followed_or_changed(kind, tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    kept_safe = foreign(folder, kind)
    seen = kept_safe.read_bytes()
    whole = tree(folder)
    with archive(folder) as kept:
        assert kept.captures() == []
        (problem,) = kept.problems
        assert "\n" not in str(problem)
    (damage,) = archive(folder).check()
    assert damage == problem
    assert tree(folder) == whole
    with archive(folder) as kept:
        kept.append(exchange())
    assert kept_safe.read_bytes() == seen
    assert urls(folder) == {URL}
    assert kept_safe.read_bytes() == seen


def test_files_of_other_names_are_left_alone(tmp_path):
    (tmp_path / "mine.warc.gz").write_bytes(b"not even gzip")
    with archive(tmp_path) as kept:
        assert kept.problems == []
        kept.append(exchange())
    assert (tmp_path / "mine.warc.gz").read_bytes() == b"not even gzip"


def test_a_cdx_index_that_is_a_link_or_somebody_elses_is_never_changed(tmp_path):
    for number, link in enumerate((True, False)):
        folder, other = tmp_path / str(number), tmp_path / f"other{number}"
        with archive(folder) as kept:
            kept.append(exchange())
        without_index(folder)
        with closing(sqlite3.connect(other)) as table:
            table.execute("CREATE TABLE precious (thing)")
        if link:
            (folder / INDEX_FILE).symlink_to(other)
        else:
            shutil.copy(other, folder / INDEX_FILE)
        seen = other.read_bytes()
        with archive(folder) as kept:
            assert [problem.file for problem in kept.problems] == [INDEX_FILE]
            kept.append(exchange(minute=1))
            assert len(kept.captures()) == 2
        (aside,) = folder.glob("damaged-*")
        assert (other.read_bytes(), aside.read_bytes(), aside.is_symlink()) == (seen, seen, link)
        assert [*archive(folder).check()] == []


def test_a_replay_of_an_archive_writes_nothing_follows_no_link_and_tells_what_it_does_not_read(tmp_path):
    folder = tmp_path / "archive"
    with archive(folder) as kept:
        kept.append(exchange())
    with archive(tmp_path / "elsewhere") as other:
        other.append(exchange(url=f"{URL}elsewhere"))
    (folder / "trialpages-link.warc.gz").symlink_to(files(tmp_path / "elsewhere")[0])
    seen = tree(folder)
    transport = ReplayTransport([folder])
    assert transport.urls() == [URL]
    assert transport.passed_over == [
        f"{folder}: trialpages-link.warc.gz:0: is a symbolic link, which is not followed; it is left alone"
    ]
    asyncio.run(transport.aclose())
    assert tree(folder) == seen
