"""When a page in a file was captured: by what it says itself, then by what the user says, then by its file."""

import os
from datetime import UTC, datetime, timedelta, timezone

import pytest

from scraper.imports.captures import captured_at
from scraper.imports.entries import Input, load
from scraper.parse.mhtml import saved_at
from scraper.parse.saved_mark import saved_mark
from tests.each import each

TOLD = datetime(2024, 5, 1, tzinfo=UTC)
MODIFIED = datetime(2024, 6, 1, tzinfo=UTC)
PLAIN = b"<!doctype html><title>a</title>"
MARKED = b"<!doctype html>\n<!-- saved from url=(0015)https://a.org/x -->\n<html>"
SINGLE = b"<!doctype html><html><!--\n Page saved with SingleFile \n url: https://a.org/x \n saved date: %s\n-->"
DATED = SINGLE % b"Wed Nov 22 2023 10:11:12 GMT+0100 (Central European Standard Time)"
MHTML = (
    b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nDate: %s\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
)
STUDY = b'{"protocolSection": {}, "derivedSection": {"miscInfoModule": {"versionHolder": "%s"}}}'


@each(
    ("content", "told", "at"),
    [
        (PLAIN, None, None),  # a file copied yesterday is not a page seen yesterday
        (PLAIN, TOLD, TOLD),
        (MARKED, None, MODIFIED),
        (MARKED, TOLD, TOLD),
        (DATED, TOLD, datetime(2023, 11, 22, 9, 11, 12, tzinfo=UTC)),
        (SINGLE % b"yesterday", None, MODIFIED),
        (MHTML % b"Sun, 21 May 2023 13:23:45 -0000", TOLD, datetime(2023, 5, 21, 13, 23, 45, tzinfo=UTC)),
        (MHTML % b"yesterday", None, None),
        (MHTML % b"yesterday", TOLD, TOLD),
        (STUDY % b"2024-01-18", TOLD, datetime(2024, 1, 18, tzinfo=UTC)),
        (STUDY % b"2024-13-18", TOLD, TOLD),
        (STUDY.replace(b"versionHolder", b"other") % b"2024-01-18", None, None),
        # words of a page that only speak of it
        (PLAIN + b'"versionHolder": "2024-01-18"', None, None),
        (b" " * 5_000 + MARKED, None, None),
    ],
)
def test_a_page_is_dated_by_what_it_says_then_by_the_user_then_by_its_file(content, told, at):
    assert captured_at(content, told, MODIFIED) == at


ARCHIVED = b"https://web.archive.org/web/20190203040506/https://a.org/x"
THEN = datetime(2019, 2, 3, 4, 5, 6, tzinfo=UTC)
REMARK = (
    b"</html>\n<!--\n  FILE ARCHIVED ON 04:05:06 Feb 03, 2019 AND RETRIEVED FROM THE\n  INTERNET ARCHIVE ON 10:00:00"
)
FROM_ARCHIVE = b"Snapshot-Content-Location: " + ARCHIVED + b"\r\nDate: Sun, 21 May 2023 13:23:45 -0000"


@each(
    "content",
    [
        MARKED.replace(b"https://a.org/x", ARCHIVED),
        DATED.replace(b"https://a.org/x", ARCHIVED),
        MHTML.replace(b"Date: ", b"Snapshot-Content-Location: " + ARCHIVED + b"\r\nDate: ")
        % b"Sun, 21 May 2023 13:23:45 -0000",
        PLAIN + REMARK,
        MARKED + REMARK,
    ],
)
def test_a_page_that_a_web_archive_showed_is_as_old_as_the_archives_capture(content):
    assert captured_at(content, TOLD, MODIFIED) == THEN


def test_what_holds_the_page_says_it_first():
    own = datetime(2020, 1, 1, tzinfo=UTC)
    assert load(Input(None, fetched_at=own, content=DATED, told=TOLD)).fetched_at == own


def test_the_time_of_a_file_counts_where_it_is_the_saved_page_alone(tmp_path):
    page = tmp_path / "a.html"
    page.write_bytes(MARKED)
    os.utime(page, (MODIFIED.timestamp(), MODIFIED.timestamp()))
    assert load(Input(page)).fetched_at == MODIFIED
    assert load(Input(tmp_path / "a.jsonl", content=MARKED)).fetched_at is None


def test_the_time_of_a_file_from_before_the_web_is_none(tmp_path):
    page = tmp_path / "a.html"
    page.write_bytes(MARKED)
    for nothing_kept in (0, 315_532_800):  # the beginning of Unix's time, and that of zip archives, in 1980
        os.utime(page, (nothing_kept, nothing_kept))
        assert load(Input(page)).fetched_at is None
        assert load(Input(page, told=TOLD)).fetched_at == TOLD


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-5))])
def test_a_date_of_mhtml_is_in_utc(zone):
    written = datetime(2023, 5, 21, 8, tzinfo=zone)
    assert saved_at(MHTML % written.strftime("%a, %d %b %Y %H:%M:%S %z").encode()) == written


def test_a_mark_says_where_and_singlefile_when():
    assert saved_mark(PLAIN) is None
    assert saved_mark(MARKED) == ("https://a.org/x", None)
    assert saved_mark(DATED) == ("https://a.org/x", datetime(2023, 11, 22, 9, 11, 12, tzinfo=UTC))
