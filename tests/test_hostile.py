"""Pages that are made to cost much: reading them is linear, and what cannot be is refused by name.

Work is counted, not timed: function calls of Python and C. What goes on within one call is bounded otherwise. The HTML
parser by the tags that it is given, which is compared with what it makes of them here; patterns by their form: they
have no repeat within a repeat that could part a text in several ways, and repeats that several places can begin have a
greatest length.
"""

import random
import re
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

from scraper.errors import NotATrialPage, PageError, TrialPagesError
from scraper.parse.blocks import links, parse
from scraper.parse.html.cost.bounds import Unbounded, check, count
from scraper.parse.page import Page
from scraper.pipeline import clean_page, read
from tests.build import VEEVA
from tests.hostile.__main__ import GENERATORS

SIZE = 2**12
"""Bytes of the smaller page; the other one is four times as long."""

GROWTH = 5.5
"""By how much more work four times the page may take: linear and some more, far from the sixteen of a square."""


def calls(work: Callable[[], object]) -> int:
    """How many functions are called."""
    number = 0

    def one(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one)
    try:
        work()
    except TrialPagesError:
        pass
    finally:
        sys.setprofile(before)
    return number


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    read(Page(VEEVA.encode()))  # patterns that are compiled once are no page's work


GROWING = (
    "paragraphs: 'FAQs\\n'",
    "paragraphs: 'FAQs\\nWhy?\\n'",
    "paragraphs: 'See also\\nNCT01234567\\n'",
    "veeva 'What it is about.': 'See also\\nNCT01234567\\n'",
    "veeva 'Stem Cells for Knee Pain': 'word {k}\\n'",
    "veeva 'Cells are given.': 'Status\\nRecruiting\\n'",
    "trialx '    Knee Osteoarthritis': 'word {k}\\n'",
    "trialx 'Recruiting': 'Phase 2\\n'",
    "summary 'What it is about.': 'Inclusion Criteria:\\n'",
    "<ul><li>x",
    "<div><sup>1",
    "x<sup>2</sup>",
    "• x<br>",
    "<tr><td>x</td></tr>",
    "JSON: one arm of many interventions",
    "JSON: eligibilityModule/eligibilityCriteria of '- '",
    "JSON: keys",
    "MHTML: parts",
)


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.parametrize("way", [read, clean_page])
@pytest.mark.no_cover
def test_four_times_the_page_is_not_much_more_than_four_times_the_work(
    name: str, way: Callable[[Page], object]
) -> None:
    small, large = (Page(GENERATORS[name](size)) for size in (SIZE, 4 * SIZE))

    assert calls(lambda: way(large)) <= GROWTH * (calls(lambda: way(small)) + 1_000)


REFUSED = {
    "attributes of one element": "a tag <div> has ",
    "attributes of the body": "attributes",
    "<b a{k}=1><p>x": "elements such as <b> stay open",
    "formatting in comments": "elements such as <b> stay open",
    "<table>x<b a{k}>": "elements such as <b> stay open",
    "<ul><!--</ul>--><li>x": "elements are open in each other",
    "<div title='</div>'>": "elements are open in each other",
    "<div><svg><style></div></style></svg>": "the text of a <style> can be read as tags, too",
    "texts and </q a=b> behind <p>": "a text of it grows piece by piece",
    "texts and <td a=b> behind <div>": "a text of it grows piece by piece",
    "texts and <form a=b> behind <form>": "a text of it grows piece by piece",
    "texts and <input type=hidden> behind <table>": "a text of it grows piece by piece",
    "texts and <td>y</td> behind <table><tr>": "a text of it grows piece by piece",
    "texts and <td><b a=b>y</b></td> behind <table><tr>": "a text of it grows piece by piece",
    "texts and </q a=b> behind <table><tr><td><svg></td></svg>": "a text of it grows piece by piece",
    "blanks and <meta a=b> behind a head": "a text of it grows piece by piece",
    "blanks and <i a=b> in frames": "a text of it grows piece by piece",
    "blanks and <i a=b> in a template": "a text of it grows piece by piece",
    "blanks of a style sheet in a drawing": "the text of a <style> can be read as tags, too",
    "<p>x": "tags in",
    "text: 'x\\n'": "lines in",
    "preformatted lines": "lines",
    "JSON: long key over many leaves": "a name in the JSON has",
    "JSON: 900 deep keys over many": "a name in the JSON has",
    "JSON: list": "values in the JSON",
    "MHTML: nested": "its parts nest too deep",
}


@pytest.mark.parametrize(("name", "words"), REFUSED.items(), ids=REFUSED)
@pytest.mark.parametrize("way", [read, clean_page])
def test_beyond_a_bound_a_page_is_refused_by_name(name: str, words: str, way: Callable[[Page], object]) -> None:
    with pytest.raises(NotATrialPage) as caught:
        way(Page(GENERATORS[name](2**18 if "texts" in name or "blanks" in name else 2**17)))

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_a_large_number_makes_no_list_of_so_many_entries() -> None:
    page = b"""{"protocolSection": {"identificationModule": {"nctId": "NCT01234567",
        "secondaryIdInfos": {"999999999": {"id": "AB-1"}}}}}"""
    record = read(Page(page))

    assert record.trial.secondary_ids == ()
    assert any("999999999" in issue.text for issue in record.issues)


@pytest.mark.parametrize("key", ["1", "9" * 250, "٣", "²", "007"])
def test_a_name_that_is_a_number_is_no_mistake_of_ours(key: str) -> None:
    page = f'{{"{key}": "x", "protocolSection": {{"identificationModule": {{"nctId": "NCT01234567", "{key}": "y"}}}}}}'

    assert read(Page(page.encode())).trial.nct_id == "NCT01234567"


def test_a_list_longer_than_any_trial_has_is_refused_by_name() -> None:
    with pytest.raises(PageError, match=r"the record has [\d,]+ entries in /protocolSection/conditionsModule"):
        read(Page(GENERATORS["JSON: conditionsModule/conditions of many"](34_000)))


@pytest.mark.parametrize("title", ["A trial of something)", "A trial) of (some", ")", "A (b) c)"])
def test_a_title_may_close_brackets_that_it_did_not_open(title: str) -> None:
    assert read(Page(VEEVA.replace("Stem Cells for Knee Pain", title).encode())).trial.nct_id == "NCT05160831"


@pytest.mark.parametrize(
    "address", ["http://[", "https://www.trialx.com[[/x", "http://a]b/", "http://\ud800/", "//", "x:"]
)
def test_an_address_that_is_none_is_no_mistake_of_ours(address: str) -> None:
    page = f'<link rel=canonical href="{address}"><h1>x NCT01234567</h1>'.encode("utf-8", "surrogatepass")

    with pytest.raises(PageError):
        read(Page(page, address))


@pytest.mark.parametrize("base", ["https://a.org/" + "x" * 100_000, "http://["])
def test_a_base_that_is_no_address_of_a_page_stands_before_no_link(base: str) -> None:
    page = f"<html><base href='{base}'><a href=b>x</a><a href=c>x</a>".encode()

    assert links(Page(page, "https://b.org/d/")) == ["https://b.org/d/b", "https://b.org/d/c"]


def test_many_marks_on_one_letter_are_kept_and_take_no_time() -> None:
    marks = "\u0316\u0301" * 20_000
    (block,) = parse(Page(f"e{marks}".encode())).blocks

    assert sorted(block.text) == sorted(f"e{marks}")


# --- what is counted, and what the parser makes of it ---

_NAMES = [
    "a",
    "annotation-xml",
    "applet",
    "b",
    "body",
    "br",
    "button",
    "caption",
    "col",
    "colgroup",
    "dd",
    "desc",
    "div",
    "dl",
    "dt",
    "font",
    "foreignObject",
    "form",
    "frameset",
    "h1",
    "h2",
    "head",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "li",
    "link",
    "marquee",
    "math",
    "mi",
    "nobr",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "rp",
    "rt",
    "ruby",
    "script",
    "section",
    "select",
    "span",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "th",
    "title",
    "tr",
    "ul",
    "x-y",
    "xmp",
]
_ODD = (
    "w", "w", "w",
    "x", " ", "<!--", "-->", "--!>", "<!-->", "<!--->", "<![CDATA[", "]]>", "<!x>", "</>", "<?x>", "<a", "<b ", "'",
    '"', ">", "<script><!--", "<!--</div>-->", "<svg/>", "<svg a=b/>", "<math/>", "</ div>", "&lt;", "<table><tr><td>",
)  # fmt: skip
_ATTRIBUTES = ("", "/", " a", " a=1", " a=b/", " /", " a='>'", ' a="</div>"', " a{k}")
FRAGMENTS = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(_NAMES), st.sampled_from(_ATTRIBUTES)),
    st.sampled_from([f"</{name}>" for name in _NAMES]),
    st.sampled_from(_ODD),
)


def size_of(tree: LexborHTMLParser) -> tuple[int, int]:
    """How deep the tree is, and how many nodes it has."""
    node, depth, deepest, number = tree.root, 1, 1, 0
    while node is not None:
        number += 1
        deepest = max(deepest, depth)
        if node.child is not None:
            node, depth = node.child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node and node.next
    return deepest, number


_TEXTS = ("iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp")


def grown(tree: LexborHTMLParser) -> int:
    """How much is copied at the least while the texts of a page grow, by the signs `w` in them, a piece each."""
    copied = 0
    for node in tree.root.traverse(include_text=True) if tree.root else ():
        if node.tag == "-text":
            parent = node.parent
            while parent is not None and parent.tag not in _TEXTS:
                parent = parent.parent
            pieces = (node.text_content or "").count("w") if parent is None else 0
            copied += pieces * (pieces + 1) // 2
    return copied


@settings(max_examples=60)
@given(st.lists(FRAGMENTS, max_size=4), st.lists(FRAGMENTS, min_size=1, max_size=8))
def test_the_parser_makes_no_more_of_markup_than_was_counted(before: list[str], again: list[str]) -> None:
    piece = "".join(again)
    content = ("".join(before) + "".join(piece.replace("{k}", str(k)) for k in range(30))).encode()
    content = re.sub(rb"w+", b"w", content).removesuffix(b"<").removesuffix(b"</")
    try:
        cost = count(content, scripting=True)
    except Unbounded:
        return

    tree = LexborHTMLParser(content, options=LexborDocumentOptions.WO_EVENTS, scripting=True)
    deepest, nodes = size_of(tree)

    # A cell brings its row and its group along, a page its three roots; each tag can have a text behind it.
    assert deepest <= 3 * cost.depth + cost.repeated + 8
    assert nodes <= 6 * content.count(b"<") + cost.copies // 100 + 10
    if b"<" in piece.encode():  # else it is one text, made at once
        assert grown(tree) <= 3 * cost.merged + 100


@pytest.mark.parametrize(
    "markup",
    [
        b"<!--</ul>-->",
        b"<p title='</ul>'>",
        b'<p title="</ul>"></p>',
        b"<script></ul></script>",
        b"<script><!--<script></ul></script></ul>--></script>",
        b"<style></ul></style>",
        b"<textarea></ul></textarea>",
        b"<title></ul></title>",
        b"<iframe></ul></iframe>",
        b"<noscript></ul></noscript>",
        b"<!x </ul",
        b"<?x </ul",
        b"</ </ul",
        b"<p a=b</ul",
        b"<p a='x'b</ul",
        b"<p =</ul",
    ],
)
def test_an_end_tag_that_is_none_ends_nothing(markup: bytes) -> None:
    assert count(b"<ul>" + markup + b"<ul>" * 3, scripting=True).depth >= 1
    assert count((b"<ul><li>" + markup + b">") * 20, scripting=True).depth >= 40


@pytest.mark.parametrize("seed", range(3))
def test_a_page_that_leaves_many_elements_open_by_mistake_is_read(seed: int) -> None:
    chosen = random.Random(seed)
    pieces = (
        "<p>words ",
        "<li>words ",
        "<b>words",
        "<font size=2>words",
        "<td>words",
        "</b>",
        "</p>",
        "<br>",
        "</div>",
    )
    markup = "".join(chosen.choice(pieces) + "and more of them " for _ in range(3_000))

    assert parse(Page(f"<div><ul><table><tr>{markup}".encode())).blocks


def test_deep_bounds_name_what_they_bound() -> None:
    with pytest.raises(Unbounded, match=r"^a tag <p> has 501 attributes$"):
        check(b"<p " + b" ".join(b"a%d=1" % k for k in range(501)) + b">", scripting=True)
    check(b"<p " + b" ".join(b"a%d=1" % k for k in range(500)) + b">", scripting=True)
