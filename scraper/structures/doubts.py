"""What can be read in two ways on copies of the registry's pages, or stands there twice, or is missing."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

from normalizers import phrases
from normalizers.multiple_names import may_be_several_conditions, may_be_several_organisations
from normalizers.phrases import blank, design_parts
from normalizers.text import fold
from schemas.extraction import Extraction, Quote, RawContact
from schemas.record import Issue, IssueCode
from schemas.vocabulary import StudyType
from scraper.layouts.labels import Label
from scraper.layouts.sections import Sections
from scraper.structures.tables import Table

_JOINED = "this can be one name or several that are joined; it was read as one"


def joined_conditions(conditions: Sequence[Quote]) -> Iterator[Issue]:
    """A line that may hold several conditions: where each has a line of its own, a comma belongs to the condition."""
    if len(conditions) == 1:
        yield from _joined("conditions", conditions, may_be_several_conditions)


def joined_collaborators(collaborators: Sequence[Quote]) -> Iterator[Issue]:
    """A line that may hold several organisations: no page is known that shows several in one cell."""
    is_alone = len(collaborators) == 1
    yield from _joined("collaborators", collaborators, partial(may_be_several_organisations, is_alone=is_alone))


def two_lists(field: str, first: Sequence[Quote], second: Sequence[Quote]) -> Iterator[Issue]:
    """A list that stands at two places of the page and is not the same there."""
    lists = [{fold(quote.text) for quote in quotes} for quotes in (first, second)]
    if all(lists) and lists[0] != lists[1]:
        text = " | ".join(quote.text for quote in second)
        yield Issue(
            field=field, code=IssueCode.MISMATCH, text=text, message="the page shows another list in another place"
        )


def doubled_rows(field: str, table: Table, column: str) -> Iterator[Issue]:
    """Rows that stand twice, word for word; places are often named `Research Site`, which says nothing."""
    seen = set[tuple[str, ...]]()
    for row in table.rows:
        name = table.cell(row, column)
        if row.cells in seen and name is not None and _ANONYMOUS.search(name.text) is None:
            message = "the same row stands twice in the table"
            yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=row.text, message=message)
        seen.add(row.cells)


_ANONYMOUS = re.compile(r"\bsite\b", re.IGNORECASE)


def blanks(found: Extraction, sections: Sections, *lists: tuple[str, str]) -> Iterator[Issue]:
    """Labels that are blank on some pages, but not beside what this page shows.

    These are the parts of a contact, the phase of an interventional study, and lists: captures lose all or none.

    Args:
        found: what was read.
        sections: the page's.
        lists: the fields that are lists, or have parts, each with its label.
    """
    contact = next(iter(found.contacts), RawContact(None, (), None))
    study_type = next(iter(found.quotes("study_type")), None)
    is_interventional = study_type is not None and phrases.study_type(study_type.text) is StudyType.INTERVENTIONAL
    has = {field for words in found.words for whole in words.fields for field in (whole, whole.partition(".")[0])}
    groups: Sequence[Sequence[tuple[str, str, bool]]] = (
        (("phases", "Phase", "phases" in has), ("study_type", "Study type", is_interventional)),
        (
            ("contacts", "Contact", _is_shown(contact.names)),
            ("contacts", "Phone", _is_shown(*contact.phone)),
            ("contacts", "Email", _is_shown(contact.email)),
        ),
        [(field, name, field in has) for field, name in lists],
    )
    for group in groups:
        for field, name, has_value in group:
            if not has_value and name in sections and any(other for _, _, other in group):
                message = "the label is shown with nothing below it"
                yield Issue(field=field, code=IssueCode.MISSING, text=name, message=message)


def _is_shown(*quotes: Quote | None) -> bool:
    return any(quote is not None and not blank(quote.text) for quote in quotes)


def values_of_others(sections: Sections, labels: Sequence[Label]) -> Iterator[Issue]:
    """Values that may belong to the next row, whose label is not there: most pages leave the first one blank."""
    for known, following in pairwise(labels):
        if not known.may_be_blank or known.kind != "one" or not following.fields or following.name in sections:
            continue
        if (
            known.telling is None
            or following.telling is not known.telling
            or (quote := sections.maybe(known.name)) is None
        ):
            continue
        if quote.start != sections.units[sections.start(known.name)].block.number:
            message = f"this may be the value of {following.name!r}, which the page does not show"
            for field in (*known.fields, *following.fields):
                yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=quote.text, message=message)


def headings_without_tables(sections: Sections, places: Table, outcomes: Table) -> Iterator[Issue]:
    """Headings of tables with nothing below them."""
    for name, field, table in (("Locations", "locations", places), ("Outcome", "outcomes", outcomes)):
        if name in sections and not table.blocks and not any(heading in sections for heading in _COLUMNS[name]):
            message = "the label is shown with nothing below it"
            yield Issue(field=field, code=IssueCode.MISSING, text=name, message=message)


_COLUMNS = {"Locations": ("Country", "Name"), "Outcome": ("Type", "Measure")}
"""What stands there where a table has lost its columns."""


def no_description(sections: Sections, name: str) -> Iterator[Issue]:
    """A page without the description's label: all known pages have it, with `n/a` below where there is none."""
    if name not in sections:
        message = "the page has no label of the description, which may stand at the end of the summary"
        yield Issue(field="description", code=IssueCode.MISSING, text="", message=message)
        yield Issue(field="summary", code=IssueCode.AMBIGUOUS, text="", message=message)


def design_elsewhere(sections: Sections, name: str) -> Iterator[Issue]:
    """Parts of the design within a text, where the page has no label for them."""
    if name in sections:
        return
    for unit in sections.units:
        if len(unit.text) <= _LONGEST_DESIGN and design_parts(unit.text) is not None:
            message = f"this stands below {name!r}, which the page does not show"
            yield Issue(field="design", code=IssueCode.AMBIGUOUS, text=unit.text, message=message)


_LONGEST_DESIGN = 400
"""Characters of the whole design in one line."""


def several_lead_sponsors(quotes: Sequence[Quote]) -> Iterator[Issue]:
    """The lead sponsor stands once, in the first row of the table, on all pages that are known."""
    for quote in quotes[1:]:
        message = "the lead sponsor stands in another row, too"
        yield Issue(field="collaborators", code=IssueCode.AMBIGUOUS, text=quote.text, message=message)


def no_criteria(sections: Sections, name: str) -> Iterator[Issue]:
    """Every page has a row of criteria."""
    if name not in sections:
        message = f"the page shows no row {name!r}, which all pages show"
        yield Issue(field="eligibility", code=IssueCode.MISSING, text="", message=message)


def _joined(field: str, quotes: Sequence[Quote], may_be_several: Callable[[str], bool]) -> Iterator[Issue]:
    for quote in quotes:
        if may_be_several(quote.text):
            yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=quote.text, message=_JOINED)
