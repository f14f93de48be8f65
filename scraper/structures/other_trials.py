"""Cards of other trials that stand inside a record, below a heading of the site, and sentences about the page."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from normalizers.identifiers import nct_id
from schemas.document import Document
from scraper.layouts.labels import Label
from scraper.layouts.layout import find
from scraper.layouts.matches import is_label
from scraper.layouts.sections import Sections

LONGEST_CARD = 3
"""Lines of a card at the most: its title, in one line or two, and its number."""


def cards_and_sentences(
    document: Document, content: range, heading: str, sentences: Collection[str], labels: tuple[Label, ...]
) -> Mapping[int, str]:
    """The numbers of the cards below a heading, and of sentences that explain the page, each with its rule.

    The heading itself stays: it ends the text above it. What stands behind the last number is of no card.

    Args:
        document: the page.
        content: the numbers of the trial's blocks.
        heading: above the cards, in lower case.
        sentences: in lower case.
        labels: of the layout: a card ends before one.
    """
    blocks = document.blocks
    known = {place: "explanation" for place in content if blocks[place].text.lower() in sentences}
    cards = dict[int, str]()
    for start in find(document, heading):
        if start in content:
            below = takewhile(lambda place: not is_label(labels, blocks[place]), range(start + 1, content.stop))
            places = [place for place in below if place not in known]
            cards |= {places[n]: "card of another trial" for n in _in_cards([blocks[n].text for n in places])}
    return known | cards


def read_cards(sections: Sections, heading: str) -> None:
    """Read the cards that stand in the cells of rows, where they are no blocks of their own.

    Args:
        sections: the page's.
        heading: the label above the cards.
    """
    places = sections.between(heading)
    for n in _in_cards([sections.units[place].text for place in places]):
        sections.quote(places[n])


def _in_cards(lines: Sequence[str]) -> Iterator[int]:
    """The numbers of the lines that belong to cards."""
    start = 0
    for place, line in enumerate(lines):
        if nct_id(line) is not None:
            yield from range(start, place + 1)
            start = place + 1
        elif place - start == LONGEST_CARD:
            return


def without_sentences(document: Document, sentences: Collection[str]) -> Document:
    """The document without the sentences in the cells of rows, where they are no blocks of their own.

    Args:
        document: the page.
        sentences: in lower case.
    """
    blocks = [
        block._replace(cells=tuple(_cell(cell, sentences) for cell in block.cells)) if block.kind == "row" else block
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))


def _cell(cell: str, sentences: Collection[str]) -> str:
    return "\n".join([line for line in cell.split("\n") if line.lower() not in sentences])
