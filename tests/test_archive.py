"""The archive: what is written can be read, whatever happens in between."""

import asyncio
import gzip
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.errors import FetchError
from scraper.fetch.archive import warc
from scraper.fetch.archive.warc import Unreadable
from tests.archives import NOON, URL, archive, exchange, files, without_index
from tests.processes import Process
from tests.replica import PAGE, QuickClock, Replica, answer, fetcher, gzipped, redirect


def records(folder: Path) -> list[tuple[str, str | None]]:
    """Types and URLs of all records, as warcio reads them."""
    found = []
    for path in files(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI")))
                record.content_stream().read()
    return found


def warcio_check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, files(folder))]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_exchange_is_read_as_it_was_written(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange(ETag='"1"'))
        capture = kept.newest(URL)
        assert capture is not None
        found = kept.read(capture)
    assert (found.url, found.at, found.status, found.reason) == (URL, NOON, 200, "OK")
    assert found.body == PAGE
    assert found.headers["etag"] == '"1"'
    assert (capture.content_type, capture.etag, capture.last_modified) == ("text/html", '"1"', None)


def test_the_records_are_those_that_warc_1_1_asks_for(tmp_path):
    with archive(tmp_path, fields={"operator": "someone@example.org"}) as kept:
        kept.append(exchange())
    (path,) = files(tmp_path)
    with path.open("rb") as file:
        found = []
        for record in ArchiveIterator(file):
            headers = dict(record.rec_headers.headers)
            found.append((record.rec_headers.protocol, headers, record.raw_stream.read()))
    (_, info, fields), (_, response, body), (_, request, _) = found
    assert [protocol for protocol, _, _ in found] == ["WARC/1.1"] * 3
    assert fields == b"format: WARC File Format 1.1\r\noperator: someone@example.org\r\n"
    assert info["WARC-Filename"] == path.name
    assert body == PAGE
    assert response["WARC-Date"] == "2026-11-21T12:00:00.000000Z"
    assert response["WARC-IP-Address"] == "93.184.216.34"
    assert response["WARC-Protocol"] == "h2"
    assert response["WARC-Payload-Digest"].startswith("sha1:")
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]


def test_an_exchange_whose_address_is_not_known_has_none(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(replace(exchange(), address=None, protocol="HTTP/1.1"))
    with files(tmp_path)[0].open("rb") as file:
        headers = [dict(record.rec_headers.headers) for record in ArchiveIterator(file)]
    assert all("WARC-IP-Address" not in fields and "WARC-Protocol" not in fields for fields in headers)


def test_each_record_is_a_gzip_member_of_its_own(tmp_path):
    with archive(tmp_path) as kept:
        capture = kept.append(exchange())
    content = files(tmp_path)[0].read_bytes()[capture.start :]
    assert content.startswith(b"\x1f\x8b")
    assert gzip.decompress(content).count(b"WARC/1.1\r\n") == 2


def test_a_page_that_has_not_changed_is_not_stored_again(tmp_path):
    with archive(tmp_path) as kept:
        first = kept.append(exchange(ETag='"1"'))
        second = kept.append(exchange(minute=1, ETag='"2"'))
        third = kept.append(exchange(minute=2))
        assert [kept.read(capture).body for capture in (first, second, third)] == [PAGE] * 3
        assert kept.read(second).at == NOON + timedelta(minutes=1)
        assert kept.read(second).headers["etag"] == '"2"'
    assert [kind for kind, _ in records(tmp_path)] == [
        *("warcinfo", "response", "request"),
        *("revisit", "request"),
        *("revisit", "request"),
    ]
    assert (second.body_file, second.body_start) == (first.file, first.start)
    assert (third.body_file, third.body_start) == (first.file, first.start)


def test_a_page_without_etag_or_date_that_has_not_changed_is_read_all_the_same(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
        again = kept.append(exchange(minute=1))
        assert kept.read(again).body == PAGE
        assert (again.etag, again.last_modified) == (None, None)


def revisits(folder: Path) -> list[dict[str, str]]:
    with files(folder)[0].open("rb") as file:
        return [dict(record.rec_headers.headers) for record in ArchiveIterator(file) if record.rec_type == "revisit"]


def test_a_revisit_record_names_the_record_it_stands_for_and_why(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange(ETag='"1"'))
        kept.append(exchange(minute=1))
        kept.append(exchange(b"", minute=2, status=304))
    same, unmodified = revisits(tmp_path)
    assert same["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert unmodified["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    for revisit in (same, unmodified):
        assert revisit["WARC-Refers-To-Target-URI"] == URL
        assert revisit["WARC-Refers-To-Date"] == "2026-11-21T12:00:00.000000Z"


def test_a_304_stands_for_the_page_it_confirms(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange(ETag='"1"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT"))
        capture = kept.append(exchange(b"", minute=1, status=304, Content_Type=""))
        found = kept.read(capture)
        assert found.headers["last-modified"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert (found.status, found.body, found.at) == (200, PAGE, NOON + timedelta(minutes=1))
    assert found.headers["etag"] == '"1"'
    assert capture.last_modified == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert capture.content_type == "text/html"


def test_a_304_without_a_page_before_it_is_stored_as_it_came(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange(b"", status=304))
    assert ("response", URL) in records(tmp_path)


def test_a_changed_page_is_stored_and_the_old_copy_stays(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange(b"<p>old</p>"))
        kept.append(exchange(b"<p>new</p>", minute=1))
        kept.append(exchange(b"x", url="https://ctv.veeva.com/study/b"))
        assert [kept.read(capture).body for capture in kept.captures(URL)] == [b"<p>new</p>", b"<p>old</p>"]
        assert len(kept.captures()) == 3


def test_a_passing_failure_does_not_hide_the_page(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
        kept.append(exchange(b"busy", minute=1, status=503))
        newest = kept.newest(URL)
        assert newest is not None
        assert newest.status == 200
        assert [capture.status for capture in kept.captures(URL)] == [503, 200]


def test_a_page_that_was_never_fetched_has_no_copy(tmp_path):
    with archive(tmp_path) as kept:
        assert kept.newest(URL) is None
        assert kept.captures(URL) == []


def test_headers_that_would_lie_about_the_stored_body_are_left_out(tmp_path):
    with archive(tmp_path) as kept:
        capture = kept.append(exchange(Transfer_Encoding="chunked", X_Note="caf\xe9"))
        found = kept.read(capture)
    assert "transfer-encoding" not in found.headers
    assert found.body == PAGE


def test_a_compressed_body_is_stored_as_it_came(tmp_path):
    with archive(tmp_path) as kept:
        capture = kept.append(exchange(gzipped(PAGE), Content_Encoding="gzip"))
        assert kept.read(capture).body == gzipped(PAGE)
    assert warcio_check(tmp_path).returncode == 0


def test_files_are_rotated_by_size(tmp_path):
    with archive(tmp_path, file_size=1000) as kept:
        for number in range(4):
            kept.append(exchange(os.urandom(900), url=f"{URL}{number}"))
        assert len(files(tmp_path)) == 4
        assert [kept.read(capture).url for capture in kept.captures()] == [f"{URL}{number}" for number in range(4)]


def test_the_next_process_goes_on_with_a_file_that_has_room(tmp_path):
    for minute in range(3):
        with archive(tmp_path) as kept:
            kept.append(exchange(minute=minute))
            assert kept.repairs == []
    assert len(files(tmp_path)) == 1


def test_two_processes_at_once_write_files_of_their_own(tmp_path):
    with archive(tmp_path) as one, archive(tmp_path) as other:
        one.append(exchange())
        other.append(exchange(b"<p>other</p>", url="https://ctv.veeva.com/study/b"))
        one.append(exchange(b"<p>third</p>", minute=1))
        assert len(files(tmp_path)) == 2
        assert len(one.captures()) == len(other.captures()) == 3
    assert warcio_check(tmp_path).returncode == 0


def test_threads_may_append_at_once(tmp_path):
    with archive(tmp_path) as kept:

        def work(name: str) -> None:
            for number in range(20):
                kept.append(exchange(name.encode(), url=f"{URL}{name}{number}"))

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(kept.captures()) == 80
    assert warcio_check(tmp_path).returncode == 0


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    real = os.write

    def full(file: int, content: bytes) -> int:
        real(file, bytes(content)[:50])
        raise OSError(28, "No space left on device")

    with archive(tmp_path) as kept:
        kept.append(exchange())
        size = files(tmp_path)[0].stat().st_size
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left"):
            kept.append(exchange(minute=1))
        monkeypatch.undo()
        assert files(tmp_path)[0].stat().st_size == size
        kept.append(exchange(minute=2))
        assert len(kept.captures()) == 2
    assert warcio_check(tmp_path).returncode == 0


def test_a_revisit_whose_original_is_gone_cannot_be_read(tmp_path):
    with archive(tmp_path, file_size=1) as kept:
        kept.append(exchange())
        kept.append(exchange(minute=1))
    files(tmp_path)[0].unlink()
    without_index(tmp_path)
    with archive(tmp_path) as kept:
        (capture,) = kept.captures()
        with pytest.raises(Unreadable, match="does not hold the bytes"):
            kept.read(capture)
        again = kept.append(exchange(minute=2))
        assert kept.read(again).body == PAGE


@pytest.mark.parametrize("garbage", [b"", b"\x1f\x8b\x08\x00" + b"\xff" * 30, b"no WARC at all\r\n\r\n"])
def test_a_record_that_is_none_is_not_read(garbage, tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(garbage)
    with pytest.raises(Unreadable, match="cannot be read at 0"):
        warc.read(path, 0)


def test_a_record_that_breaks_off_is_not_read(tmp_path):
    path = tmp_path / "a.warc"
    head = gzip.decompress(warc.members(exchange(), "sha1:x", None)).partition(PAGE)[0]
    path.write_bytes(head + PAGE[:20])
    with pytest.raises(Unreadable, match="breaks off in the record at 0"):
        warc.read(path, 0)


def test_a_file_that_is_gone_is_not_read(tmp_path):
    with pytest.raises(Unreadable, match="No such file"):
        warc.read(tmp_path / "a.warc.gz", 0)


def fetch_twice(tmp_path, *, etag: bool, between=None):
    """Fetch a page two times with different fetchers; the pages, and the headers of the second request."""

    async def run():
        pages, clock = [], QuickClock()
        async with Replica() as site:
            headers = {"ETag": '"v1"', "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"} if etag else {}
            site.scripts["/study/a"] = [answer(headers=headers)]
            if etag:
                site.etags["/study/a"] = '"v1"'
            for _ in range(2):
                async with fetcher(tmp_path, clock, archive=True) as fetch:
                    pages.append(await fetch.fetch(site.url("/study/a")))
                if between is not None:
                    between(tmp_path / "archive")
            return pages, site.requests[-1][1]

    return asyncio.run(run())


def test_a_page_with_an_etag_is_asked_for_on_condition_and_its_bytes_are_reused(tmp_path):
    (first, second), headers = fetch_twice(tmp_path, etag=True)
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert (second.content, second.charset, second.sha256) == (PAGE, "utf-8", first.sha256)
    assert second.fetched_at > first.fetched_at
    kinds = [kind for kind, url in records(tmp_path / "archive") if url and url.endswith("/study/a")]
    assert kinds == ["response", "request", "revisit", "request"]


def test_a_page_without_an_etag_is_asked_for_without_condition(tmp_path):
    (_, second), headers = fetch_twice(tmp_path, etag=False)
    assert "if-none-match" not in headers
    assert second.content == PAGE


def test_a_304_that_nobody_asked_for_is_no_condition(tmp_path):
    async def run() -> tuple[bytes, dict[str, str]]:
        async with Replica() as site, fetcher(tmp_path, archive=True) as fetch:
            site.scripts["/study/a"] = [[b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'], answer()]
            with pytest.raises(FetchError, match="answered 304"):
                await fetch.fetch(site.url("/study/a"))
            page = await fetch.fetch(site.url("/study/a"))
            return page.content, site.requests[-1][1]

    content, headers = asyncio.run(run())
    assert content == PAGE
    assert "if-none-match" not in headers


def test_a_large_page_is_archived_whole(tmp_path):
    large = PAGE + b" " * 300_000

    async def run() -> None:
        async with Replica() as site, fetcher(tmp_path, archive=True) as fetch:
            site.scripts["/study/a"] = [answer(large)]
            await fetch.fetch(site.url("/study/a"))

    asyncio.run(run())
    with archive(tmp_path / "archive") as kept:
        (capture,) = (capture for capture in kept.captures() if capture.url.endswith("/study/a"))
        assert kept.read(capture).body == large


def test_a_304_after_the_page_was_gone_is_stored_as_it_came(tmp_path):
    with archive(tmp_path) as kept:
        kept.append(exchange())
        kept.append(exchange(b"gone", minute=1, status=404))
        kept.append(exchange(b"", minute=2, status=304))
    assert "revisit" not in {kind for kind, _ in records(tmp_path)}


def test_a_copy_that_cannot_be_read_is_no_condition_and_is_stored_anew(tmp_path):
    spoilt = []

    def damage(folder: Path) -> None:
        if not spoilt:
            with archive(folder) as kept:
                capture = kept.captures()[0]
            path = files(folder)[0]
            content = path.read_bytes()
            end = len(content) - capture.start
            path.write_bytes(content[: capture.start] + b"\0" * end)
            spoilt.append(capture)

    (_, second), headers = fetch_twice(tmp_path, etag=True, between=damage)
    assert "if-none-match" not in headers
    assert second.content == PAGE
    with archive(tmp_path / "archive") as kept:
        newest = kept.newest(spoilt[0].url)
        assert newest is not None
        assert kept.read(newest).body == PAGE


def test_every_answer_is_archived(tmp_path):
    async def run() -> None:
        async with Replica() as site, fetcher(tmp_path, archive=True) as fetch:
            site.scripts["/old"] = [redirect("/study/a")]
            site.scripts["/study/a"] = [answer(b"", "503 Service Unavailable"), answer()]
            await fetch.fetch(site.url("/old"))

    asyncio.run(run())
    with archive(tmp_path / "archive") as kept:
        assert [capture.status for capture in reversed(kept.captures())] == [404, 302, 503, 200]
    check = warcio_check(tmp_path / "archive")
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_without_an_archive_nothing_is_kept(tmp_path):
    async def run() -> None:
        async with Replica() as site, fetcher(tmp_path / "home", archive=False) as fetch:
            site.scripts["/study/a"] = [answer()]
            await fetch.fetch(site.url("/study/a"))

    asyncio.run(run())
    assert not (tmp_path / "home").exists()


FETCHING = """
import asyncio, itertools
from pathlib import Path
from tests.replica import Replica, answer, fetcher

async def main():
    async with Replica() as site, fetcher(Path({home!r}), archive=True) as fetch:
        for number in itertools.count():
            site.scripts[f"/study/{{number}}"] = [answer(b"<p>%d</p>" % number * 2000)]
            await fetch.fetch(site.url(f"/study/{{number}}"))
            print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [0, 7, 100])
def test_a_fetch_of_many_pages_that_is_killed_leaves_every_page_that_was_fetched(after, tmp_path):
    with Process(code=FETCHING.format(home=str(tmp_path))) as process:
        for line in process.stdout:
            if int(line) == after:
                process.send_signal(signal.SIGKILL)
                break
        fetched = after + 1 + len(process.stdout.readlines())
    assert process.wait() == -signal.SIGKILL
    with archive(tmp_path / "archive") as kept:
        pages = [capture for capture in kept.captures() if "/study/" in capture.url]
        assert fetched <= len(pages) <= fetched + 1
        for capture in pages:
            number = capture.url.rpartition("/")[2].encode()
            assert kept.read(capture).body == (b"<p>" + number + b"</p>") * 2000
        assert list(kept.check()) == []
        kept.append(exchange())
    assert warcio_check(tmp_path / "archive").returncode == 0
