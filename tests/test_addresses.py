"""What pages state as their address, and what of it is one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.addresses import archived_at, page_address
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from scraper.pipeline import read
from scraper.recognise import recognise
from scraper.sites import veeva
from tests.build import VEEVA, document
from tests.each import each

MOMENT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)

NO_ADDRESSES = [
    "",
    "//",
    "/study/x",
    "//ctv.veeva.com/study/x",
    "http://",
    "http://[",
    "http://[http//w.on24.com/r.htm?e=1",
    "https://[site_url]/study/x",
    "https://www.TrialX.com[[/x",
    "https://ctv.veeva.com:port/x",
    "https://null/study/x",
    "https://undefined/study/x",
    "https://ctv.veeva.com/study/[slug]",
    "https://ctv.veeva.com/study/{{ slug }}",
    "https://ctv.veeva.com/study/%7B%7Bslug%7D%7D",
    "https://ctv.veeva.com/study/<slug>",
    "https://{{host}}/study/x",
    "{{ page.url }}",
    "javascript:void(0)",
    "about:internet",
    "file:///C:/page.html",
    "mailto:a@b.org",
    "https:study/x",
]


@each("words", NO_ADDRESSES)
def test_what_is_no_web_address_is_none(words: str):
    assert page_address(words) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://ctv.veeva.com/study/a-b",
        "http://trials.example.org:8080/x?y=1#z",
        "HTTPS://CTV.VEEVA.COM/study/o'neill,(a)/b",
        "https://bücher.example/a",
        "http://10.0.0.1/x",
    ],
)
def test_a_web_address_is_kept_as_it_is_written(address: str):
    assert page_address(f" {address}\n") == address


@each(
    ("address", "original", "at"),
    [
        ("https://web.archive.org/web/20240102030405/https://a.org/x?y=1", "https://a.org/x?y=1", MOMENT),
        ("http://web.archive.org/web/20240102030405if_/http://a.org/", "http://a.org/", MOMENT),
        ("https://archive.example/some/wayback/20240102030405/https://a.org/x", "https://a.org/x", MOMENT),
        ("https://web.archive.org/web/20241302030405/https://a.org/x", "https://a.org/x", None),
        ("https://web.archive.org/web/2024/https://a.org/x", "https://web.archive.org/web/2024/https://a.org/x", None),
        ("https://a.org/20240102030405/x", "https://a.org/20240102030405/x", None),
    ],
)
def test_of_a_page_in_a_web_archive_the_address_is_where_the_archive_found_it(address, original, at):
    assert (page_address(address), archived_at(address)) == (original, at)


@given(st.one_of(st.text(), st.text().map("http://{}".format), st.text(alphabet="[]/:.a@%").map("https://{}".format)))
def test_no_words_raise(words: str):
    address = page_address(words)
    assert address is None or address == words.strip()


@each("words", NO_ADDRESSES)
@each("form", ["<link rel=canonical href='{}'>", "<meta property=og:url content='{}'>"])
def test_a_page_that_states_no_web_address_is_read_without_one(form: str, words: str):
    lines = "".join(f"<p>{line}</p>" for line in VEEVA.splitlines() if line)
    record = read(Page(f"<!doctype html>{form.format(words)}{lines}".encode()))
    assert (record.trial.nct_id, record.source.url) == ("NCT05160831", None)


@pytest.mark.parametrize("words", ["http://[", "no address", "{{ url }}"])
def test_a_given_address_that_is_none_costs_no_page(words: str):
    assert read(Page(VEEVA.encode(), words)).source.url is None


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("<link rel=canonical href='//'><meta property=og:url content=https://a.org/x>", "https://a.org/x"),
        ("<link rel=canonical href='{{u}}'><link rel=canonical href=https://a.org/x>", "https://a.org/x"),
        ("<!-- saved from url=(0015)https://a.org/x -->", "https://a.org/x"),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ("<!--\n Page saved with SingleFile \n url: https://a.org/x \n saved date: now\n-->", "https://a.org/x"),
        ("<!-- saved from url=(0015)https://a.org/x --><link rel=canonical href=https://b.org>", "https://b.org"),
        ("<p>saved from url=(0015)https://a.org/x", None),
    ],
)
@pytest.mark.parametrize("doctype", ["{}<!doctype html>", "<!doctype html>\n{}"])
def test_the_first_usable_statement_is_the_address(doctype: str, head: str, address: str | None):
    assert parse(Page(doctype.format(head).encode())).address == address


@each("words", NO_ADDRESSES)
def test_a_document_with_such_an_address_is_recognised_and_read(words: str):
    found = replace(document(VEEVA), address=words)
    layout = recognise(found)
    assert (layout.key, veeva._slug(found.address)) == ("veeva/study", None)
