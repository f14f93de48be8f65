"""The registry's tables of locations, sponsors and outcomes, as copies of its pages show them."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from schemas.document import Block, Document
from schemas.extraction import Quote, RawLocation, RawOutcome
from scraper.layouts.labels import Label, heading, ignored, many, pattern
from scraper.layouts.layout import find
from scraper.structures.tables import Columns, Table, each_once, find_table, without

PLACES = Columns("Country", ("Country", "Name", "City", "State"))
SPONSORS = Columns("Lead Sponsor", ("Lead Sponsor", "Collaborator"))
OUTCOMES = Columns("Type", ("Type", "Measure", "Description", "Time frame", "Safety issue"))


class Tables(NamedTuple):
    """The tables of one page, each without rows where the page does not have it."""

    places: Table
    sponsors: Table
    outcomes: Table

    def around(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """The page's blocks, of each table one line with the name of its first column."""
        return tuple(without(blocks, zip((PLACES, SPONSORS, OUTCOMES), self, strict=True)))

    def lead_sponsors(self) -> list[Quote]:
        """The lead sponsor, as often as the table repeats it."""
        table = self.sponsors
        return [quote for row in table.rows if (quote := table.cell(row, "lead sponsor"))]

    def collaborators(self) -> tuple[Quote, ...]:
        """Each line of the cells, each once."""
        return each_once(quote for row in self.sponsors.rows for quote in self.sponsors.lines(row, "collaborator"))

    def locations(self) -> tuple[RawLocation, ...]:
        """Where the trial runs."""
        table = self.places
        return tuple(
            RawLocation(
                facility=table.cell(row, "name"),
                city=table.cell(row, "city"),
                state=table.cell(row, "state"),
                country=table.cell(row, "country"),
            )
            for row in table.rows
        )

    def raw_outcomes(self) -> tuple[RawOutcome, ...]:
        """What the trial measures."""
        table = self.outcomes
        return tuple(
            RawOutcome(
                type=table.cell(row, "type"),
                measure=measure,
                description=table.passage(row, "description"),
                time_frame=table.cell(row, "time frame"),
            )
            for row in table.rows
            if (measure := table.cell(row, "measure"))
        )

    def foreign(self) -> list[Block]:
        """Rows within the tables that fit none of them."""
        return [row for table in self for row in table.foreign]

    def unknown(self) -> tuple[Block, ...]:
        """The headings of columns that nobody knows."""
        return tuple(Block(table.blocks[0].number, "line", name) for table in self for name in table.unknown)

    def shown(self, labels: Iterable[str]) -> list[str]:
        """The labels of the page, of its tables the headings that it has.

        Args:
            labels: those that were found when each table was one line.
        """
        found = [(kind, table) for kind, table in zip((PLACES, SPONSORS, OUTCOMES), self, strict=True) if table.blocks]
        lines = {kind.name for kind, _ in found}
        return [
            *(label for label in labels if label not in lines),
            *(heading for kind, table in found for heading in kind.headings if heading.lower() in table.columns),
        ]


def find_tables(blocks: Sequence[Block]) -> Tables:
    """The first table of each kind."""
    return Tables(
        find_table(blocks, PLACES, (SPONSORS, OUTCOMES)),
        find_table(blocks, SPONSORS, (PLACES, OUTCOMES), _is_sponsors),
        find_table(blocks, OUTCOMES, (PLACES, SPONSORS), _is_outcome),
    )


def _is_sponsors(table: Table, row: Block) -> bool:
    """The lead sponsor stands in the first row, or in each; another one's row is not of this trial."""
    lead = table.cell(row, "lead sponsor")
    first = table.cell(table.rows[0], "lead sponsor") if table.rows else None
    return first is None or lead is None or lead.text == first.text


def _is_outcome(table: Table, row: Block) -> bool:
    """Every outcome has words for what is measured."""
    return table.cell(row, "measure") is not None


def ends_early(document: Document, _content: range, *, line: str) -> str | None:
    """Why a details page ends before its end: nothing of what stands there is shown, or the last block is part of it.

    Copies without the list of other trials may be whole; then something else stands behind the outcomes.
    """
    if find(document, line):
        return None
    if not any(block.text.lower() in _OUTCOMES or OUTCOMES.is_head(block) for block in document.blocks):
        return f"the page ends before its outcomes and the line {line!r}"
    if (last := document.blocks[-1]).kind == "row" or last.text.lower() in _OUTCOMES:
        return f"the page ends within its outcomes and before the line {line!r}"
    return None


_OUTCOMES = ("measure", "type measure description time frame safety issue")


def lost_columns() -> tuple[Label, ...]:
    """Rows for tables whose columns are lost, in a text capture or in a grid of plain elements.

    They end the text above them, and what stands below them stays unread, not guessed.
    """
    places = ("locations", "location_count")
    return (
        heading("Locations"),
        _column("Country", " ".join(PLACES.headings), fields=places),
        *(_column(name, fields=places) for name in PLACES.headings[1:]),
        pattern("Sponsors", r"Sponsors?(?: \(\d+\))?"),
        _column("Lead Sponsor", "Lead Sponsor Collaborator", fields=("sponsor",)),
        _column("Collaborator", fields=("collaborators",)),
        ignored("Country where clinical trial is conducted"),
        heading("Outcome"),
        _column("Type", " ".join(OUTCOMES.headings), fields=("outcomes",)),
        *(_column(name, fields=("outcomes",)) for name in OUTCOMES.headings[1:]),
    )


_column = partial(many, may_be_blank=True)
"""A column, or in a text capture all columns in one line."""
