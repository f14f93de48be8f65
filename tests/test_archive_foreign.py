"""WARC files of other tools: what is odd or damaged is passed over and told, and costs neither time nor memory."""

import asyncio
import gzip
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import FetchError
from scraper.fetch.archive import foreign, records, warc
from scraper.fetch.archive.foreign import SkippedRecord, answers
from scraper.fetch.archive.warc import ResponseRecord, Unreadable
from scraper.fetch.replay import FETCHED_AT, ReplayTransport
from tests.warc_records import URL, record
from tests.work import work

FORMS = pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])


def written(folder: Path, *parts: bytes) -> Path:
    """A file of some parts."""
    content = b"".join(parts)
    path = folder / ("a.warc.gz" if content.startswith(b"\x1f\x8b") else "a.warc")
    path.write_bytes(content)
    return path


def replayed(path: Path, limit: int | None = None) -> tuple[bytes, datetime, list[str]]:
    """What answers at the address, of when, and what was passed over."""

    async def run() -> tuple[bytes, datetime, list[str]]:
        async with ReplayTransport([path], limit=limit) as transport:
            response = await transport.handle_async_request(httpx.Request("GET", URL))
            content = b"".join([chunk async for chunk in response.aiter_raw()])  # httpx decodes what it happens to know
            return content, response.extensions[FETCHED_AT], transport.passed_over

    return asyncio.run(run())


ODD = {
    # what is odd; why it is passed over
    "no date": (record(WARC_Date=None), "its WARC-Date is no date"),
    "no such day": (record(WARC_Date="2009-03-65T08:43:19-0800"), "its WARC-Date is no date"),
    "a date beyond all": (record(WARC_Date="0001-01-01T00:00:00+23:59"), "its WARC-Date is no date"),
    "a date of words": (record(WARC_Date="yesterday"), "its WARC-Date is no date"),
    "14 digits of no day": (record(WARC_Date="20260231000000"), "its WARC-Date is no date"),
    "no address": (record(WARC_Target_URI=None), "it has no WARC-Target-URI"),
    "an address with controls": (record(WARC_Target_URI="https://a/\x1b[2J"), "its WARC-Target-URI is no address"),
    "no status": (record(head="Content-Type: text/html\r\n\r\n"), "its answer has no status"),
    "a status of many digits": (record(head=f"HTTP/1.1 2{'0' * 30} OK\r\n\r\n"), "its answer has no status"),
    "a status of other digits": (record(head="HTTP/1.1 ²00 OK\r\n\r\n"), "its answer has no status"),
    "no type": (record(WARC_Type=None), "it has no WARC-Type"),
    "no length": (record(Content_Length=None), "its Content-Length is no number"),
    "a length of words": (record(length="many"), "its Content-Length is no number"),
    "a length below nothing": (record(length=-5), "its Content-Length is no number"),
    "a version to come": (record().replace(b"WARC/1.0", b"WARC/7.0"), "its version of WARC is not known"),
    "a cut": (record(WARC_Truncated="length"), "its end was cut off when it was recorded"),
    "a segment": (record(WARC_Segment_Number="1"), "it is one of several segments"),
    "a revisit of no day": (
        record(WARC_Type="revisit", WARC_Refers_To_Date="2009-03-65T08:43:19Z"),
        "its WARC-Refers-To-Date is no date",
    ),
    "a long header": (
        record(head=f"HTTP/1.1 200 OK\r\nA: {'b' * 200_000}\r\n\r\n"),
        "headers have more than 131,072 bytes",
    ),
    "many headers": (
        record(head="HTTP/1.1 200 OK\r\n" + "a:\r\n" * 300 + "\r\n"),
        "its headers have more than 256 lines",
    ),
}


@FORMS
@pytest.mark.parametrize("kind", ODD)
def test_an_odd_record_is_passed_over_and_told_and_those_around_it_are_read(kind, pack, tmp_path):
    odd, why = ODD[kind]
    sound = record(b"<p>before", WARC_Target_URI=f"{URL}/before")
    path = written(tmp_path, pack(sound), pack(odd), pack(record()))
    content, _, told = replayed(path)
    assert content == b"<p>page"
    assert len(list(answers(path))) == 3
    assert [
        line.removeprefix(f"{path}: records passed over: 1, the first at {len(pack(sound))} ") for line in told
    ] == [f"({told[0].partition('(')[2]}"]
    assert why in told[0]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2026-01-01T12:30:00", datetime(2026, 1, 1, 12, 30, tzinfo=UTC)),
        ("20260101123000", datetime(2026, 1, 1, 12, 30, tzinfo=UTC)),
        ("2026-01-01T12:30:00.123456789Z", datetime(2026, 1, 1, 12, 30, 0, 123456, tzinfo=UTC)),
        ("2026-01-01T14:30:00+02:00", datetime(2026, 1, 1, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_every_form_and_is_in_utc_without_a_zone(date, moment, tmp_path):
    assert replayed(written(tmp_path, record(WARC_Date=date)))[1:] == (moment, [])


DAMAGED = {
    # what lies between two sound records; how often it is told
    "a length too long": (record(length=10**14), 1),
    "a length too short": (record(b"<p>" + b"page" * 100, length=60), 1),
    "words": (b"nothing of WARC\r\n\r\n", 1),
    "a member that is damaged": (gzip.compress(record())[:60] + b"\xff" * 200, 1),
    "a member with a length too long": (gzip.compress(record(length=10**9)), 1),
    "a member with a length too short": (gzip.compress(record(b"<p>" + b"page" * 100, length=60)), 1),
    "a member with more than a record": (gzip.compress(record() + b"more"), 1),
    "a member that is no record": (gzip.compress(b"something else"), 1),
    "padding": (b"\r\n" * 5, 0),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_what_lies_behind_damage_is_read(kind, tmp_path):
    damage, told = DAMAGED[kind]
    packed = b"\x1f\x8b" in damage
    pack = gzip.compress if packed else bytes
    old, new = (pack(record(page, WARC_Date=f"202{n}-01-01T00:00:00Z")) for n, page in enumerate((b"old", b"new")))
    path = written(tmp_path, old, damage, new)
    assert replayed(path)[0] == b"new"
    assert len([entry for entry in answers(path) if isinstance(entry, SkippedRecord)]) == told


def test_zeros_behind_the_last_member_and_members_of_nothing_are_passed_over_in_silence(tmp_path):
    path = written(tmp_path, gzip.compress(b""), gzip.compress(record()), gzip.compress(b"\r\n"), b"\0" * 512)
    assert replayed(path)[0] == b"<p>page"
    assert [type(entry) for entry in answers(path)] == [ResponseRecord]


def test_a_file_that_breaks_off_is_told_and_what_came_before_is_read(tmp_path):
    for pack in (bytes, gzip.compress):
        path = written(tmp_path, pack(record()), pack(record(b"<p>late"))[:-9])
        content, _, told = replayed(path)
        assert content == b"<p>page"
        assert len(told) == 1


@FORMS
def test_a_file_whose_beginning_is_damaged_is_read_from_its_first_sound_record_on(pack, tmp_path):
    path = written(tmp_path, pack(record(b"<p>lost")), pack(record()))
    path.write_bytes(b"\xff" + path.read_bytes()[1:])
    content, _, told = replayed(path)
    assert content == b"<p>page"
    assert len(told) == 1


def test_a_file_in_a_folder_that_is_none_is_told_and_the_others_are_read(tmp_path):
    written(tmp_path, record())
    (tmp_path / "b.warc").write_bytes(b"something else")
    (tmp_path / "c.warc").write_bytes(b"")
    content, _, told = replayed(tmp_path)
    assert content == b"<p>page"
    assert told == [
        f"{tmp_path / name} is no sound WARC file (there is no record in it)" for name in ("b.warc", "c.warc")
    ]


def test_a_file_that_is_gzipped_as_a_whole_is_refused_with_what_to_do(tmp_path):
    path = written(tmp_path, gzip.compress(record() * 3))
    with pytest.raises(Unreadable, match=r"a\.warc\.gz is gzipped as a whole, not record by record: unpack it"):
        ReplayTransport([path])


def test_odd_records_of_one_kind_are_told_in_one_line(tmp_path):
    path = written(tmp_path, record(WARC_Date=None) * 50, record())
    assert replayed(path)[2] == [f"{path}: records passed over: 50, the first at 0 (its WARC-Date is no date)"]


@FORMS
def test_a_body_that_was_stored_decoded_is_taken_as_it_is_whatever_its_digest(pack, tmp_path):
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n"
    digest = warc.digest_of(b"what was sent")
    path = written(tmp_path, pack(record(head=head, WARC_Payload_Digest=digest)))
    assert replayed(path)[0] == b"<p>page"


def test_a_digest_that_nobody_can_compare_is_no_objection(tmp_path):
    assert replayed(written(tmp_path, record(WARC_Payload_Digest="xyz:ABC")))[0] == b"<p>page"


def test_what_is_odd_about_an_address_is_written_to_no_terminal(tmp_path, capfd):
    replayed(written(tmp_path, record(), record(WARC_Target_URI=f"{URL} \x1b[2J")))
    assert capfd.readouterr() == ("", "")


def test_a_body_with_other_bytes_than_its_digest_says_is_refused(tmp_path):
    path = written(tmp_path, record(WARC_Payload_Digest=warc.digest_of(b"other")))
    with pytest.raises(FetchError, match="has other bytes at 0 than were written"):
        replayed(path)


def test_headers_are_given_byte_for_byte(tmp_path):
    path = written(tmp_path, record(head="HTTP/1.1 200 OK\r\nLocation: /ü\r\nX: \udcfc\r\n\r\n"))
    (found,) = (entry for entry in answers(path) if isinstance(entry, ResponseRecord))
    assert found.headers.raw == [(b"Location", "/ü".encode()), (b"X", b"\xfc")]
    again = warc.members(warc.read(path, 0), "sha1:x", None)
    assert b"\r\nLocation: /\xc3\xbc\r\nX: \xfc\r\n" in gzip.decompress(again)


def test_a_record_of_gigabytes_is_read_in_little_memory_and_refused_by_its_limit(tmp_path):
    path = written(tmp_path, gzip.compress(record(b" " * 20_000_000), 1))
    tracemalloc.start()
    with pytest.raises(FetchError, match=r"holds more than 1,000,000 bytes of a body at 0"):
        replayed(path, limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


HOSTILE = {
    # a file of n parts
    "records": lambda n: record() * n,
    "members": lambda n: gzip.compress(record()) * n,
    "empty members": lambda n: gzip.compress(b"") * 20 * n + gzip.compress(record()),
    "odd records": lambda n: record(WARC_Date=None) * n,
    "lengths too long": lambda n: record(length=10**14) * n,
    "lengths too short": lambda n: record(length=50) * n,
    "lines": lambda n: record() + b"WARC/1.0\r\n\r\n" * n,
    "beginnings of members": lambda n: gzip.compress(record()) + b"\x1f\x8b\x08" * n,
    "headers": lambda n: record(head="HTTP/1.1 200 OK\r\n" + "a:\r\n" * 200 + "\r\n") * (n // 10),
    "a body": lambda n: gzip.compress(record(b" " * 5_000 * n)),
    "chunks": lambda n: record(b"1\r\nx\r\n" * n, head="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
}


def read_all(path: Path) -> None:
    for entry in answers(path):
        if isinstance(entry, ResponseRecord):
            warc.read(path, entry.offset)


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_work_of_a_hostile_file_grows_with_its_size_alone(kind, tmp_path):
    (tmp_path / "small").mkdir()
    small, large = written(tmp_path / "small", HOSTILE[kind](20)), written(tmp_path, HOSTILE[kind](80))
    assert work(read_all, large) < 4.4 * work(read_all, small)


def test_what_looks_like_a_beginning_again_and_again_is_given_up_at_some_point(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign, "_VAIN", 0)
    path = written(tmp_path, record(), b"\r\n\r\nWARC/1.0" * 2_000, b"\r\n\r\n", record())
    assert list(answers(path))[-1].why == "too much before it is damaged; what follows is not read"
    path = written(tmp_path, gzip.compress(record()), b"\x1f\x8b\x08\0" * 2_000, gzip.compress(record()))
    assert list(answers(path))[-1].why == "too much before it is damaged; what follows is not read"


SOUND = [record(), record(WARC_Type="request", head="GET / HTTP/1.1\r\n\r\n"), record(WARC_Type="revisit"), record()]


@given(
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 1_500), st.binary(max_size=8)), min_size=1, max_size=6),
)
def test_nothing_but_unreadable_is_ever_raised(tmp_path_factory, packed, changes):
    content = bytearray(b"".join(gzip.compress(one) if packed else one for one in SOUND))
    for place, new in changes:
        content[place : place + len(new)] = new
    path = tmp_path_factory.getbasetemp() / "changed.warc"
    path.write_bytes(content)
    try:
        entries = list(answers(path))
    except Unreadable:
        return
    for entry in entries:
        try:
            warc.read(path, entry.offset)
        except Unreadable:
            continue


@given(st.binary(max_size=300))
def test_a_stream_gives_all_its_bytes_by_lines_and_by_pieces(content):
    def stream() -> records.Stream:
        rest = [content[at : at + 7] for at in range(0, len(content), 7)]
        return records.Stream(lambda _size: rest.pop(0) if rest else b"")

    by_lines, by_pieces = stream(), stream()
    lines = []
    while len(lines) < records.LINES_LIMIT and (line := by_lines.readline()):
        lines.append(line)
    assert b"".join(lines) == content
    assert by_lines.tell() == len(content)
    pieces = []
    while piece := by_pieces.read(5):
        pieces.append(piece)
    assert b"".join(pieces) == content
