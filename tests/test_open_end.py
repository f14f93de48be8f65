"""Markup that ends within what must be closed is told, since nothing else may show that a page was cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.parse.blocks import parse
from scraper.parse.open_end import open_element
from scraper.parse.page import Page


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<body><ul><li>one<li>two", "ul"),
        ("<div><TABLE><tr><td>one<ul><li>two</ul><td>th", "table"),
        ("<section><p>one</section><main><div>two</div>", "main"),
        ("<ul><li>one</ul><div><!-- </div>", "div"),
        ("<div><script>'</div></body>'</script>one", "div"),
    ],
)
def test_the_innermost_open_element_is_named(markup, name):
    assert open_element(markup.encode()) == name


@pytest.mark.parametrize(
    "markup",
    [
        "<p>one<p>two",
        "<body><ul><li>one</ul>",
        "<body><div><ul><li>one</body>",
        "<div><ul><li>one</html>\n",
        "<script>'<ul>'</script><p>one",
        "<!-- <div> --><p>one",
        "</ul></div><p>one",
        "",
    ],
)
def test_what_may_be_left_out_or_was_forgotten_is_no_end(markup):
    assert open_element(markup.encode()) is None


def test_a_page_that_is_cut_says_so_and_a_whole_one_does_not():
    whole = b"<!doctype html><body><ul><li>one</li><li>two</li></ul></body>"
    assert parse(Page(whole)).doubts == ()
    assert parse(Page(whole[:-20])).doubts == (
        "the markup ends within <ul>, as if the page broke off: what stands last may be cut",
    )


@given(
    st.lists(st.sampled_from(["<div>", "</div>", "<ul>", "</ul>", "</table>", "<!--", "text", "<script>"]), max_size=12)
)
def test_whatever_the_tags_closing_the_body_says_that_the_page_is_whole(tags):
    markup = "".join(tags)
    is_hidden = "<!--" in markup or "<script>" in markup
    assert is_hidden or open_element(f"{markup}</body>".encode()) is None
