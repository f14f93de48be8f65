"""Outcomes in a table of their own below the label that says their rank: `Primary Outcome`."""

from collections.abc import Sequence

from normalizers.text import fold
from schemas.document import Block
from schemas.extraction import Quote, RawOutcome
from schemas.record import IssueCode
from scraper.layouts.labels import Unit
from scraper.layouts.reading import PageReading
from scraper.structures.tables import cell_passage

MEASURE = "measure"
_COLUMNS = {
    "measure": MEASURE,
    "outcome measure": MEASURE,
    "description": "description",
    "measure description": "description",
    "time frame": "time_frame",
}
"""Headings of such a table, and the part of an outcome that each names."""


def is_in_row(units: Sequence[Unit], place: int) -> bool:
    """Whether a line stands in a row with words in several cells."""
    block = units[place].block
    return block.kind == "row" and sum(map(bool, block.cells)) > 1


def read_outcomes(page: PageReading, name: str, rank: str) -> None:
    """Read the rows below a label; what stands there without columns is told.

    Args:
        page: the page.
        name: the label.
        rank: primary, secondary or other.
    """
    sections = page.sections
    places = sections.between(name)
    columns: list[str | None] = []
    unknown: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for block in dict.fromkeys(map(sections.block, places)):
        headings = [_COLUMNS.get(fold(cell)) for cell in block.cells]
        if MEASURE in headings and headings[1:] != [None] * len(headings[1:]):
            columns = headings
        elif (outcome := _outcome(block, columns, rank, sections.label_words(name))) is not None:
            page.found.outcomes += (outcome,)
            if block.cells in seen:
                message = "the same row stands twice in the table"
                page.issue("outcomes", IssueCode.AMBIGUOUS, block.text, message)
            seen.add(block.cells)
        else:
            unknown.append(block.text)
            continue
        for place in places:
            if sections.units[place].block is block:
                sections.quote(place)
    if unknown:
        message = "this stands where outcomes stand, and no column tells a measure from its time frame"
        page.issue("outcomes", IssueCode.NOT_UNDERSTOOD, " | ".join(unknown[:3]), message)


def _outcome(block: Block, columns: Sequence[str | None], rank: str, label: str) -> RawOutcome | None:
    """The outcome in a row; None where its cells do not fit the columns."""
    if not columns or len(block.cells) != len(columns):
        return None
    cells = {column: cell for column, cell in zip(columns, block.cells, strict=True) if column is not None and cell}
    parts = {
        column: Quote(" ".join(cell.split("\n")), block.number, block.number + 1, "", label)
        for column, cell in cells.items()
    }
    if (measure := parts.get(MEASURE)) is None:
        return None
    description = cell_passage(block, cells.get("description", ""))
    return RawOutcome(measure._replace(text=rank), measure, description, parts.get("time_frame"))
