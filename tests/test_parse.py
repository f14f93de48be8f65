"""Every kind of markup, each with the blocks that it reads as."""

import html
import json
import re
from pathlib import Path

import pytest

from schemas.document import Block, Document
from scraper.cases import cases
from scraper.errors import NotATrialPage
from scraper.parse.blocks import MAX_BYTES, parse
from scraper.parse.page import Page
from tests.each import each


def read(markup: str) -> Document:
    return parse(Page(f"<!DOCTYPE html><body>{markup}".encode()))


def shown(markup: str) -> list[str]:
    """The blocks in short: `h2 Title`, `Some line`, `1• Item`, `2. Item of an inner list`, `Cell | Cell`."""
    return [short(block) for block in read(markup).blocks]


def short(block: Block) -> str:
    if block.kind == "heading":
        return f"h{block.depth} {block.text}"
    if block.kind == "item":
        return f"{block.depth}{block.marker} {block.text}"
    if block.kind == "row":
        return " | ".join(block.cells)
    if block.kind == "image":
        return f"[{block.text}]"
    return f"{block.depth}| {block.text}" if block.depth else block.text


def refused(content: bytes) -> str:
    with pytest.raises(NotATrialPage) as caught:
        parse(Page(content, "https://ctv.veeva.com/study/x"))
    assert caught.value.url == "https://ctv.veeva.com/study/x"
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p>a<p>b", ["a", "b"]),
        ("a<div>b</div>c", ["a", "b", "c"]),
        ("a<br>b<br><br/>c", ["a", "b", "c"]),
        ("a<hr>b", ["a", "b"]),
        ("<div>a<p></p>b</div>", ["a", "b"]),
        ("<DIV>a<P>b</DIV>", ["a", "b"]),
        ("<div><span><div>a</div></span>b</div>", ["a", "b"]),
        ("<button>a</button><button>b</button>", ["a", "b"]),
        ("<span role=button>a</span><span role=button>b</span>", ["a", "b"]),
        ("x <select><option>a<option>b</select> y", ["x", "a", "b", "y"]),
        ("<label>Name</label> <input value=Ann><textarea>typed</textarea>", ["Name"]),
        ("<figure>a<figcaption>b</figcaption></figure>", ["a", "b"]),
        ("<details><summary>Question</summary>Answer</details>", ["h0 Question", "Answer"]),
    ],
)
def test_blocks_and_breaks_separate_lines(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@each(
    ("markup", "line"),
    [
        ("a<b>b</b>c", "abc"),
        ("a <b>b</b> c", "a b c"),
        ("a<b> b</b>", "a b"),
        ("<b>a </b><i>b</i>", "a b"),
        ("<b>a</b>\n<i>b</i>", "a b"),
        ("<b>a</b> <!-- --> <i>b</i>", "a b"),
        ("<a>word</a>, and", "word, and"),
        ("See <a href=x>Privacy</a> <a href=y>Terms</a>", "See Privacy Terms"),
        ("<a href=x>Asthma</a>, <a href=y>COPD</a>", "Asthma, COPD"),
        ("<a>Pha<b>se</b> 1</a>&nbsp;", "Phase 1"),
        ("  a\n\t b&nbsp;&nbsp;c  ", "a b c"),
        ("a&#13;b", "a b"),
        ("a\fb", "a b"),
        ("5\N{THIN SPACE}mg", "5 mg"),
        ("hyph&shy;en", "hyphen"),
        ("zero&#x200b;width&#xfeff;", "zerowidth"),
        ("long<wbr>word", "longword"),
        ("10<sup>9</sup>/L", "10^9/L"),
        ("Phase<!-- --> <!-- -->1", "Phase 1"),
        ("Pha<!-- x -->se", "Phase"),
        ("a<script>x()</script>b", "ab"),
        ("a<svg><path/></svg> b", "a b"),
        ("a<span hidden>x</span>b", "ab"),
        ("a<b></b><i> </i><b></b>b", "a b"),
        ("<my-element>a</my-element>b", "ab"),
        ("BMI &lt; 35 &amp; age &ge; 18", "BMI < 35 & age ≥ 18"),
    ],
)
def test_inline_elements_join_as_a_browser_shows_them(markup: str, line: str):
    assert shown(f"<p>{markup}</p>") == [line]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p><a>Asthma</a><a>COPD</a></p>", ["Asthma", "COPD"]),
        ("<p><span><a>Asthma, <i>mild</i></a></span> &nbsp; <span><a>COPD</a></span></p>", ["Asthma, mild", "COPD"]),
        ("<p><a>Asthma<img alt=!></a><a>COPD</a></p>", ["[!]", "Asthma", "COPD"]),
        ("<ul><li><a>Asthma</a> <a>COPD</a><li>Cough</ul>", ["1• Asthma", "1| COPD", "1• Cough"]),
        ("<table><tr><td>Conditions<td><a>Asthma</a> <a>COPD</a></table>", ["Conditions | Asthma\nCOPD"]),
        ("<h2><a>Knee</a> <a>osteoarthritis</a></h2>", ["h2 Knee osteoarthritis"]),
        ("<pre><a>Knee</a> <a>osteoarthritis</a></pre>", ["Knee osteoarthritis"]),
    ],
)
def test_links_side_by_side_are_a_line_each(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@pytest.mark.parametrize(
    ("markup", "links"),
    [
        ("<p><a>Asthma</a>, <a>COPD</a></p>", ("Asthma", "COPD")),
        ("<p><a>Labor, <i>Induced</i></a> | <span><a>COPD</a>;</span></p>", ("Labor, Induced", "COPD")),
        ("<ul><li><a>Asthma</a>·<a>COPD</a></ul>", ("Asthma", "COPD")),
        ("<p><a>Asthma</a> and <a>COPD</a></p>", ()),
        ("<p><a>Asthma</a>, mild</p>", ()),
        ("<h2><a>Asthma</a>, <a>COPD</a></h2>", ()),
        ("<pre><a>Asthma</a>, <a>COPD</a></pre>", ()),
    ],
)
def test_a_line_of_links_and_commas_is_one_line_that_knows_its_links(markup: str, links: tuple[str, ...]):
    (block,) = parse(Page(markup.encode())).blocks
    assert block.cells == links


def test_a_row_of_one_cell_below_a_line_of_links_is_no_row_of_a_table():
    markup = "<p><a>Asthma</a>, <a>COPD</a></p><table><tr><td>Cough<td></table>"
    assert [block.kind for block in parse(Page(markup.encode())).blocks] == ["line", "line"]


def test_a_line_of_blanks_that_nobody_sees_is_no_block():
    assert shown("<p>&nbsp;</p><p>&#x200b;</p><p> </p><h2>&nbsp;</h2><h2> </h2><h2></h2><pre> </pre>a") == ["a"]


def test_pre_keeps_its_line_breaks():
    assert shown("<pre>\na  b\n\n<b>c</b>\n<i>d</i></pre>e") == ["a b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<h1>a</h1><h6>b</h6>", ["h1 a", "h6 b"]),
        ("<h2><a href=x><b>a</b> b</a></h2>c", ["h2 a b", "c"]),
        ("<h2>a<br>b</h2>c", ["h2 a b", "c"]),
        ("<h2>a<br><br><i>b</i><br></h2>c<br>d", ["h2 a b", "c", "d"]),
        ("<div role=heading>a<br>b</div>", ["h2 a b"]),
        ("<dl><dt>a<br>b<dd>c</dl>", ["h0 a", "h0 b", "c"]),
        ("<h2><div>a</div></h2>b", ["h2 a", "b"]),
        ("<div role=heading>a</div>b", ["h2 a", "b"]),
        ("<span role=heading aria-level=4>a</span>b", ["h4 a", "b"]),
        ("<span role=heading aria-level=9>a</span>", ["h6 a"]),
        ("<h3 role=heading>a</h3>", ["h3 a"]),
        ("<dl><dt>a<dd>b<dt><div>c</div><dd>d</dl>", ["h0 a", "b", "h0 c", "d"]),
        ("<fieldset><legend>a</legend>b</fieldset>", ["h0 a", "b"]),
        ("<table><caption>a</caption><tr><td>b<td>c</table>", ["h0 a", "b | c"]),
        ("<pre><h2>a\nb</h2></pre>", ["h2 a", "h2 b"]),
    ],
)
def test_headings_keep_their_level_and_terms_have_none(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@each(
    ("markup", "blocks"),
    [
        ("<ul><li>a<li>b</ul>c", ["1• a", "1• b", "c"]),
        ("<menu><li>a</menu>", ["1• a"]),
        ("<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", ["1• a", "2• b", "31. c", "1• d"]),
        ("<ul><li>a<br>b<p>c</p><li>d</ul>", ["1• a", "1| b", "1| c", "1• d"]),
        ("<ul><li><p>a</p><ul><li>b</ul><p>c</p></ul>", ["1• a", "2• b", "1| c"]),
        ("<ul>a<li>b</ul>", ["1| a", "1• b"]),
        ("<ul><ul><li>a</ul></ul>", ["2• a"]),
        ("<li>a</li>b", ["1• a", "b"]),
        ("<ul><li><h3>a</h3><p>b</p><li>c</ul>", ["h3 a", "1• b", "1• c"]),
        ("<ul><h3><li>a</li>b</h3><li>c</ul>", ["2• a", "h3 b", "1• c"]),
        ("<ol><li>a<li>b</ol>", ["11. a", "12. b"]),
        ("<ol start=4><li>a<li>b</ol>", ["14. a", "15. b"]),
        ("<ol start=-1><li>a<li>b</ol>", ["1-1. a", "10. b"]),
        ("<ol><li>a<li value=7>b<li>c</ol>", ["11. a", "17. b", "18. c"]),
        ("<ol reversed><li>a<li>b</ol>", ["12. a", "11. b"]),
        ("<ol reversed start=9><li>a<li>b</ol>", ["19. a", "18. b"]),
        ("<ol start=x><li value=y>a</ol>", ["11. a"]),
        ("<ol type=a><li>a<li value=28>b</ol>", ["1a. a", "1ab. b"]),
        ("<ol type=A start=26><li>a<li>b</ol>", ["1Z. a", "1AA. b"]),
        ("<ol type=a start=0><li>a</ol>", ["10. a"]),
        ("<ol type=i start=4><li>a<li value=1999>b</ol>", ["1iv. a", "1mcmxcix. b"]),
        ("<ol type=I start=3999><li>a<li>b</ol>", ["1MMMCMXCIX. a", "14000. b"]),
        ("<ol type=disc><li>a</ol>", ["11. a"]),
        ("<div role=list><div role=listitem>a</div><div role=listitem>b</div></div>c", ["1• a", "1• b", "c"]),
        ("<ul role=list><li role=listitem>a</ul>", ["1• a"]),
    ],
)
def test_items_keep_their_depth_and_marker(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<div>• a</div><div>◦ b</div>c", ["1• a", "1◦ b", "c"]),
        ("<p>– a<p>–b<p>–", ["1– a", "–b", "–"]),
        ("<div>• a<br>• b<br>c</div>d", ["1• a", "1• b", "1| c", "d"]),
        ("<div>• a:<div>• b</div><div>• c</div></div><div>• d</div>", ["1• a:", "2• b", "2• c", "1• d"]),
        ("<div>a:<br>• b<br>c</div>", ["a:", "1• b", "c"]),
        ("<div><span>•</span> <b>a</b><p>b</p></div>c", ["1• a", "1| b", "c"]),
        ("<div><i></i><b>• a</b><p>b</p></div>c", ["1• a", "1| b", "c"]),
        ("<ul><li>• a<li>▪ b</ul>", ["1• a", "1▪ b"]),
        ("<ul><li>a:<br>• b<br>• c<li>d</ul>", ["1• a:", "2• b", "2• c", "1• d"]),
        ("<ol><li>• a</ol>", ["11. • a"]),
        ("<h2>• a</h2>", ["h2 • a"]),
        ("<pre>• a\n  b\n• c\n</pre>d", ["1• a", "1| b", "1• c", "d"]),
        ("<table><tr><td>a<td>• b<br>• c</table>", ["a", "1• b", "1• c"]),
    ],
)
def test_a_line_that_opens_with_a_bullet_is_an_item_with_all_its_block_holds(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@each(
    ("markup", "blocks"),
    [
        ("<tr><th>a<td>b", ["a | b"]),
        ("<thead><tr><th>a<th>b<tbody><tr><td>c<td>d", ["a | b", "c | d"]),
        ("<tr><td>a<td><td> &nbsp;<td>b", ["a |  |  | b"]),
        ("<tr><td colspan=2>a<td>b", ["a | b"]),
        ("<tr><td>a<td>b<br>c<p>d</p>", ["a | b\nc\nd"]),
        ("<tr><td>a", ["a"]),
        ("<tr><td><td>a<br>b<tr><td>c<td>d", ["a", "b", "c | d"]),
        ("<tr><th>a<th>b<tr><td>c<td><tr><td><td>d", ["a | b", "c | ", " | d"]),
        ("<tr><th>a<th>b<tr><td><td>c<br>d", ["a | b", "c", "d"]),
        ("<tr><th>a<th>b<tr><td><td>c<td>", ["a | b", "c"]),
        ("<tr><td><h2>a</h2><td>b", ["h2 a", "b"]),
        ("<tr><td>a<td><ul><li>b</ul>", ["a", "1• b"]),
        ("<tr><td>a<td><table><tr><td>b<td>c</table>d", ["a", "b | c", "d"]),
        ("<tr><td>a<td><table></table>b<tr><td>c<td>d", ["a", "b", "c | d"]),
        ("<tr><td>a<td><img alt=Yes>b", ["[Yes]", "a | b"]),
        ("<tr><td>a<td><img alt=Yes>", ["a", "[Yes]"]),
        ("<tr><td>a<td>b<tr><td><td>c<tr><td>d<td>", ["a | b", " | c", "d | "]),
        ("<tr><td>a<td>b<tr><td>c<tr><td><td>d<td>", ["a | b", "c", "d"]),
        ("<tr><td>a<td>b<tr><td><td>c<br>d", ["a | b", "c", "d"]),
        ("<tr><td>a<td>b<caption>c</caption>", ["a | b", "h0 c"]),
        ("<tr><td>a<td><form>b</form><tr><td>c<td>d", ["a | b", "c | d"]),
    ],
)
def test_rows_keep_their_cells_unless_the_table_is_layout(markup: str, blocks: list[str]):
    assert shown(f"<table>{markup}</table>") == blocks


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<div role=row><div role=rowheader>a</div><div role=cell>b</div></div>c", ["a | b", "c"]),
        ("<div role=row><span role=columnheader>a</span><span role=gridcell>b</span></div>", ["a | b"]),
        ("<div role=row>a<div role=cell>b</div><div role=cell>c</div></div>", ["a", "b", "c"]),
        ("<div role=cell>a</div>", ["a"]),
        ("<table><tr role=row><td role=gridcell>a<td role=gridcell>b</table>", ["a | b"]),
        (
            "<div role=row><div role=cell>a</div><div role=cell><div role=row>b</div></div></div>",
            ["a", "b"],
        ),
    ],
)
def test_rows_may_be_written_with_roles(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


def test_the_text_of_a_row_is_all_its_lines():
    (row,) = read("<table><tr><td>Ages<td>18 Years<br>and older</table>").blocks
    assert row.text == "Ages 18 Years and older"
    assert row.cells == ("Ages", "18 Years\nand older")


def test_a_table_in_an_item_begins_anew():
    assert shown("<ul><li><table><tr><td>a<td>b</table>c</ul>") == ["a | b", "1• c"]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<img alt='Acme logo'>", ["[Acme logo]"]),
        ("<img alt=' '><img alt><img>", []),
        ("<p>a</p><img alt=I><p>b</p>", ["a", "[I]", "b"]),
        ("a <img alt=I>b", ["[I]", "a b"]),
        ("a<img alt=I> b <img>c", ["[I]", "a b c"]),
        ("<map><area alt=A></map>", ["[A]"]),
        ("<input type=image alt=Search><input type=text alt=no><input alt=no>", ["[Search]"]),
        ("<svg role=img aria-label=Phase><text>x</text></svg>", ["[Phase]"]),
        ("<svg role=img><title>Phase</title><text>x</text></svg>a", ["[Phase]", "a"]),
        ("<svg role=img><path/></svg><svg aria-label=x><title>no</title></svg>", []),
        ("<img role=listitem alt=I>", ["[I]"]),
    ],
)
def test_images_leave_the_words_that_stand_for_them(markup: str, blocks: list[str]):
    assert shown(markup) == blocks


@each(
    "markup",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<template><p>x</template>",
        "<noscript><p>x</p></noscript>",
        "<svg><text>x</text></svg>",
        "<iframe>x</iframe>",
        "<object>x</object>",
        "<video>x</video>",
        "<textarea>x</textarea>",
        "<datalist><option>x</datalist>",
        "<title>x</title>",
        "<p hidden>x</p>",
        "<p hidden=until-found>x</p>",
        "<div HIDDEN><p>x<p hidden>x</div>",
        "<p aria-hidden=true>x</p>",
        "<p aria-hidden=TRUE>x</p>",
        "<p style='display:none'>x</p>",
        "<p style='color: red; DISPLAY : None !important;'>x</p>",
        "<p style='visibility: hidden'>x</p>",
        "<input type=hidden value=x>",
        "<dialog>x</dialog>",
        "<dialog role=navigation>x</dialog>",
        "<script role=listitem>x</script>",
        "<!-- x -->",
    ],
)
def test_what_a_browser_does_not_show_is_gone(markup: str):
    assert shown(f"a<br>{markup}<br>b") == ["a", "b"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p aria-hidden=false>x</p>",
        "<p style='overflow: hidden; color: none-such'>x</p>",
        "<p style='display: block'>x</p>",
        "<p role=tab>x</p>",
        "<dialog open>x</dialog>",
        "<details><p>x</details>",
    ],
)
def test_what_only_looks_hidden_stays(markup: str):
    assert shown(markup) == ["x"]


def test_a_page_that_waits_for_its_script_to_be_shown_is_read():
    content = b"<html hidden><body style='visibility:hidden' aria-hidden=true><p>x"
    assert [block.text for block in parse(Page(content)).blocks] == ["x"]


@pytest.mark.parametrize(
    ("markup", "regions"),
    [
        ("<nav><ul><li>a</ul></nav>b", ["navigation", ""]),
        ("<div role=navigation>a</div>b", ["navigation", ""]),
        ("<p>long text<form>a</form>b", ["", "form", ""]),
        ("<footer>a</footer>b", ["footer", ""]),
        ("<div role=contentinfo>a</div>b", ["footer", ""]),
        ("<article><div><footer>a</footer></div></article>", [""]),
        ("<section><footer>a</footer></section>", [""]),
        ("<dialog open>a</dialog>b", ["dialog", ""]),
        ("<div role=dialog>a</div><div role=alertdialog>b</div>c", ["dialog", "dialog", ""]),
        ("<footer>a<nav>b</nav>c</footer>", ["footer", "navigation", "footer"]),
        ("<form><h1>Title</h1><p>short</form><p>a very long text", ["", "", ""]),
        ("<form><p>most of the text<nav>a</nav></form><p>b", ["", "navigation", ""]),
        ("<p>some long text<nav>a<form>b</form>c</nav>", ["", "navigation", "form", "navigation"]),
        ("<nav><table><tr><td>a<td>b</table></nav>c", ["navigation", ""]),
        ("<table><tr><td>a<td><nav>b</nav></table>", [""]),
        ("<article>" + "<div>" * 32 + "<footer>x", ["footer"]),
    ],
)
def test_blocks_know_the_region_that_the_markup_names(markup: str, regions: list[str]):
    assert [block.region for block in read(markup).blocks] == regions


def test_an_item_goes_on_through_a_form():
    assert shown("<p>long enough<ul><li><form>a</form>b</ul>") == ["long enough", "1• a", "1| b"]


@pytest.mark.parametrize(
    ("head", "title", "address"),
    [
        ("<title> A &amp;\n B </title>", "A & B", None),
        ("<title></title>", "", None),
        ("", "", None),
        ("<title>A</title><body><svg><title>B</title></svg>", "A", None),
        ("<body><svg><title>B</title></svg>", "", None),
        ("<body><p>x<title>A</title>", "A", None),
        ("<link rel=canonical href=' https://a/b '>", "", "https://a/b"),
        ("<link rel='Canonical nofollow' href=https://a/b><link rel=canonical href=https://c>", "", "https://a/b"),
        ("<meta property=og:url content=https://o>", "", "https://o"),
        ("<meta property=og:url content=https://o><link rel=canonical href=https://a>", "", "https://a"),
        ("<link rel=canonical><meta property=og:url>", "", None),
        ("<link rel=canonical href><meta property=og:url content=https://o>", "", "https://o"),
        ("<noscript><img src=x></noscript><title>A</title>", "A", None),
    ],
)
def test_the_head_gives_the_title_and_the_address(head: str, title: str, address: str | None):
    document = parse(Page(f"<!doctype html>{head}".encode()))
    assert (document.form, document.title, document.address) == ("html", title, address)


def test_a_page_of_frames_has_no_blocks():
    assert parse(Page(b"<frameset><frame src=x></frameset>")) == Document("html", ())


def test_a_document_holds_numbered_blocks():
    assert read("<h1>Title</h1><ul><li>a</ul>") == Document(
        "html", (Block(0, "heading", "Title", 1), Block(1, "item", "a", 1, "•"))
    )


def test_several_lists_headings_and_rows_of_a_page_stand_in_reading_order():
    assert shown(
        "<nav><a>Menu</a></nav><main><h1>Exosomes in <i>Osteoarthritis</i></h1><div><div><img alt='Acme logo'>"
        "<span>Acme</span></div><div><h3>Status</h3><p>Enrolling</p></div></div><h4>Inclusion criteria</h4>"
        "<ul><li>Pain<ul><li>for 3 months</li></ul></li><li>BMI</li></ul><table><tr><td>Start<td>2021</table></main>"
    ) == [
        "Menu",
        "h1 Exosomes in Osteoarthritis",
        "[Acme logo]",
        "Acme",
        "h3 Status",
        "Enrolling",
        "h4 Inclusion criteria",
        "1• Pain",
        "2• for 3 months",
        "1• BMI",
        "Start | 2021",
    ]


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


def test_bullets_deep_in_inline_elements_are_items_of_one_list():
    assert shown("<span>• x<br>" * 40) == ["1• x"] * 40


def test_lists_deeper_than_any_page_needs_are_not_told_apart():
    depths = [block.depth for block in read("<ul><li>x" * 40).blocks]
    assert depths == [*range(1, 33), *[32] * 8]


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


# --- JSON ---


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


@pytest.mark.parametrize("inner", ["<div class=x>", "<DIV class=x></ul>", "<span title='</span>'>", "<ul><!--</ul>-->"])
def test_markup_that_nests_too_deep_is_refused(inner: str):
    message = "the page takes too much to read: 20,000 elements are open in each other"
    assert refused(b"<!doctype html>" + inner.encode() * 20_000) == message


def test_markup_is_not_deep_where_elements_stand_beside_each_other():
    assert len(read("<div><div>a</div></div>" * 20_000).blocks) == 20_000


def test_json_that_nests_too_deep_is_refused():
    assert refused(b"[" * 200_000 + b"]" * 200_000) == "the page is JSON that nests too deep"


# --- text captures, and what is no page ---


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


def test_a_page_that_is_too_large_is_refused():
    assert refused(b"x" * (MAX_BYTES + 1)) == "the page is larger than 20 MB"


def test_the_largest_page_is_read():
    start = b"<p>"
    (block,) = parse(Page(start + b"word " * ((MAX_BYTES - len(start)) // 5))).blocks
    assert len(block.text) > 20_000_000


# --- captures of real pages ---

CAPTURES = [
    "Title\n\nStatus\n\nEnrolling\n\n  • One, ≤ 35 & more\n  • Two:\n\n    • Three",
    *(path.read_text("utf-8") for path in sorted(Path(__file__).parents[1].glob("snapshots/*/*/*.txt"))),
]


@pytest.mark.parametrize(
    ("before", "after"), [("<p>", "</p>"), ("<div><span>", "</span></div>\n"), ("", "<br>"), ("<h3>", "</h3>")]
)
def test_a_capture_in_simple_markup_keeps_all_its_words_in_order(before: str, after: str):
    for text in CAPTURES:
        lines = [line for line in text.splitlines() if line.strip()]
        document = read("".join(f"{before}{html.escape(line)}{after}" for line in lines))
        assert " ".join(block.words for block in document.blocks) == " ".join(text.split())


def test_a_capture_with_its_lists_in_markup_reads_like_the_capture():
    for text in CAPTURES:
        lines = [re.sub(r"^\s*(?:•|\d+\.) ", "", line).strip() for line in text.splitlines() if line.strip()]
        starts = [re.match(r"\s*(?:•|\d+\.) ", line) is not None for line in text.splitlines() if line.strip()]
        document = read(
            "".join(
                f"<ul><li>{html.escape(line)}</ul>" if is_item else f"<p>{html.escape(line)}"
                for line, is_item in zip(lines, starts, strict=True)
            )
        )
        assert [(block.kind, block.text) for block in document.blocks] == [
            ("item" if is_item else "line", " ".join(line.split())) for line, is_item in zip(lines, starts, strict=True)
        ]


def test_a_value_of_json_is_the_value_that_the_json_holds():
    record = {"protocolSection": {"identificationModule": {"nctId": "NCT05160831"}, "phases": ["PHASE1", "PHASE2"]}}
    values = {block.pointer: block.text for block in parse(Page(json.dumps(record).encode())).blocks}
    assert values == {
        "/protocolSection/identificationModule/nctId": "NCT05160831",
        "/protocolSection/phases/0": "PHASE1",
        "/protocolSection/phases/1": "PHASE2",
    }


def test_a_tooltip_is_not_shown():
    page = parse(Page(b'<!doctype html><body><div>Sex<span role="tooltip">Learn more</span></div><div>All</div>'))
    assert [block.text for block in page.blocks] == ["Sex", "All"]


def test_every_block_of_a_bundled_page_stands_at_its_number():
    for case in cases(Path("snapshots")):
        for place in case.inputs if case.expectation.name == "record.json" else ():
            numbers = [block.number for block in parse(case.page(place)).blocks]
            assert numbers == list(range(len(numbers))), case.name
