"""Files that hold pages: each is found with its place and time, and what is wrong with one costs that one alone."""

import gzip
import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scraper.imports.entries import load
from scraper.imports.paths import bytes_below, inputs_below
from scraper.parse.blocks import MAX_BYTES
from tests.each import each
from tests.warc_records import HTML, URL, record

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
IMAGE = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"
REVISIT = {"WARC_Type": "revisit", "WARC_Date": "2026-03-01T00:00:00Z", "WARC_Target_URI": URL}
STUDIES = [{"protocolSection": {"n": number, "words": 'é [ " ]'}} for number in range(3)]
SENT = [json.dumps(study, separators=(",", ":")).encode() for study in STUDIES]
"""The studies as the registry sends them."""


@pytest.fixture
def given(tmp_path):
    """Finds the pages of a file of some content: each page or its problem by name, and what is passed over."""

    def find(name, content, **options):
        (tmp_path / name).write_bytes(content)
        return found(tmp_path / name, **options)

    return find


def found(*paths, **options):
    passed = []
    pages = {}
    folder = paths[0].parent
    for source in inputs_below(map(str, paths), passed_over=passed.append, **options):
        name = source.name.replace(f"{folder}/", "")
        try:
            pages[name] = load(source)
        except Exception as error:  # noqa: BLE001
            pages[name] = str(error)
    return pages, [(one.name.replace(f"{folder}/", ""), one.records, one.what) for one in passed]


def bytes_of(pages):
    return [page if isinstance(page, str) else page.content for page in pages.values()]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_the_answers_of_a_warc_file_are_pages_with_address_time_and_place(pack, given):
    records = [record(b"<p>one"), record(b"<p>two", WARC_Target_URI=f"{URL}/two", WARC_Date="2026-02-02T00:00:00Z")]
    parts = [pack(one) for one in records]
    pages, passed = given("a.warc", b"".join(parts))
    assert list(pages) == ["a.warc:0", f"a.warc:{len(parts[0])}"]
    one, two = pages.values()
    assert (one.content, one.url, one.fetched_at, one.offset) == (b"<p>one", URL, NEW_YEAR, 0)
    assert (two.content, two.url, two.fetched_at) == (b"<p>two", f"{URL}/two", datetime(2026, 2, 2, tzinfo=UTC))
    assert one.file.endswith("/a.warc")
    assert passed == []


def test_what_can_be_no_page_is_counted_and_is_no_failure(given):
    others = [
        record(b"\x89PNG", head=IMAGE),
        record(b"\x89PNG", head=IMAGE),
        record(b"no", head="HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"),
        record(b"User-agent: *", head=HTML, WARC_Target_URI="https://ctv.veeva.com/robots.txt"),
        record(b"", head="", WARC_Type="warcinfo"),
    ]
    pages, passed = given("a.warc", b"".join([*others, record(b"<p>one")]))
    assert bytes_of(pages) == [b"<p>one"]
    assert passed == [("a.warc", 2, "image/png"), ("a.warc", 1, "status 404"), ("a.warc", 1, "robots.txt")]


def test_a_page_that_a_tool_made_a_record_of_without_an_answer_is_a_page(given):
    page = record(b"<p>one", head="", WARC_Type="resource", Content_Type="text/html")
    shot = record(b"<p>no", head="", WARC_Type="resource", Content_Type="text/html", WARC_Target_URI="urn:view:x")
    image = record(b"\x89PNG", head="", WARC_Type="resource", Content_Type="image/png")
    pages, passed = given("a.warc", page + shot + image)
    assert [(one.content, one.url, one.fetched_at) for one in pages.values()] == [(b"<p>one", URL, NEW_YEAR)]
    assert passed == [("a.warc", 1, "image/png")]


def test_a_body_is_decoded_as_in_fetching_whether_it_was_stored_so_or_not(given):
    head = HTML.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n")
    chunked = HTML.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n")
    bodies = [
        record(gzip.compress(b"<p>sent"), head=head),
        record(b"<p>decoded", head=head),
        record(b"5\r\n<p>ch\r\n4\r\nunks\r\n0\r\n\r\n", head=chunked),
        record(gzip.compress(b"<p>" + bytes(MAX_BYTES)), head=head),
        record(gzip.compress(b"<p>cut")[:-9], head=head),
    ]
    pages, _ = given("a.warc", b"".join(bodies))
    sent, decoded, chunks, bomb, cut = bytes_of(pages)
    assert (sent, decoded, chunks) == (b"<p>sent", b"<p>decoded", b"<p>chunks")
    assert bomb.endswith(f"expands to more than {MAX_BYTES:,} bytes")
    assert cut == "the compressed body ends too soon"


def test_a_damaged_record_is_one_page_that_fails(given):
    pages, _ = given("a.warc", record(WARC_Date="yesterday") + record(b"<p>one"))
    assert bytes_of(pages) == ["the record is damaged: its WARC-Date is no date", b"<p>one"]


def test_a_page_that_was_seen_again_has_the_bytes_of_then_and_the_time_of_now(given):
    again = record(b"", **REVISIT, WARC_Refers_To_Date="2026-01-01T00:00:00Z")
    by_digest = record(b"", **REVISIT, WARC_Payload_Digest="sha1:A")
    not_modified = record(
        b"", head="HTTP/1.1 304 Not Modified\r\n\r\n", **REVISIT, WARC_Refers_To_Date="2026-01-01T00:00:00Z"
    )
    first = record(b"<p>one", WARC_Payload_Digest="sha1:A").replace(b"sha1:A\r\n", b"other:A\r\n")
    pages, passed = given("a.warc", first + again + not_modified + by_digest.replace(b"sha1:A", b"other:A"))
    assert bytes_of(pages) == [b"<p>one"] * 4
    assert [page.fetched_at.month for page in pages.values()] == [1, 3, 3, 3]
    assert passed == []


def test_a_page_that_was_seen_again_has_its_bytes_in_a_file_before(tmp_path):
    (tmp_path / "a.warc").write_bytes(record(b"<p>one"))
    (tmp_path / "b.warc").write_bytes(record(b"", **REVISIT, WARC_Refers_To_Date="2026-01-01T00:00:00Z"))
    pages, _ = found(tmp_path / "a.warc", tmp_path / "b.warc")
    assert [(page.content, page.file[-6:]) for page in pages.values()] == [(b"<p>one", "a.warc"), (b"<p>one", "b.warc")]
    pages, passed = found(tmp_path / "b.warc")
    assert (pages, passed) == ({}, [("b.warc", 1, "seen again, of no page before")])


def test_an_answer_of_the_registry_in_an_archive_is_its_studies(tmp_path):
    head = HTML.replace("text/html", "application/json")
    (tmp_path / "a.warc").write_bytes(record(json.dumps({"studies": STUDIES}).encode(), head=head))
    pages = [load(source) for source in inputs_below([str(tmp_path)])]
    assert [page.content for page in pages] == SENT
    assert {(page.url, page.fetched_at, page.offset) for page in pages} == {(None, NEW_YEAR, 0)}


def wacz(*members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def test_a_wacz_file_is_its_warc_files(given):
    content = wacz(
        ("datapackage.json", b"{}"),
        ("archive/data.warc.gz", gzip.compress(record(b"<p>one"))),
        ("archive/more.warc", record(b"", **REVISIT, WARC_Refers_To_Date="2026-01-01T00:00:00Z")),
        ("pages/pages.jsonl", b"{}"),
    )
    pages, _ = given("a.wacz", content)
    assert list(pages) == ["a.wacz/archive/data.warc.gz:0", "a.wacz/archive/more.warc:0"]
    assert bytes_of(pages) == [b"<p>one"] * 2
    assert next(iter(pages.values())).file.endswith("/a.wacz/archive/data.warc.gz")


def test_a_wacz_file_that_lies_is_refused_by_name_and_leaves_nothing_behind(given, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    sound = wacz(("archive/a.warc", record(b"<p>one")), ("archive/b.warc", record(b"<p>two")))
    encrypted = bytearray(sound)
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    assert bytes_of(given("a.wacz", bytes(encrypted))[0]) == ["it is encrypted", b"<p>two"]
    damaged = sound.replace(b"<p>one", b"<p>0ne")
    assert bytes_of(given("a.wacz", damaged)[0]) == [
        "it is damaged in the zip archive: Bad CRC-32 for file 'archive/a.warc'",
        b"<p>two",
    ]
    bomb = bytearray(sound)
    at = bomb.index(b"PK\x01\x02") + 24
    bomb[at : at + 4] = (1 << 30).to_bytes(4, "little")
    (first, *_) = bytes_of(given("a.wacz", bytes(bomb))[0])
    assert first == "the archive says that it expands to more than 50 times its size, as a bomb does"
    assert bytes_of(given("a.wacz", b"PK\x03\x04 no archive")[0]) == [
        "the zip archive is damaged: File is not a zip file"
    ]
    assert bytes_of(given("a.wacz", wacz(("a.txt", b"x")))[0]) == [
        "there is no WARC file in it, which WACZ keeps in archive/"
    ]
    assert list((tmp_path / "temporary").iterdir()) == []


@each(
    ("name", "content"),
    [
        ("list.json", json.dumps(STUDIES, indent=2)),
        ("list.json", "\ufeff" + json.dumps(STUDIES)),
        ("answer.json", json.dumps({"totalCount": 3, "nextPageToken": "x", "studies": STUDIES})),
        ("answer.txt", json.dumps({"studies": STUDIES, "nextPageToken": "x"}, ensure_ascii=False)),
        ("lines.jsonl", "\n\n".join(map(json.dumps, STUDIES))),
        ("lines.json", "\r\n".join(json.dumps(study) for study in STUDIES) + "\r\n"),
    ],
)
def test_a_study_has_the_same_bytes_in_whatever_download_it_lies(name, content, tmp_path):
    for packed in (content.encode(), gzip.compress(content.encode())):
        (tmp_path / name).write_bytes(packed)
        pages, passed = found(tmp_path / name)
        plain = [page.content.replace("é".encode(), b"\\u00e9") for page in pages.values()]
        assert (plain, passed) == (SENT, [])
        assert {page.offset for page in pages.values()} <= set(range(5))


def test_a_mistake_in_one_study_costs_that_study_alone(given):
    content = b'[%s, {"protocolSection": nope}, %s]' % (SENT[0], SENT[1])
    pages, _ = given("a.json", content)
    assert list(pages) == ["a.json:0", "a.json:1", "a.json:2"]
    assert bytes_of(pages)[::2] == SENT[:2]


def test_a_list_that_breaks_off_gives_what_came_before_and_is_told(given):
    content = json.dumps(STUDIES).encode()
    assert bytes_of(given("a.json", content[:-20])[0]) == [
        *SENT[:2],
        "the list of studies is not whole: it breaks off within a value",
    ]
    *before, why = bytes_of(given("a.json.gz", gzip.compress(content)[:-12])[0])
    assert before == SENT[: len(before)]
    assert why.startswith("the gzip file is damaged: ")
    assert given("a.json", b'{"studies": []}') == ({}, [("a.json", 0, "a list without a study")])


NO_MOMENT = "its fetched_at is no moment with its time zone: write it as 2024-05-01T03:00:00Z"


def test_a_line_can_hold_a_page_with_its_address_and_time(given):
    lines = [
        {"html": "<p>é", "url": URL, "fetched_at": "2026-01-01T00:00:00Z"},
        {"html": "<p>two"},
        {"html": "<p>three", "fetched_at": "yesterday"},
        {"other": 1},
    ]
    pages, _ = given("a.jsonl", "\n".join(map(json.dumps, lines)).encode(), told=NEW_YEAR.replace(year=2020))
    one, two, three, four = pages.values()
    assert (one.content, one.url, one.fetched_at) == ("<p>é".encode(), URL, NEW_YEAR)
    assert (two.content, two.url, two.fetched_at.year, two.offset) == (b"<p>two", None, 2020, 1)
    assert three == NO_MOMENT
    assert four.content == b'{"other": 1}'


@each(
    "told",
    [
        "20240101",  # these would be days of 1970 and 2611, as seconds and milliseconds of Unix
        20240101,
        "20240102030405",
        1_700_000_000,
        True,
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-02-30T00:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "",
    ],
)
def test_a_time_that_can_be_read_in_two_ways_is_told_and_never_guessed(told, given):
    pages, _ = given("a.jsonl", json.dumps({"html": "<p>a", "fetched_at": told}).encode())
    assert [*pages.values()] == [NO_MOMENT]


def test_a_line_beyond_the_limit_is_told_and_the_next_one_is_read(given):
    pages, _ = given("a.jsonl", b'{"html": "' + b"x" * MAX_BYTES + b'"}\n' + SENT[0])
    assert bytes_of(pages) == ["the page is larger than 20 MB", SENT[0]]


@each(
    "content",
    ['{"schema_version": "1.2"}\n{"schema_version": "1.2"}', '[\n{\n "schema_version": "1.0"', '{"schema_version"  :1'],
)
def test_our_own_records_are_no_pages(content, tmp_path):
    (tmp_path / "a.jsonl").write_text(content)
    (told,) = bytes_of(found(tmp_path / "a.jsonl")[0])
    assert told == "it holds records that trialpages made, and no pages: nothing new can be read from a record"


def test_in_a_folder_what_is_no_page_is_told_once(tmp_path):
    for name in (
        "a.html",
        "a_files/x.html",
        "B-Dateien/x.html",
        "B.htm",
        "c_files/d.txt",
        ".git/e.html",
        "f.pdf",
        "g.PNG",
    ):
        (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pages" / name).write_text("words")
    for name in (".#h.html", "~$i.html", "#j.html#", "k.html~"):
        (tmp_path / "pages" / name).write_text("words")
    (tmp_path / "pages" / "loop").symlink_to(tmp_path / "pages")
    pages, passed = found(tmp_path / "pages")
    assert list(pages) == ["pages/B.htm", "pages/a.html", "pages/c_files/d.txt"]
    assert passed == [
        ("pages/B-Dateien", 0, "the pictures and styles of a saved page"),
        ("pages/a_files", 0, "the pictures and styles of a saved page"),
        ("pages", 0, "#j.html#, .#h.html, .git and 1 more: hidden, or an editor's"),
        ("pages", 0, "f.pdf, g.PNG, k.html~: no kind of file that holds pages"),
        ("pages", 0, "loop: a link to a folder"),
    ]


MHTML = b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"


@each(
    ("name", "content"),
    [
        ("NCT05160831", b"<!DOCTYPE html><p>one"),
        ("index.html?id=4", b"\xef\xbb\xbf\n<html lang=en>"),
        ("page.aspx", b"<!-- saved from url=(0015)https://a.org/x -->\n<!doctype HTML>"),
        ("page.xhtml", b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-">'),
        ("saved by a browser", MHTML),
    ],
)
def test_in_a_folder_a_file_that_begins_as_a_page_is_one_whatever_its_name(name, content, tmp_path):
    folder = tmp_path / str(len(name))
    folder.mkdir()
    (folder / name).write_bytes(content)
    (folder / f"{name}~").write_bytes(content)  # what an editor left
    (folder / "comments").write_bytes(b"<!---->" * 1_000 + b"<svg>")
    (folder / "script.js").write_bytes(b"x = '<html>'")
    (page,), passed = found(folder)
    assert page == f"{folder.name}/{name}"
    others = ", ".join(sorted((f"{name}~", "comments", "script.js")))
    assert [what for *_, what in passed] == [f"{others}: no kind of file that holds pages"]


def test_names_of_any_bytes_are_read_and_kept_so_that_every_store_takes_them(tmp_path):
    name = os.fsdecode(b"a \xff\nb.html")
    (tmp_path / name).write_bytes(b"<p>one")
    (page,) = found(tmp_path)[0].values()
    assert page.content == b"<p>one"
    assert Path(page.file).name == "a \\udcff\nb.html"


def test_standard_input_is_read_whatever_is_in_it(monkeypatch):
    kinds = [(b"<p>one", [b"<p>one"]), (json.dumps(STUDIES).encode(), SENT), (record(b"<p>two"), [b"<p>two"])]
    for content, expected in kinds:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        pages = [load(source) for source in inputs_below(["-"])]
        assert [page.content for page in pages] == expected
        assert {page.file for page in pages} == {None}


def test_a_file_that_vanishes_costs_itself_alone(tmp_path):
    for name in ("a.html", "b.html", "c.warc"):
        (tmp_path / name).write_bytes(record(b"<p>one"))
    inputs = inputs_below([str(tmp_path)])
    first = next(inputs)
    for name in ("b.html", "c.warc"):
        (tmp_path / name).unlink()
    assert load(first).content
    for source in inputs:
        with pytest.raises(FileNotFoundError):
            load(source)


def test_our_own_mistake_about_a_file_costs_that_file_alone(tmp_path, monkeypatch):
    for name in ("a.warc", "b.html"):
        (tmp_path / name).write_bytes(record(b"<p>one"))
    monkeypatch.setattr("scraper.imports.warc_pages.answers", lambda _: 1 / 0)
    mistake, page = bytes_of(found(tmp_path)[0])
    assert mistake == "a mistake in trialpages: ZeroDivisionError: division by zero; please report it"
    assert page


def test_an_address_that_is_none_costs_its_page_alone(given):
    pages, _ = given("a.warc", record(b"<p>one", WARC_Target_URI="https://[a/robots.txt") + record(b"<p>two"))
    assert [(page.content, page.url) for page in pages.values()] == [(b"<p>one", None), (b"<p>two", URL)]


def test_how_far_the_work_is_never_falls_and_ends_at_most_at_the_bytes_of_all_files(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>one" * 50)
    (tmp_path / "b.warc").write_bytes(record(b"<p>one") * 5)
    (tmp_path / "c.json").write_bytes(json.dumps(STUDIES).encode())
    read = [source.read for source in inputs_below([str(tmp_path)])]
    assert read == sorted(read)
    assert read[0] == 300
    assert 0 < read[-1] <= bytes_below([str(tmp_path)])
