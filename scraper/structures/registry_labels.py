"""Labels of the registry's own pages, which copies of them show too, and where such a page breaks off."""

from normalizers import phrases
from normalizers.ages import age_range
from normalizers.counts import actual_enrollment, estimated_enrollment
from schemas.document import Document
from scraper.layouts.labels import one

AGES_LABEL = "Ages Eligible for Study"
ELIGIBILITY = (
    one(AGES_LABEL, reads={("eligibility.minimum_age", "eligibility.maximum_age"): age_range}),
    one("Sexes Eligible for Study", "Genders Eligible for Study", reads={"eligibility.sex": phrases.sex}),
    one("Accepts Healthy Volunteers", reads={"eligibility.healthy_volunteers": phrases.healthy_volunteers}),
)
ENROLLMENT = (
    one("Enrollment (Actual)", reads={"enrollment": actual_enrollment}),
    one("Enrollment (Estimated)", "Enrollment (Anticipated)", reads={"enrollment": estimated_enrollment}),
)


def ends_before(document: Document, _content: range, *, words: str) -> str | None:
    """Say that a page ends before a line that begins with these words; None where it does not.

    Args:
        document: the page.
        words: what every whole page has behind the trial's texts.
    """
    is_whole = any(block.text[: len(words)].lower() == words.lower() for block in document.blocks)
    return None if is_whole else f"the page ends before the line {words!r}"
