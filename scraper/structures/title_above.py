"""A title that stands above the first label, on pages that show the trial from its title down to their footer.

The page itself says which block is the title: by the words of its `title` element, by a heading, or since nothing else
stands there. Where nothing says so, no title is read.
"""

from normalizers.notes import free_words
from normalizers.page_chrome import not_an_entry
from schemas.document import Document
from schemas.record import IssueCode
from scraper.layouts.labels import Label
from scraper.layouts.matches import is_label
from scraper.layouts.openers import first_opening
from scraper.layouts.reading import PageReading
from scraper.structures.header import highest_headings, in_title_element
from scraper.structures.page_end import end_of_page


def content_below_title(document: Document, labels: tuple[Label, ...]) -> range:
    """From the title, where one is known, to what stands behind the trial.

    Args:
        document: the page.
        labels: of the layout.
    """
    content = content_from_label(document, labels)
    return range(_title_place(document, content.start, labels), content.stop)


def content_from_label(document: Document, labels: tuple[Label, ...]) -> range:
    """From the first label to what stands behind the trial.

    Args:
        document: the page.
        labels: of the layout; all together tell the first one, since a menu or a text can hold the words of one.
    """
    first = first_opening(document, labels)
    return range(first, end_of_page(document, labels, first))


def _title_place(document: Document, first: int, labels: tuple[Label, ...]) -> int:
    blocks = document.blocks[:first]
    above = [n for n, block in enumerate(blocks) if not (n in document.boilerplate or block.region)]
    places = [place for place in above if not is_label(labels, blocks[place])]
    if named := in_title_element(document.title, blocks, places):
        return named[-1]
    if headings := highest_headings(blocks, places):
        return headings[-1]
    # Below a label that stands out of its order its value stands.
    is_alone = len(above) == 1 == len(places) and blocks[above[0]].kind != "item"
    return above[0] if is_alone else first


def read_title(page: PageReading) -> None:
    """Read the title, the first block of the content, and tell what stands between it and the first label."""
    sections = page.sections
    if not sections.first:
        return
    title = sections.quote(0)
    page.add("title", title, free_words)
    reason = "a sentence" if title.text[-1] in ".!" else not_an_entry(title.text) if len(title.text) <= _SHORT else None
    if reason is not None:
        page.issue("title", IssueCode.AMBIGUOUS, title.text, f"{reason}, where the title stands")
    for place in range(1, sections.first):
        page.issue("title", IssueCode.AMBIGUOUS, sections.quote(place).text, "it stands beside the title")


_SHORT = 60
"""Characters: a longer title may hold a colon, a number or a verb."""
