"""Arms in a table: of each its type and its name, what happens in it, and what is given.

A cell holds several lines: the type and the name, and each intervention with words about it and its other names, which
no field holds. A text capture loses the cells and keeps the lines:

```
Experimental
Tirzepatide
One injection a week.
  • Drug: Tirzepatide
    Administered SC
```
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from normalizers.interventions import intervention
from normalizers.phrases import arm_type
from schemas.document import Block
from schemas.extraction import Quote, RawArm
from schemas.record import IssueCode
from schemas.vocabulary import ArmType
from scraper.layouts.labels import Label, Unit, structured
from scraper.layouts.reading import PageReading
from scraper.structures.doubts import doubled_rows
from scraper.structures.tables import Columns, Table, each_once

COLUMNS = Columns("Arm Description Assigned Intervention", ("Arm", "Description", "Assigned Intervention"))


def arm_table() -> Label:
    """The row of the table's headings, which a text capture writes as one word."""
    any_gaps = r"\s*".join(COLUMNS.headings)
    return structured(COLUMNS.name, fields=("arms", "interventions"), is_own=_is_of_an_arm, pattern=any_gaps)


def read_arm_table(page: PageReading, table: Table, heading: str) -> None:
    """Read the arms, and the interventions that they receive as those of the trial.

    Args:
        page: whose sections have one line in place of the table.
        table: its rows; none where the page has lost its cells.
        heading: the label above the table.
    """
    arms = [_from_row(page, table, row) for row in table.rows] or list(_from_lines(page))
    page.found.arms = tuple(arms)
    page.add_all("interventions", each_once(quote for arm in arms for quote in arm.interventions), intervention)
    page.unread += table.foreign
    for name in table.unknown:
        block = Block(table.blocks[0].number, "line", name)
        page.unread.append(block)
        page.unread_labels.append(block)
    page.issues += doubled_rows("arms", table, "arm")
    if not arms:
        if heading in page.sections or COLUMNS.name in page.sections:
            _tell_missing(page, heading, "the label is shown with nothing below it")
        return
    last = arms[-1]
    if not last.interventions and (last.type is None or arm_type(last.type.text) is not ArmType.NO_INTERVENTION):
        _tell_missing(page, last.label.text, "the last arm has no intervention, as if the page broke off")
        for block in last.description:
            _tell(page, block.text, "nothing parts it from what stands behind the last arm")


def _is_of_an_arm(units: Sequence[Unit], place: int) -> bool:
    """Whether a line written as a label belongs to the arms: a type, the name below it, an intervention."""
    text = units[place].text
    is_name = place > 0 and arm_type(units[place - 1].text) is not None
    return is_name or arm_type(text) is not None or intervention(text) is not None


def _from_row(page: PageReading, table: Table, row: Block) -> RawArm:
    names = table.lines(row, "arm")
    given = table.lines(row, "assigned intervention")
    known = each_once(quote for quote in given if intervention(quote.text) is not None)
    if given and given[:1] != known[:1]:
        _tell(page, given[0].text, "it stands where the type and the name of an intervention stand")
    if len(names) == 1 and arm_type(names[0].text) is not None:
        _tell(page, names[0].text, "it can be the name of an arm or its type alone")
    for quote in names[2:]:
        _tell(page, quote.text, "it stands beside the type and the name of an arm")
    if len(names) > 1 and names[0].text == names[1].text:
        _tell(page, names[0].text, _SAME)
    label = names[:2][-1] if names else Quote(row.text, row.number, row.number + 1)
    if not names:
        _tell(page, row.text, "the arm has no name")
    description = tuple(Block(row.number, "line", quote.text) for quote in table.lines(row, "description"))
    return RawArm(label, names[0] if len(names) > 1 else None, description, known)


def _from_lines(page: PageReading) -> Iterator[RawArm]:
    """Of a table that has lost its cells: an arm begins with its type, its interventions tell themselves by theirs."""
    sections = page.sections
    units = sections.units
    places = sections.between(COLUMNS.name)
    starts: list[int] = []
    for place in places:
        if arm_type(units[place].text) is not None and place + 1 in places and place - 1 not in starts[-1:]:
            starts.append(place)
    if starts[:1] != list(places[:1]):
        for place in range(places.start, starts[0] if starts else places.stop):
            _tell(page, sections.quote(place).text, "it stands among the arms and belongs to none")
    for start, end in pairwise([*starts, places.stop]):
        kind, name = sections.quote(start), sections.quote(start + 1)
        if kind.text == name.text:
            _tell(page, name.text, _SAME)
        below = range(start + 2, end)
        given = [place for place in below if _is_given(units[place])]
        first = given[0] if given else end
        description = range(start + 2, first)
        sections.tell_intruders("arms", description)
        words = sections.blocks(description)
        for place in range(first, end):
            quote = sections.quote(place)
            if place not in given and units[first].block.depth and not units[place].block.depth:
                _tell(page, quote.text, "it stands among the arms and belongs to none")
        yield RawArm(name, kind, words, each_once(sections.quote(place) for place in given))


def _is_given(unit: Unit) -> bool:
    """Whether a line is an intervention, or an item that stands where interventions stand."""
    return intervention(unit.text) is not None or (unit.block.kind == "item" and unit.block.depth == 1)


_SAME = "the same words stand twice where the type and the name of an arm stand"


def _tell_missing(page: PageReading, text: str, message: str) -> None:
    for field in ("arms", "interventions"):
        page.issue(field, IssueCode.MISSING, text, message)


def _tell(page: PageReading, text: str, message: str) -> None:
    page.issue("arms", IssueCode.AMBIGUOUS, text, message)
