"""Which of the lines above the first label of a listing is the title."""

import pytest

from schemas.document import Block
from schemas.record import IssueCode
from scraper.structures.title import Page, Piece, Title, title_of

TITLE = "Stem cells for knee pain"
OTHER = "Walking aids for sore hips"


def title(
    *texts: str | Block,
    element: str = "",
    address: str | None = None,
    image: int | None = None,
    has_prose: bool = False,
    lacks_status: bool = False,
) -> Title:
    """The title among lines; one that begins with `chip` is a chip."""
    blocks = [text if isinstance(text, Block) else Block(0, "line", text) for text in texts]
    pieces = [Piece(block.text, block._replace(number=number), number) for number, block in enumerate(blocks)]
    kinds = [piece.text if piece.text.startswith("chip") else None for piece in pieces]
    chips = [number for number, kind in enumerate(kinds) if kind is not None]
    run = range(chips[0], chips[-1] + 1) if chips else range(0)
    page = Page(element, address, "html", image, has_prose)
    return title_of(pieces, kinds, run, page, begins_chip=lambda _: False, lacks_status=lacks_status)


def found(result: Title) -> tuple[str | None, list[str], list[str]]:
    """The title, the words of the issues, and the rivals."""
    text = None if result.title is None else result.title.text
    return text, [issue.text for issue in result.issues], [piece.text for piece in result.rivals]


def heading(text: str, level: int = 1) -> Block:
    return Block(0, "heading", text, level)


@pytest.mark.parametrize(
    ("texts", "page"),
    [
        (("Home", heading(TITLE), "chip 1"), {}),
        (("Home", TITLE, OTHER, TITLE, "chip 1"), {}),  # it stands twice
        (("Home", TITLE, OTHER, "chip 1"), {"element": f"{TITLE} | Site"}),
        (("Home", TITLE, OTHER, "chip 1"), {"element": f"{TITLE} and more"}),  # most of the element
        (("Home", TITLE, OTHER, "chip 1"), {"address": "https://example.org/trials/stem-cells-for-knee-pain/"}),
        (("Home", TITLE, OTHER, "chip 1"), {"address": "https://example.org/trials/stem-cells-for"}),  # it was cut
        (("Home", heading(TITLE, 2), "chip 1"), {}),  # the only heading
        ((TITLE, "chip 1"), {}),
        (("Home", TITLE, "chip 1"), {}),  # few words are a button
        (("chip 1", heading(TITLE)), {}),
        (("Image", OTHER, "Image", TITLE, "chip 1"), {"image": 2}),  # behind the image
        ((TITLE, Block(0, "item", OTHER, 1, "•"), "chip 1"), {"lacks_status": True}),
        (("Learn more", TITLE, "chip 1"), {}),
    ],
)
def test_the_page_shows_which_line_is_the_title(texts, page):
    result = title(*texts, **page)
    assert found(result)[0] == TITLE
    assert list(result.issues) == []


def test_of_several_headings_the_last_highest_or_the_only_one_is_it_and_the_others_are_told():
    assert found(title("Home", heading("Trials"), heading(TITLE), "chip 1")) == (TITLE, ["Trials"], ["Trials"])
    assert found(title("Home", heading("News", 2), TITLE, "chip 1")) == ("News", [TITLE], [TITLE])
    assert found(title("Home", heading("News", 2), heading("Old", 2), "chip 1"))[0] is None


def test_without_a_line_that_can_be_it_there_is_no_title():
    assert title("chip 1", "chip 2") == Title(None)
    assert title("chip 1", OTHER, TITLE) == Title(None)


def test_of_two_lines_that_can_be_it_neither_is():
    result = title(OTHER, TITLE, "chip 1")
    assert found(result) == (None, [f"{OTHER} | {TITLE}"], [OTHER, TITLE])
    (issue,) = result.issues
    assert (issue.field, issue.code) == ("title", IssueCode.AMBIGUOUS)
    assert issue.message == "each of these can be the title, and the page does not show which one is"


def test_a_rival_that_the_page_shows_as_often_is_told():
    result = title(heading(TITLE), OTHER, OTHER, "chip 1")
    assert found(result) == (TITLE, [OTHER], [OTHER, OTHER])
    assert result.issues[0].code is IssueCode.MISMATCH
    message = f"the page names its trial by these words too, and {TITLE!r} stands where the title stands"
    assert result.issues[0].message == message


@pytest.mark.parametrize(
    ("element", "address", "told"),
    [
        ("Walking aids for sore hips in old people", None, ["Walking aids for sore hips in old people"]),
        ("Site | Walking aids for sore hips in old people", None, ["Walking aids for sore hips in old people"]),
        ("Walking aids for sore hips in people", None, []),  # seven words can be the portal's own
        ("Stem cells for knee pain in old people", None, []),
        ("", "https://example.org/x/walking-aids-for-hips", ["walking aids for hips"]),
        ("", "https://example.org/x/walking-aids-hips", []),
        ("", "https://example.org/x/stem-cells-for-hips", []),
    ],
)
def test_other_words_of_the_element_or_the_address_contradict_the_title(element, address, told):
    assert found(title(heading(TITLE), "chip 1", element=element, address=address))[1] == told


def test_below_a_title_stands_a_status_in_unknown_words_and_nothing_else():
    assert found(title(TITLE, "Seeking knees", "chip 1", lacks_status=True))[0] == TITLE
    assert found(title(TITLE, "Seeking knees", "chip 1"))[0] is None
    assert found(title(TITLE, "Seeking knees", "chip 1", has_prose=True))[0] == TITLE
