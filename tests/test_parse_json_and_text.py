"""JSON and text captures: how they are told from markup, what they read as, and what is no page."""

import json

import pytest

from schemas.document import Block
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from tests.markup import refused, short


def test_json_gives_a_value_for_each_leaf_with_its_pointer():
    document = parse(
        Page(b'\n {"a": {"b/c": ["x ", 2.50, 1e5, true, false, null]}, "~": "", "big": 1' + b"0" * 5000 + b"}")
    )
    assert document.form == "json"
    assert [(block.kind, block.pointer, block.text) for block in document.blocks] == [
        ("value", "/a/b~1c/0", "x "),
        ("value", "/a/b~1c/1", "2.50"),
        ("value", "/a/b~1c/2", "1e5"),
        ("value", "/a/b~1c/3", "true"),
        ("value", "/a/b~1c/4", "false"),
        ("value", "/~0", ""),
        ("value", "/big", "1" + "0" * 5000),
    ]
    assert [block.number for block in document.blocks] == list(range(7))


def test_the_last_of_two_equal_keys_wins():
    assert [block.text for block in parse(Page(b'{"a": 1, "a": 2}')).blocks] == ["2"]


def test_a_list_is_json_too():
    assert parse(Page(b'["x"]')).blocks == (Block(0, "value", "x", pointer="/0"),)


def test_half_a_surrogate_pair_is_replaced():
    document = parse(Page(rb'["\ud83d\ude00", "\ud83d", "\uDE00x"]'))
    assert [block.text for block in document.blocks] == ["😀", "�", "�x"]


def test_broken_json_is_refused():
    assert (
        refused(b'{"a": 1,\n "b" 2}')
        == "the page is no JSON, though it begins like it: Expecting ':' delimiter in line 2"
    )


def test_a_text_capture_is_read_line_by_line():
    document = parse(Page("Status\n\nEnrolling\n\n  • Hemoglobin <10 g/dL\n  • 10<sup>9</sup> ≥ 5".encode()))
    assert document.form == "text"
    assert [short(block) for block in document.blocks] == [
        "Status",
        "Enrolling",
        "1• Hemoglobin <10 g/dL",
        "1• 10<sup>9</sup> ≥ 5",
    ]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"<p>x", "html"),
        (b"\n\n <!-- x -->", "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b"<?xml version='1.0'?><x>", "html"),
        (b"</p>x", "html"),
        (b"Notice: x\n<!DOCTYPE html>", "html"),
        (b"Words first<div>x</div>", "html"),
        (b"<18 years\n", "text"),
        (b"a < b", "text"),
        (b"x<y and y>z", "text"),
    ],
)
def test_the_form_is_told_by_the_content(content: bytes, form: str):
    assert parse(Page(content)).form == form


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_page_is_refused(content: bytes):
    assert refused(content) == "the page is empty"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7\n", "the page is no text but a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "the page is no text but a PNG image"),
        (b"\x1f\x8b\x08\0", "the page is no text but gzip-compressed"),
        (b"PK\x03\x04\0", "the page is no text but a zip archive or an office document"),
        (b"<p>\0</p>", "the page is no text but binary: there are NUL bytes in it"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(content: bytes, message: str):
    assert refused(content) == message


def test_a_value_of_json_is_the_value_that_the_json_holds():
    record = {"protocolSection": {"identificationModule": {"nctId": "NCT05160831"}, "phases": ["PHASE1", "PHASE2"]}}
    values = {block.pointer: block.text for block in parse(Page(json.dumps(record).encode())).blocks}
    assert values == {
        "/protocolSection/identificationModule/nctId": "NCT05160831",
        "/protocolSection/phases/0": "PHASE1",
        "/protocolSection/phases/1": "PHASE2",
    }
