"""What is doubtful where a part of a page is not there that others have."""

from collections.abc import Iterable, Iterator, Sequence

from normalizers import phrases
from normalizers.criteria.sides import parse_side_heading
from schemas.document import Document
from schemas.extraction import CriteriaText, Extraction
from schemas.record import Issue, IssueCode
from schemas.vocabulary import StudyType
from scraper.layouts.reading import PageReading
from scraper.layouts.sections import Sections


def interventional_parts(found: Extraction, fields: Sequence[str]) -> Iterator[Issue]:
    """Fields that pages of interventional trials show, and this one lacks; a trial of unknown type may be one.

    Args:
        found: what was read.
        fields: canonical fields.
    """
    types = {phrases.study_type(quote.text) for quote in found.quotes("study_type")}
    if not types - {StudyType.INTERVENTIONAL, None}:
        yield from _missing(found, fields, "all pages of interventional trials show")


def usual_parts(page: PageReading, *fields: str) -> Iterator[Issue]:
    """Fields that nearly all pages show, and this one lacks: a layout does not require them, and each is told.

    Args:
        page: of which all was read.
        fields: canonical fields.
    """
    told = {issue.field for issue in page.sections.issues if issue.code is IssueCode.MISSING}
    yield from _missing(page.found, [field for field in fields if field not in told], "nearly all pages show")


def _missing(found: Extraction, fields: Sequence[str], which: str) -> Iterator[Issue]:
    for field in fields:
        if not (found.arms if field == "arms" else found.quotes(field)):
            message = f"the page shows no value of a field that {which}"
            yield Issue(field=field, code=IssueCode.MISSING, text="", message=message)


def open_end(sections: Sections, name: str, field: str, following: str) -> Iterator[Issue]:
    """The last line of a list or a text behind which a label is missing: what stands below that label may be in it.

    Args:
        sections: the page's.
        name: the label of the list or the text.
        field: that it is.
        following: the label that follows on all pages.
    """
    places = sections.between(name)
    if places and following not in sections:
        message = f"the page shows no {following!r} behind it: what stands there may have been taken for this"
        last = sections.units[places[-1]]
        text = last.block.words if last.is_block else last.text
        yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=text, message=message)


def lone_side(found: Iterable[CriteriaText]) -> Iterator[Issue]:
    """Criteria whose own headings name one side alone, or a side with nothing below it.

    Args:
        found: the criteria below labels that hold both sides.
    """
    for text in found:
        headings = [block for block in text.passage if (side := parse_side_heading(block.text)) and side.side]
        sides = {side.side for block in headings if (side := parse_side_heading(block.text))}
        if text.side == "other" and len(sides) == 1:
            message = "the page shows criteria of this side alone: those of the other may stand among them"
            for field in ("eligibility.inclusion", "eligibility.exclusion"):
                yield Issue(field=field, code=IssueCode.AMBIGUOUS, text=headings[0].text, message=message)
        if headings and headings[-1] == text.passage[-1]:
            message = "the heading is shown with nothing below it"
            yield Issue(field="eligibility", code=IssueCode.MISSING, text=headings[-1].text, message=message)


def ends_before_label(document: Document, content: range, *, label: str) -> str | None:
    """Say that a page ends before a label near its end that every page has.

    Args:
        document: the page.
        content: the numbers of the trial's blocks.
        label: in lower case.
    """
    is_there = any(document.blocks[place].text[: len(label)].lower() == label for place in content)
    return None if is_there else f"the page ends before the label {label!r}"
