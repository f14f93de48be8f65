"""Lines without a label that stand above the labels: a title, and an official title below it.

Only their order says which is which. So they are read where as many stand there as such pages have, or where the page
itself shows its title: by its one heading of the first level, or by its `title` element. Else they are told.
"""

from collections.abc import Callable, Sequence

from normalizers.identifiers import last_parenthesis
from normalizers.notes import free_words
from normalizers.text import fold
from schemas.document import Block, Document
from schemas.record import IssueCode
from scraper.layouts.labels import Label
from scraper.layouts.layout import find
from scraper.layouts.openers import first_opening
from scraper.layouts.reading import PageReading
from scraper.structures.acronym import LONGEST_ACRONYM


def first_label(document: Document, labels: Sequence[Label], *forms: str) -> int:
    """The number of the label that begins the trial; where the page lacks it, of the first label that it has.

    Args:
        document: the page.
        labels: the layout's.
        forms: the label in all its forms, in lower case.
    """
    if own := find(document, *forms):
        return own[0]
    return first_opening(document, labels)


def start_of_lines(document: Document, label: int, is_notice: Callable[[str], bool] = lambda _: False) -> int:
    """The number of the first line above a label: the title where the page shows it, else the first line of all.

    Args:
        document: the page.
        label: the label's number.
        is_notice: whether words are the site's own.
    """
    places = [place for place in range(label) if place not in document.boilerplate]
    lines = [place for place in places if not is_notice(document.blocks[place].text)]
    titles = [place for place in lines if _is_title(document, document.blocks[place])]
    return titles[0] if titles else lines[0] if lines else label


def read_lines(page: PageReading, places: Sequence[int], *fields: str) -> None:
    """Read a line for each field.

    Args:
        page: the page.
        places: the units of the lines.
        fields: the title's first.
    """
    units = page.sections.units
    titles = [place for place in places if _is_title(page.document, units[place].block)]
    if len(places) == len(fields) and titles in ([], [places[0]]):
        for place, field in zip(places, fields, strict=True):
            page.add(field, page.sections.quote(place), free_words)
        _tell_acronym(page, fields[0], units[places[0]].text)
        return
    if not places:
        return
    read = 1 if titles == [places[0]] else 0
    if read:
        page.add(fields[0], page.sections.quote(places[0]), free_words)
        _tell_acronym(page, fields[0], units[places[0]].text)
        if len(places) == 1:
            return
    words = " | ".join(units[place].text for place in places[read:])
    for field in fields[read:]:
        message = f"{len(places)} lines stand where pages have {len(fields)}: which of them this is, nothing tells"
        page.issue(field, IssueCode.AMBIGUOUS, words, message)


def _tell_acronym(page: PageReading, field: str, title: str) -> None:
    """Tell a title that may end in the trial's acronym: the registry's words for it may end in parentheses, too."""
    last = last_parenthesis(title)
    if last is not None and len(last[1]) <= LONGEST_ACRONYM:
        message = "the title ends in a parenthesis that can be its own or the acronym, and nothing tells which"
        page.issue(field, IssueCode.AMBIGUOUS, f"({last[1]})", message)


def _is_title(document: Document, block: Block) -> bool:
    """Whether the page shows that a block is its title."""
    if block.kind == "heading" and block.depth == 1:
        highest = [other for other in document.blocks if other.kind == "heading" and other.depth == 1]
        return highest == [block]
    named = fold(document.title)
    words = fold(block.text)
    return len(words) >= _SHORTEST_TITLE and named.startswith(words)


_SHORTEST_TITLE = 15
"""Characters of a title that the `title` element is made of, at the least: a site's name can be shorter."""
