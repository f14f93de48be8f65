"""What can be read in two ways on the aggregator's pages, or stands there twice, or lacks."""

from collections.abc import Callable, Iterator, Sequence

from normalizers import joined
from normalizers.text import fold
from schemas.raw import Quote
from schemas.record import Issue, IssueCode
from scraper.sites.inclinicaltrials_labels import ELIGIBILITY
from scraper.sites.sections import Sections
from scraper.sites.tables import Table

_JOINED = "this can be one name or several that are joined; it was read as one"


def joined_conditions(conditions: Sequence[Quote]) -> Iterator[Issue]:
    """A line that may hold several conditions: where each has a line of its own, a comma belongs to the condition."""
    if len(conditions) == 1:
        yield from _joined("conditions", conditions, joined.conditions)


def joined_collaborators(collaborators: Sequence[Quote]) -> Iterator[Issue]:
    """A line that may hold several organisations: no page is known that shows several in one cell."""
    yield from _joined("collaborators", collaborators, joined.organisations)


def two_lists(field: str, first: Sequence[Sequence[Quote]], second: Sequence[Sequence[Quote]]) -> Iterator[Issue]:
    """A list that stands at two places of the page and is not the same there."""
    lists = [{fold(" ".join(quote.text for quote in entry)) for entry in entries} for entries in (first, second)]
    if all(lists) and lists[0] != lists[1]:
        text = " | ".join(quote.text for entry in second for quote in entry)
        yield Issue(
            field=field, code=IssueCode.MISMATCH, text=text, message="the page shows another list in another place"
        )


def doubled_outcomes(table: Table) -> Iterator[Issue]:
    """Outcomes that stand twice, word for word. Of places that says nothing: many are named alike for secrecy."""
    seen = set[tuple[str, ...]]()
    for row in table.rows:
        if row.cells in seen:
            yield Issue(
                field="outcomes",
                code=IssueCode.AMBIGUOUS,
                text=row.text,
                message="the same row stands twice in the table of outcomes",
            )
        seen.add(row.cells)


def no_criteria(sections: Sections) -> Iterator[Issue]:
    """Every details page has a row of criteria."""
    if ELIGIBILITY not in sections:
        message = f"the page shows no row {ELIGIBILITY!r}, which all pages show"
        yield Issue(field="eligibility", code=IssueCode.MISSING, text="", message=message)


def _joined(field: str, quotes: Sequence[Quote], may_be_several: Callable[[str], bool]) -> Iterator[Issue]:
    for quote in quotes:
        if may_be_several(quote.text):
            yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=quote.text, message=_JOINED)
