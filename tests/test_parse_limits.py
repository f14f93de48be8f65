"""Deep, wide and large pages: read to the end, or refused with the reason."""

import pytest

from scraper.parse.blocks import MAX_BYTES, parse
from scraper.parse.page import Page
from tests.markup import read, refused


@pytest.mark.parametrize(
    "opening",
    [
        "<div>",
        "<span>",
        "<b>",
        "<p><b>",
        "<ul><li>",
        "<ol reversed><li>",
        "<table><tr><td>",
        "<div role=row><div role=cell>",
        "<span role=list><span role=listitem>",
        "<h1><div>",
        "<nav>",
        "<article><footer>",
        "<footer>",
        "<pre>",
        "<dl><dt>",
        "<div>• x",
        "<span>• x<br>",
        "<div hidden>",
        "<svg>",
    ],
)
@pytest.mark.no_cover
def test_a_thousand_levels_are_read(opening: str):
    text = "".join(block.text for block in read("".join(f"{opening}x" for _ in range(1_000))).blocks)
    assert set(text) <= {"x", "•", " "}


@pytest.mark.parametrize(
    "markup",
    [
        "<img alt=x>",
        "<img>",
        "<b> </b>",
        "<!-- -->",
        "<script></script>",
        "<form>x</form>",
        "• x<br>",
        "<i></i>• x<br>",
    ],
)
@pytest.mark.no_cover
def test_ten_thousand_siblings_are_read(markup: str):
    assert read(f"<div>x{markup * 10_000}x").blocks


@pytest.mark.parametrize(
    "too_deep",
    [
        "<ol><li>x",
        "<li>x",
        "<h2><b>x</b></h2>",
        "<pre>x</pre>",
        "<nav>x</nav>",
        "<span role=heading>x</span>",
        "<div>• x<p>y",
    ],
)
def test_elements_below_the_deepest_level_keep_their_text(too_deep: str):
    assert any("x" in block.text for block in read("<table><tr><td>" * 33 + too_deep).blocks)


@pytest.mark.parametrize("inner", ["<div class=x>", "<DIV class=x></ul>", "<span title='</span>'>", "<ul><!--</ul>-->"])
def test_markup_that_nests_too_deep_is_refused(inner: str):
    message = "the page takes too much to read: 20,000 elements are open in each other"
    assert refused(b"<!doctype html>" + inner.encode() * 20_000) == message


def test_markup_is_not_deep_where_elements_stand_beside_each_other():
    assert len(read("<div><div>a</div></div>" * 20_000).blocks) == 20_000


def test_json_that_nests_too_deep_is_refused():
    assert refused(b"[" * 200_000 + b"]" * 200_000) == "the page is JSON that nests too deep"


def test_a_page_that_is_too_large_is_refused():
    assert refused(b"x" * (MAX_BYTES + 1)) == "the page is larger than 20 MB"


def test_the_largest_page_is_read():
    start = b"<p>"
    (block,) = parse(Page(start + b"word " * ((MAX_BYTES - len(start)) // 5))).blocks
    assert len(block.text) > 20_000_000
