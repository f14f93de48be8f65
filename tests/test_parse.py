"""Markup of lines, headings, images and what a browser hides, each with the blocks that it reads as."""

import pytest

from schemas.document import Block, Document
from scraper.parse.blocks import parse
from scraper.parse.page import Page
from tests.each import each
from tests.markup import read, shown


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


def test_a_tooltip_is_not_shown():
    page = parse(Page(b'<!doctype html><body><div>Sex<span role="tooltip">Learn more</span></div><div>All</div>'))
    assert [block.text for block in page.blocks] == ["Sex", "All"]
