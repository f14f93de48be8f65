"""Numbers of a trial that stand in one list: its NCT id, and those that it has elsewhere."""

from collections.abc import Iterator
from itertools import islice

from normalizers.identifiers import nct_id
from normalizers.text import fold
from schemas.document import Document, undecorated
from schemas.extraction import Quote
from scraper.errors import ExtractError
from scraper.layouts.sections import Sections

FIRST_IDS = 4
"""Lines below the label in which the NCT id stands on nearly all pages."""


def read_identifiers(sections: Sections, name: str) -> tuple[Quote, tuple[Quote, ...]]:
    """The NCT id and the other numbers below a label. The NCT id usually stands first; a bare one is the trial's.

    Args:
        sections: the page's.
        name: the label.

    Raises:
        ExtractError: there is no NCT id, or there are several.
    """
    quotes = sections.many(name)
    own = [quote for quote in quotes if nct_id(quote.text) is not None]
    if not own:
        raise ExtractError(f"the page shows no NCT id under {name}")
    shown = dict.fromkeys([*(quote.text for quote in own), *_ids_again(sections, name)])
    if len({nct_id(text) for text in shown}) > 1:
        raise ExtractError(f"the page shows several NCT ids under {name}: {', '.join(shown)}")
    number = nct_id(own[0].text)
    return own[0], tuple(quote for quote in quotes if nct_id(undecorated(quote.text)) != number)


def has_nct_id(document: Document, place: int) -> bool:
    """Whether an NCT id stands right below a label, given its number."""
    return any(nct_id(block.text) is not None for block in document.blocks[place + 1 : place + 1 + FIRST_IDS])


def _ids_again(sections: Sections, name: str) -> Iterator[str]:
    """The first NCT id below each line that reads like the label: of a second trial on the page, whichever is read."""
    for place, unit in enumerate(sections.units):
        if fold(undecorated(unit.text)) == fold(name):
            below = (other.text for other in sections.units[place + 1 : place + 1 + FIRST_IDS])
            yield from islice((text for text in below if nct_id(text) is not None), 1)
