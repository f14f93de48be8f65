"""Cards of other trials that stand inside a record, below a heading of the site: a title and a number each."""

from collections.abc import Iterable, Iterator, Mapping

from normalizers.identifiers import nct_id
from schemas.document import Document
from scraper.layouts.layout import find

LONGEST_CARD = 3
"""Lines of a card at the most: its title, in one line or two, and its number."""


def cards(document: Document, content: range, heading: str, own: str) -> Iterator[int]:
    """The positions of the cards below a heading; what stands behind the last number of the list is none of it.

    Args:
        document: the page.
        content: the positions of the trial's blocks.
        heading: above the cards, in lower case.
        own: the trial's number.
    """
    for start in find(document, heading):
        if start not in content:
            continue
        card: list[int] = []
        for place in range(start + 1, content.stop):
            card.append(place)
            number = nct_id(document.blocks[place].text)
            if number == own or len(card) > LONGEST_CARD:
                break
            if number is not None:
                yield from card
                card = []


def sentences(document: Document, content: range, known: Iterable[str]) -> Mapping[int, str]:
    """The positions of sentences that explain the page, each with its rule.

    Args:
        document: the page.
        content: the positions of the trial's blocks.
        known: the sentences, in lower case.
    """
    texts = frozenset(known)
    return {place: "explanation" for place in content if document.blocks[place].text.lower() in texts}
