"""The archive: what is written can be read, whatever happens in between."""

import gzip
import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.fetch.archive import warc
from scraper.fetch.archive.warc import Unreadable
from tests.archives import NOON, URL, archive, exchange, files, records, warcio_check, without_index
from tests.replica import PAGE, gzipped


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
