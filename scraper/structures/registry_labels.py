"""Labels of the registry's own pages, which copies of them show too, and where such a page breaks off."""

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.counts import actual_enrollment, estimated_enrollment
from normalizers.page_chrome import not_an_entry
from schemas.document import Document
from scraper.layouts.labels import one
from scraper.structures.free_rows import doubtful_row

LAST_LABEL = "Accepts Healthy Volunteers"
"""Behind it nothing is read but criteria, on the older pages."""
ELIGIBILITY = (
    one("Ages Eligible for Study", reads={("eligibility.minimum_age", "eligibility.maximum_age"): age_range}),
    one(
        "Sexes Eligible for Study", "Genders Eligible for Study", reads={"eligibility.sex": phrases.sex}, required=True
    ),
    one(LAST_LABEL, reads={"eligibility.healthy_volunteers": phrases.healthy_volunteers}, required=True),
)
ENROLLMENT = (
    one("Enrollment (Actual)", reads={"enrollment": actual_enrollment}),
    one("Enrollment (Estimated)", "Enrollment (Anticipated)", reads={"enrollment": estimated_enrollment}),
)


def no_organisation(text: str) -> str | None:
    """What makes a line doubtful as the name of a sponsor, in one phrase."""
    return next(filter(None, (doubtful_row(name, text) for name in _LABELS)), None) or not_an_entry(text)


_LABELS = ("Sponsor", "Lead Sponsor", "Collaborator", "Source", "Information provided by")
"""Which stand around the name of a sponsor."""


def ends_before(document: Document, content: range, *, words: str) -> str | None:
    """Say that a page ends before a line that begins with these words; None where it does not.

    Args:
        document: the page.
        content: the numbers of the blocks that are the trial.
        words: what every whole page has behind the trial's texts.
    """
    is_whole = any(block.text[: len(words)].lower() == words.lower() for block in document.blocks[content.start :])
    return None if is_whole else f"the page ends before the line {words!r}"
