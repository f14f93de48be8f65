"""The page reader against a slow one that is told where elements end, on markup of any kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.parse.blocks import parse
from scraper.parse.page import Page
from tests.slow_reader import BLOCK_TAGS, NATIVE, reference

pytestmark = pytest.mark.no_cover  # other tests execute every line that these execute thousands of times


TEXTS = ["a", " ", "\n", "b c", " d", "e ", "&nbsp;", "•", "• ", "• f", "◦ g", "\u200b", "h&shy;i", "≥  j", "k\nl"]
SIMPLE = sorted(
    {*BLOCK_TAGS, "a", "b", "i", "span", "sup", "font", "custom-element", "script", "svg", "title"} - {"br"}
)
ATTRIBUTES = [
    "hidden",
    "aria-hidden=true",
    "aria-hidden=false",
    "style='display: none'",
    "style='color:red'",
    "start=4",
    "value=7",
    "open",
    *(f"role={role}" for role in NATIVE),
    "role=tab",
    "role=heading aria-level=4",
]
VOID = ["<br>", "<hr>", "<wbr>", "<!-- -->", "<img>", "<img alt=I>", "<input type=image alt=J>", "<input value=v>"]

tags = st.sampled_from(SIMPLE)
starts = st.builds(lambda tag: f"<{tag}>", tags)
marked_tags = st.sampled_from(sorted(set(SIMPLE) - {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}))
starts_with_attributes = st.builds(
    lambda tag, attribute: f"<{tag} {attribute}>", marked_tags, st.sampled_from(ATTRIBUTES)
)
ends = st.builds(lambda tag: f"</{tag}>", tags)
texts = st.sampled_from(TEXTS)
links = st.lists(
    st.builds("<a>{}</a>{}".format, texts, st.sampled_from(["", "", " ", "&nbsp;", ", "])), min_size=1, max_size=3
).map("".join)
tokens = st.one_of(texts, texts, links, st.sampled_from(VOID), starts, starts_with_attributes, ends)
soup = st.lists(tokens, max_size=40).map("".join)


def element(tag: str, attribute: str, inner: list[str]) -> str:
    return f"<{tag} {attribute}>{''.join(inner)}</{tag}>"


trees = st.recursive(
    st.one_of(texts, links, st.sampled_from(VOID)),
    lambda inner: st.builds(
        element, marked_tags, st.sampled_from(["", "", "", *ATTRIBUTES]), st.lists(inner, max_size=5)
    ),
    max_leaves=30,
)
rows = st.builds(
    lambda cells: "<tr>" + "".join(f"<td>{cell}" for cell in cells), st.lists(trees, min_size=1, max_size=4)
)
plain_rows = st.builds(
    lambda tag, width: "<tr>" + f"<{tag}>n" * width, st.sampled_from(["td", "th"]), st.integers(1, 4)
)
tables = st.builds(lambda each: f"<table>{''.join(each)}</table>", st.lists(st.one_of(rows, plain_rows), max_size=4))
items = st.builds(lambda inner: f"<li>{''.join(inner)}", st.lists(st.one_of(trees, tables), max_size=3))
lists = st.builds(lambda tag, each: f"<{tag}>{''.join(each)}</{tag}>", st.sampled_from(["ul", "ol"]), st.lists(items))
pages = st.one_of(soup, st.lists(st.one_of(trees, tables, lists, soup), max_size=5).map("".join))


@settings(deadline=None, max_examples=150)
@given(pages)
def test_any_markup_reads_as_one_that_is_told_where_elements_end(html: str):
    content = f"<!DOCTYPE html><body>{html}".encode()
    assert list(parse(Page(content)).blocks) == reference(content)


@given(st.binary(max_size=200))
def test_any_bytes_after_a_tag_are_read_without_a_crash(noise: bytes):
    document = parse(Page(b"<p>" + noise.replace(b"\0", b"")))
    assert [block.number for block in document.blocks] == list(range(len(document.blocks)))


@settings(deadline=None, max_examples=50)
@given(pages)
def test_no_block_is_blank_and_none_has_white_space_to_fold(html: str):
    for block in parse(Page(f"<p>{html}".encode())).blocks:
        assert block.text
        assert block.text == " ".join(block.text.split())
