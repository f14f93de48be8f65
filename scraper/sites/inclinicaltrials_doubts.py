"""What can be read in two ways on the aggregator's pages, or stands there twice, or lacks."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from normalizers import joined, phrases
from normalizers.dates import partial_date
from normalizers.interventions import intervention
from normalizers.phrases import blank, design_parts
from normalizers.strangers import manner
from normalizers.text import fold
from schemas.raw import Quote
from schemas.record import Issue, IssueCode
from scraper.sites.inclinicaltrials_labels import ELIGIBILITY
from scraper.sites.labels import Label
from scraper.sites.sections import Sections
from scraper.sites.tables import Table

_JOINED = "this can be one name or several that are joined; it was read as one"


def joined_conditions(conditions: Sequence[Quote]) -> Iterator[Issue]:
    """A line that may hold several conditions: where each has a line of its own, a comma belongs to the condition."""
    if len(conditions) == 1:
        yield from _joined("conditions", conditions, joined.conditions)


def joined_collaborators(collaborators: Sequence[Quote]) -> Iterator[Issue]:
    """A line that may hold several organisations: no page is known that shows several in one cell."""
    is_alone = len(collaborators) == 1
    yield from _joined("collaborators", collaborators, partial(joined.organisations, is_alone=is_alone))


def two_lists(field: str, first: Sequence[Sequence[Quote]], second: Sequence[Sequence[Quote]]) -> Iterator[Issue]:
    """A list that stands at two places of the page and is not the same there."""
    lists = [{fold(" ".join(quote.text for quote in entry)) for entry in entries} for entries in (first, second)]
    if all(lists) and lists[0] != lists[1]:
        text = " | ".join(quote.text for entry in second for quote in entry)
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


def words_for_numbers(sections: Sections) -> Iterator[Issue]:
    """Words where numbers stand: a button or an advertisement can take the place of a blank."""
    for name, field in (("Secondary ID", "secondary_ids"), ("Phone", "contacts")):
        quote = sections.maybe(name)
        if quote is None or blank(quote.text):
            continue
        digits = sum(map(str.isdigit, quote.text))
        is_note = name == "Phone" and _BY_MAIL.search(quote.text) and manner(quote.text) is None
        if is_note:
            continue  # the registrant's own words: `E-mail only`
        if not digits or (name == "Phone" and digits < sum(map(str.isalpha, quote.text))):
            message = "words stand where a number stands"
            yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=quote.text, message=message)


# How registrants say so; `E-mail address` is a label.
_BY_MAIL = re.compile(r"\b(?:only|please|use)\b.*\be-?mail\b|\be-?mail (?:only|please)\b", re.IGNORECASE)


def is_condition(text: str) -> bool:
    """Whether a line can be a condition: no sentence, no number of a trial, nothing that another field holds."""
    others = (design_parts, intervention, phrases.status, phrases.study_type, phrases.phases, partial_date)
    return (
        manner(text) is None
        and not (text.endswith((".", "!")) and len(text.split()) > _LONGEST_WITH_A_STOP)
        and all(reader(text) is None for reader in others)
    )


_LONGEST_WITH_A_STOP = 4
"""Words of a condition that ends in a full stop: a longer one is a sentence."""


def labels_in_values(sections: Sections, labels: Iterable[Label]) -> Iterator[Issue]:
    """Values that begin with the words of their own label, as where a row stands in the place of its value."""
    for known in labels:
        if _FREE.isdisjoint(known.fields) or (quote := sections.maybe(known.name)) is None:
            continue
        name = known.name.rstrip(":").lower()
        if quote.text.lower().startswith((f"{name} ", f"{name}:")):
            message = "the value begins with its own label"
            yield Issue(field=known.fields[0], code=IssueCode.AMBIGUOUS, text=quote.text, message=message)


_FREE = frozenset({"contacts", "official_title", "secondary_ids", "sponsor"})
"""Fields of free words in rows of their own; readers of closed vocabularies refuse a label."""


def several_lead_sponsors(quotes: Sequence[Quote]) -> Iterator[Issue]:
    """The lead sponsor stands once, in the first row of the table, on all pages that are known."""
    for quote in quotes[1:]:
        message = "the lead sponsor stands in another row, too"
        yield Issue(field="collaborators", code=IssueCode.AMBIGUOUS, text=quote.text, message=message)


def no_criteria(sections: Sections) -> Iterator[Issue]:
    """Every details page has a row of criteria."""
    if ELIGIBILITY not in sections:
        message = f"the page shows no row {ELIGIBILITY!r}, which all pages show"
        yield Issue(field="eligibility", code=IssueCode.MISSING, text="", message=message)


def _joined(field: str, quotes: Sequence[Quote], may_be_several: Callable[[str], bool]) -> Iterator[Issue]:
    for quote in quotes:
        if may_be_several(quote.text):
            yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=quote.text, message=_JOINED)
