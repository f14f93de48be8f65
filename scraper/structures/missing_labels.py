"""What is doubtful about the texts of a TrialX listing: a label is not shown, or shown as nobody knows it.

The text below a label ends at the next label. So a label that is removed or has another name leaves its text to the
section before it, and its own fields without a value. Both are told.
"""

from collections.abc import Iterator

from normalizers.text import fold
from schemas.document import undecorated
from schemas.record import Issue, IssueCode
from scraper.layouts.labels import Unit
from scraper.layouts.sections import Sections
from scraper.structures.unlabelled_facts import is_fact

_FIELDS = {"Overview": "summary", "Description": "description", "Eligibility": "eligibility"}
"""The sections of text in their order, each with the field that it becomes."""
_LABELS = frozenset({"overview", "description", "eligibility", "study details"})


def doubts_of(sections: Sections, facts: int) -> Iterator[Issue]:
    """The issues of a listing's texts.

    Args:
        sections: the page's.
        facts: the unit of the NCT id, behind all texts.
    """
    shown = [name for name in _FIELDS if name in sections]
    if "Eligibility" not in sections:
        message = "the page shows no label 'Eligibility', which all pages show"
        yield Issue(field="eligibility", code=IssueCode.MISSING, text="", message=message)
        yield from _neighbour(sections, shown, "Eligibility", facts)
    if "Study details" not in sections:
        yield from _neighbour(sections, shown, "Study details", facts)
    for name in shown:
        for unit in _units(sections, name, facts):
            if fold(undecorated(unit.text)) in _LABELS:
                message = f"the words of a label stand within the text below {name!r}"
                yield Issue(field=_FIELDS[name], code=IssueCode.AMBIGUOUS, text=unit.text, message=message)


def _neighbour(sections: Sections, shown: list[str], missing: str, facts: int) -> Iterator[Issue]:
    """Tell the section that holds the text of a missing label: the last one before its place, if nothing ends it."""
    order = (*_FIELDS, "Study details")
    before = [name for name in shown if order.index(name) < order.index(missing)]
    if not before:
        return
    end = sections.between(before[-1]).stop
    starts = {sections.start(name) for name in order if name in sections}
    if end in {facts, len(sections.units), *starts}:
        message = f"the page shows no label {missing!r}: what stands below it elsewhere may have been taken for this"
        text = sections.units[end - 1].text
        yield Issue(field=_FIELDS[before[-1]], code=IssueCode.AMBIGUOUS, text=text, message=message)


def unlabelled(sections: Sections, places: range) -> Iterator[Issue]:
    """What stands between the prose of a white label and the NCT id where nothing labels the facts."""
    for place in places:
        if is_fact(sections.units[place].block):
            text = sections.quote(place).text
            message = "this stands before the NCT id, where conditions stand, and no label says what it is"
            yield Issue(field="conditions", code=IssueCode.AMBIGUOUS, text=text, message=message)


def _units(sections: Sections, name: str, facts: int) -> list[Unit]:
    return [sections.units[place] for place in sections.between(name) if place < facts]
