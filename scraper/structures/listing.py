"""Listings of patient portals: a title, chips, texts below labels, and facts that only their places tell.

White labels show prose that a language model wrote, and a second title in plain words, in place of the texts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from normalizers.criteria.sides import parse_side_heading
from normalizers.dates import partial_date
from normalizers.identifiers import nct_id, nct_ids
from normalizers.notes import free_words
from schemas.document import Block, Document
from schemas.record import IssueCode
from scraper.layouts.labels import Unit
from scraper.layouts.layout import find
from scraper.layouts.reading import PageReading
from scraper.structures.chips import CHIPS, Header, count_of_chips, header
from scraper.structures.missing_labels import doubts_of, unlabelled
from scraper.structures.title import Page, Piece
from scraper.structures.unlabelled_facts import Facts, facts_of, in_order, is_fact


def is_line(units: Sequence[Unit], place: int) -> bool:
    """Whether a unit can be one of the facts, which have no labels: any line that is no heading."""
    return units[place].block.kind != "heading"


def read_listing(page: PageReading, details: str, *, has_prose: bool) -> None:
    """Read a listing, and tell where a label is missing.

    Args:
        page: a listing.
        details: the label of the facts.
        has_prose: whether prose of a language model was taken out.
    """
    sections = page.sections
    units = sections.units
    above = [Piece(unit.text, unit.block, place) for place, unit in enumerate(units[: sections.first])]
    document = page.document
    top = header(above, Page(document.title, document.address, document.form, has_prose=has_prose))
    labelled = sections.between(details)
    facts = facts_of(sections, labelled or range(top.end, len(units)), is_labelled=bool(labelled))
    # Without their label the facts stand in the section before them: from the NCT id on they are surely none of it.
    page.read_table(until=None if labelled else facts.place)
    for piece in (*top.titles, *top.told):
        sections.quote(piece.place)
    for kind, piece in top.chips.items():
        fields, parser = CHIPS[kind]
        page.add(fields, sections.quote(piece.place)._replace(text=piece.text), parser)
    page.add("title", None if top.title is None else sections.quote(top.title.place), free_words)
    page.add("nct_id", facts.nct_id, nct_id)
    for condition in facts.conditions:
        page.add("conditions", condition, free_words, repeats=False)
    page.add("sponsor", facts.sponsor, free_words)
    # The date has no label. It is the last update: one listing showed two dates in two captures.
    page.add("last_updated", facts.date, partial_date)
    page.issues += (*top.issues, *facts.issues)
    _tell_other_ids(page, facts)
    if not has_prose:
        page.issues += doubts_of(sections, facts.place)
    elif not labelled:
        page.issues += unlabelled(sections, range(top.end, facts.place))


def _tell_other_ids(page: PageReading, facts: Facts) -> None:
    """Another trial's id that stands by itself within the prose: a card of that trial may have been read as prose."""
    for unit in page.sections.units[: facts.place]:
        other = nct_id(unit.text)
        if other is not None and other != nct_id(facts.nct_id.text):
            message = "the id of another trial stands by itself here: what is around it may not be this trial's"
            page.issue(None, IssueCode.MISMATCH, unit.text, message)


def document_header(document: Document, first_label: int, *, has_prose: bool = False) -> Header:
    """Title and chips of a page that was not cleaned yet, above the number of its first label."""
    blocks = document.blocks[:first_label]
    images = [place for place, block in enumerate(blocks) if block.text.lower() == "image"]
    image = images[0] if len(images) == 1 else None
    about = Page(document.title, document.address, document.form, image, has_prose)
    return header(_above_labels(document, first_label), about)


def _above_labels(document: Document, first_label: int) -> list[Piece]:
    """What can be the title or a chip."""
    pieces = pieces_of(document.blocks[:first_label])
    return [piece for piece in pieces if piece.place not in document.boilerplate]


def pieces_of(blocks: Sequence[Block]) -> Iterator[Piece]:
    """The blocks, and each line of a row's cells, with the numbers of their blocks."""
    for place, block in enumerate(blocks):
        for cell in block.cells if block.kind == "row" else (block.text,):
            yield from (_new(Piece, (line, block, place)) for line in cell.split("\n") if line)


# Named tuples are made without their keyword-reading constructor where hundreds are made.
_new = tuple.__new__

_LONGEST_LINE_OF_AN_ID = 60
"""Characters: `ClinicalTrials.gov Identifier: NCT06570291` has 42; longer lines are sentences that cite a trial."""


def is_id(block: Block) -> bool:
    """Whether a line of its own, or of a row's cell, names a trial."""
    if block.kind != "row":  # most blocks
        return len(block.text) <= _LONGEST_LINE_OF_AN_ID and bool(nct_ids(block.text))
    return any(len(piece.text) <= _LONGEST_LINE_OF_AN_ID and nct_ids(piece.text) for piece in pieces_of((block,)))


def is_listing(document: Document, first_label: int, details: str, ai_label: str) -> bool:
    """Whether a page shows chips together with the facts in their order."""
    chips = count_of_chips(_above_labels(document, first_label), document.form)
    if chips < _SOME_CHIPS or not (labels := find(document, details, ai_label)):
        return False
    label, *below = (piece.text for piece in pieces_of(document.blocks[labels[-1] :]))
    return in_order(below, below_prose=label.lower() == ai_label)


_SOME_CHIPS = 2
"""One alone, such as a status, stands on many sites' pages."""


def ai_prose(
    document: Document, content: range, *, details: str, ai_label: str, first_label: Callable[[Document], int]
) -> Mapping[int, str]:
    """White labels: a second title in plain words, and everything between the chips and the facts at the end.

    Args:
        document: the page.
        content: the numbers of the blocks that are the trial.
        details: the label of the facts, in lower case.
        ai_label: that of the prose.
        first_label: the number of a page's first label.
    """
    found = document_header(document, first_label(document), has_prose=True)
    second = range(0)
    # Where it is doubtful which line is the title, none of them may be taken for prose.
    if found.first is not None and found.titles and not any(issue.field == "title" for issue in found.issues):
        last = max((piece.place for piece in found.titles if piece.place < found.first), default=found.first)
        second = range(last + 1, found.first)
    below = range(max(found.end, content.start), content.stop)
    own = next((place for place in below if is_id(document.blocks[place])), content.stop)
    labels = [place for place in find(document, details) if place in below and place < own]
    # A second label with a colon is the facts' own.
    labels = labels or [place for place in find(document, ai_label) if place in below and place < own][1:]
    end = labels[-1] if labels else own
    while not labels and end > below.start + 1 and is_fact(document.blocks[end - 1]):
        end -= 1  # short lines before the NCT id are hardly prose: conditions, and their label in unknown words
    prose = range(below.start, end)
    if not find(document, ai_label):
        # Prose without its label may be a listing whose labels are gone: its criteria are told.
        prose = range(below.start, next((place for place in prose if _heads_a_side(document.blocks[place])), end))
    return dict.fromkeys((*second, *prose), "AI prose")


def _heads_a_side(block: Block) -> bool:
    found = parse_side_heading(block.text) if block.kind != "item" else None
    return found is not None and found.side is not None
