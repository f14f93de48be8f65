"""Cards of other trials that stand inside a record, below a heading of the site, and sentences about the page."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from normalizers.identifiers import nct_id
from schemas.document import Document
from scraper.layouts.labels import Label
from scraper.layouts.layout import find
from scraper.layouts.matches import is_label

LONGEST_CARD = 3
"""Lines of a card at the most: its title, in one line or two, and its number."""


def cards_and_sentences(
    document: Document, content: range, heading: str, sentences: Collection[str], labels: tuple[Label, ...]
) -> Mapping[int, str]:
    """The positions of the cards below a heading, and of sentences that explain the page, each with its rule.

    The heading itself stays: it ends the text above it. What stands behind the last number is of no card.

    Args:
        document: the page.
        content: the positions of the trial's blocks.
        heading: above the cards, in lower case.
        sentences: in lower case.
        labels: of the layout: a card ends before one.
    """
    known = {place: "explanation" for place in content if document.blocks[place].text.lower() in sentences}
    starts = [place for place in find(document, heading) if place in content]
    places = [place for start in starts for place in _cards(document, range(start + 1, content.stop), known, labels)]
    return known | dict.fromkeys(places, "card of another trial")


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


def _cards(document: Document, below: range, known: Collection[int], labels: tuple[Label, ...]) -> Iterator[int]:
    card: list[int] = []
    for place in below:
        block = document.blocks[place]
        if len(card) == LONGEST_CARD or is_label(labels, block):
            return
        if place not in known:
            card.append(place)
        if nct_id(block.text) is not None:
            yield from card
            card = []
