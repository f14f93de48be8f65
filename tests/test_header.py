"""What stands above the first label of a study's page, without a label of its own."""

import pytest

from normalizers.boilerplate import marked
from schemas.document import Block, Document
from scraper.layouts.labels import one
from scraper.layouts.sections import Sections
from scraper.structures.header import around_title, title_and_sponsor, title_place

TITLE = "Stem cells for knee pain"


def page(*texts: str | Block, title: str = "", form: str = "html") -> Document:
    blocks = (text if isinstance(text, Block) else Block(0, "line", text) for text in texts)
    numbered = tuple(block._replace(number=number) for number, block in enumerate(blocks))
    return marked(Document(form, numbered, title))


def heading(text: str, level: int) -> Block:
    return Block(0, "heading", text, level)


def place(document: Document, *, site_words: tuple[str, ...] = (), address: str | None = None) -> int:
    first = next(block.number for block in document.blocks if block.text == "Status")
    return title_place(document, first, site_words, lambda text: text == address)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (page("Trials", TITLE, "A", "Army University", "Status", title=f"{TITLE} | Site"), 1),  # by its element
        (page("Stem", TITLE, "X", "Status", title=f"{TITLE} | Site"), 1),  # of several the longest
        (page("Menu", heading("Trials", 2), heading(TITLE, 1), heading("Filters", 2), "Y", "Status"), 2),
        (page("Home", heading("Trials", 1), heading(TITLE, 1), "Y", "Z", "Status"), 2),  # of first ones the last
        (page("Home", heading("Filters", 2), heading(TITLE, 2), "Y", "Z", "Status"), 5),  # nothing tells
        (page("Home", heading("Filters", 3), heading(TITLE, 2), "Y", "Z", "Status"), 2),
        (page("Home", heading("Trials", 0), "Y", "Z", "Status"), 4),  # a term is no heading
        (page("Home", TITLE, "A", "Army University", "Status"), 1),  # before the initial
        (page("Home", TITLE, "Army University logo", "Army University", "Status"), 1),
        (page("Home", TITLE, "Army University", "Army University", "Status"), 1),
        (page("Home", TITLE, "B", "Army University", "Status"), 4),  # another's initial
        (page("Home", TITLE, "1", "1st Hospital", "Status"), 4),  # a digit is none
        (page(TITLE, "B", "Army University", "Status"), 0),  # of three lines the one between is
        (page(TITLE, "Army University", "Status"), 0),
        (page("Home", TITLE, "Army University", "Status"), 3),
        (page("Home", TITLE, "Save", "Show more", "A", "Army University", "Status"), 1),  # buttons stand between
        (page("Share", TITLE, "Trials on knees", "A", "Army University", "Status"), 2),  # the last above the initial
        (page("Share", TITLE, "Trials on knees", "A", "Army University", "Status", form="text"), 1),
        (page("Share", "Trials on knees", TITLE, "A", "Army University", "Status", form="text"), 2),  # the longest
    ],
)
def test_the_page_says_which_line_is_its_title(document, expected):
    assert place(document) == expected


def test_the_address_is_surest_and_the_site_s_own_words_are_no_title():
    document = page("Site of Trials", TITLE, heading("Knee", 1), "Status")
    assert place(document, address=TITLE) == 1
    assert place(document) == 2
    two = page("Site of Trials", TITLE, "Army University", "Status")
    assert place(two, site_words=("site of trials",)) == 1
    assert place(two) == 3


def test_the_initial_below_the_title_is_an_avatar_and_badges_are_widgets():
    document = page("Home", TITLE, "A", "Army University", "Vendor site", "Status", "A", "Army")
    rules = around_title(document, range(1, 8), ("status",), ("vendor site",))
    assert rules == {2: "avatar", 4: "widget"}
    assert around_title(document, range(2, 8), ("status",), ()) == {}  # the title stands before an initial
    assert around_title(page("X", TITLE, "Status", "A", "Army"), range(1, 5), ("status",), ()) == {}


def header(*texts: str, numbers: tuple[int, ...] = ()) -> tuple[str | None, str | None, list[str]]:
    """The title, the sponsor, and the fields that are doubtful."""
    blocks = [Block(n, "line", text) for n, text in zip(numbers or range(len(texts)), texts, strict=True)]
    sections = Sections(Document("html", (*blocks, Block(90, "line", "Status"))), (one("Status", fields=("status",)),))
    title, sponsor = title_and_sponsor(sections)
    words = [None if quote is None else quote.text for quote in (title, sponsor)]
    return *words, [issue.field for issue in sections.issues if issue.message.startswith("several lines")]


def test_the_sponsor_stands_behind_the_title():
    assert header(TITLE, "Army University") == (TITLE, "Army University", [])
    assert header(TITLE) == (TITLE, None, [])
    assert header() == (None, None, [])


def test_where_the_initial_was_removed_titles_and_names_are_apart():
    assert header("Trials", TITLE, "Army University", numbers=(0, 1, 3)) == (TITLE, "Army University", ["title"])
    assert header(TITLE, "Army University", "Navy", numbers=(0, 2, 3)) == (TITLE, "Army University", ["sponsor"])
    assert header(TITLE, "A", "Army University", numbers=(0, 2, 3)) == (TITLE, "Army University", ["sponsor"])
    assert header(TITLE, "A", numbers=(0, 2)) == (TITLE, "A", [])


def test_words_of_the_page_are_neither_title_nor_sponsor():
    assert header(TITLE, "Save this study for later reading", "Army University", numbers=(0, 1, 3))[0] == TITLE
    assert header(TITLE, "Learn more", "Army University", numbers=(0, 2, 3))[1] == "Army University"
    assert header("Learn more")[0] == "Learn more"
